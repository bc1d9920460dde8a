// 23: the wall clock jumps by an hour, forth and back, while the node runs, and between two of its lives. Nothing is told early
// or twice: node time follows a tenth quicker or slower, so a wait may end after 10/11 of its length. After a life an hour ahead, absences of a user who did something in it wait until the clock gets there again: the
// ledger only asks that none comes early.
import { wait_ms } from '../lib/ledger.mjs';
import { Wrong } from '../lib/outcome.mjs';

const hour_ms = 3_600_000;

const quickest = 1.1; // node time, to time

/** No absence was told before its time by a clock that nobody sets. */
function none_early(w) {
  const orders = new Map(w.load.inputs.filter((one) => one.type === 'order_placed').map((one) => [`unpaid|${one.user}|${one.n}`, one]));
  for (const { key, at } of w.provider.effects()) {
    const order = orders.get(key);
    if (!order || at - order.first >= wait_ms / quickest - 100 || w.jumps.some((t) => t >= order.first && t <= at)) continue;
    throw new Wrong(`${key} was told ${Math.round(at - order.first)} ms after the order`);
  }
}

const jumps = (name, about, jump, said) => ({
  number: 23, name, about, points: { short: 2, long: 10 }, world: () => ({ faults: 'nothing' }),
  async run(w, c) {
    for (let i = 0; i < c.points; ++i) {
      await w.accepted(300);
      await jump(w, i % 2 === 0 ? hour_ms : -hour_ms);
      await w.accepted(600);
    }
    await w.accepted(200);
  },
  after(w) {
    none_early(w);
    if (said && !w.logged(/the wall clock was set: node time follows/)) throw new Wrong('the log says nothing of the clock');
  },
});

async function set(w, by) {
  w.jumps.push(performance.now());
  w.clock_off_ms = (w.clock_off_ms ?? 0) + by;
  w.set_faults({ clock_off_ms: w.clock_off_ms });
}

export default [
  jumps('clock_set_forth', 'the wall clock goes forth by an hour, and back', (w, by) => set(w, by), true),
  jumps('clock_set_back', 'the wall clock goes back by an hour, and forth', (w, by) => set(w, -by), true),
  jumps('clock_set_while_down', 'the wall clock is set while the node is down', async (w, by) => {
    await w.kill_node();
    await set(w, by);
    if (by < 0) w.late_from = Math.min(w.late_from, performance.now());
    await w.revive_node();
  }, false),
];
