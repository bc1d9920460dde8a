// 2: the provider has taken a delivery, and the node is killed before it committed that: it comes again, under the same id.
import { NotCarriedOut, until } from '../lib/outcome.mjs';

export default {
  number: 2, name: 'killed_after_200', limit_ms: 10_000, points: { short: 3, long: 20 },
  about: 'killed between the provider\'s 200 and the commit: the same id',
  async run(w, c) {
    for (let i = 0; i < c.points; ++i) {
      await w.accepted(c.random.between(50, 200));
      // At once, and so the first time, the answer may not even be read.
      const late_ms = i === 0 ? 0 : c.random.between(0, 3);
      let killed = false;
      w.provider.seen = (attempt) => {
        w.provider.seen = () => {};
        if (late_ms === 0) w.kill_now();
        else setTimeout(() => w.kill_now(), late_ms);
        killed = attempt.id;
      };
      await until(() => killed && !w.node.is_alive(), 20_000, () => new NotCarriedOut('nothing was delivered'));
      await w.revive_node();
    }
    await w.accepted(100);
  },
  after(w, c, found) {
    if (found.repeats < 1) throw new NotCarriedOut('no delivery came again: no kill was between answer and commit');
    return `${found.repeats} deliveries again, under their ids`;
  },
};
