// 19: fsync answers EIO: whoever cannot know what is on the disk must not go on. The node ends, and begins again from what is.
import { NotCarriedOut, until, Wrong } from '../lib/outcome.mjs';

const fails = (name, path, about) => ({
  number: 19, name, about, limit_ms: 10_000, points: { short: 1, long: 5 },
  // Whether events of a failed fsync are on the disk nobody knows: a 503 may have been accepted.
  world: () => ({ faults: path, unsure_refusals: true }),
  async run(w, c) {
    for (let i = 0; i < c.points; ++i) {
      await w.accepted(c.random.between(100, 300));
      w.node.asked = true; // may end by itself
      const before = w.load.last_accepted;
      w.set_faults({ sync_fails: 1 });
      const fault = performance.now();
      await until(() => !w.node.is_alive() || w.load.refused > 30, 10_000, () => new NotCarriedOut('no fsync failed'));
      await c.pause(500);
      if (w.load.last_accepted > fault + 200 && path.includes('ingest')) {
        throw new Wrong(`an event was accepted ${Math.round(w.load.last_accepted - fault)} ms after fsync began to fail (${Math.round(before)})`);
      }
      await until(() => !w.node.is_alive(), 10_000, () => new Wrong('the node went on with a disk whose fsync failed'));
      w.set_faults({ sync_fails: 0 });
      if (w.node.how?.code !== 70) throw new Wrong(`the node ended with ${w.node.how?.signal ?? w.node.how?.code}, not with 70`);
      await w.revive_node();
    }
    await w.accepted(200);
    return `ended with 70 ${c.points} times`;
  },
});

export default [
  fails('state_fsync_error', '/conf/data/state/', 'fsync of the state fails'),
  fails('ingest_fsync_error', '/conf/data/ingest/', 'fsync of the ingest log fails'),
];
