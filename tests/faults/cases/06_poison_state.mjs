// 6: the stored state of one user cannot be read: that user's events become dead letters, everyone else is served.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { NotCarriedOut, until, Wrong } from '../lib/outcome.mjs';

export default {
  number: 6, name: 'poison_state', limit_ms: 10_000, points: { short: 1, long: 5 },
  about: 'the stored state of one user is garbage',
  async run(w, c) {
    for (let i = 0; i < c.points; ++i) {
      await w.accepted(300);
      const user = `u-${2 * c.random.between(0, 11)}-${c.random.between(0, 7)}`; // a user who gives ids
      if (!w.load.inputs.some((input) => input.user === user)) throw new NotCarriedOut(`${user} did nothing`);
      w.unserved.add(user);
      await w.kill_node();
      const done = spawnSync(w.tool('store_poison'), [join(w.conf, 'data/state'), '4', user], { encoding: 'utf8' });
      if (done.status !== 0) throw new NotCarriedOut(`store_poison: ${done.stderr || done.error}`);
      await w.revive_node();
      await w.accepted(400);
      await until(async () => (await w.metrics())?.('beckon_dead_letters_total') > 0, 5000,
        () => new Wrong(`no dead letter says that the state of ${user} cannot be read`));
    }
    return `${w.unserved.size} users quarantined`;
  },
};
