// 4: accepted into the ingest log and never published: the broker stands still, the node is killed while its log holds what
// the broker never got.
import { NotCarriedOut } from '../lib/outcome.mjs';

export default {
  number: 4, name: 'killed_before_publish', limit_ms: 15_000, points: { short: 2, long: 20 },
  about: 'killed between the ingest log\'s fsync and the broker',
  async run(w, c) {
    for (let i = 0; i < c.points; ++i) {
      await w.accepted(c.random.between(50, 200));
      w.broker.freeze();
      const before = w.load.accepted;
      await w.accepted(c.random.between(50, 200));
      if (w.load.accepted === before) throw new NotCarriedOut('nothing was accepted without the broker');
      await w.kill_node();
      w.broker.thaw();
      await w.revive_node();
    }
    await w.accepted(100);
  },
};
