// Decisions that wait: how many, and kills of the node before and after the moment they wait for.
import { NotCarriedOut, until } from './outcome.mjs';

export async function waiting_decisions(w) {
  return (await w.metrics())?.('beckon_pending_decisions') ?? 0;
}

/**
 * Once more than 50 wait: half of the case's kills before `end` (as performance.now() tells), the others after it. `at_end` is called
 * in between. Returns how many waited when the first half was over.
 */
export async function kills_around(end, w, c, at_end = () => {}) {
  await until(async () => (await waiting_decisions(w)) > 50, end - performance.now(),
    () => new NotCarriedOut('too slow: the wait ended before many had begun'));
  const before = Math.ceil(c.points / 2);
  for (let i = 0; i < before && performance.now() < end - 2_000; ++i) {
    await w.accepted(c.random.between(50, 200));
    await c.pause(c.random.between(0, 50));
    await w.bounce_node();
  }
  const waited = performance.now() < end ? await waiting_decisions(w) : 0;
  await c.pause(Math.max(0, end - performance.now()));
  at_end();
  for (let i = before; i < c.points; ++i) {
    await c.pause(c.random.between(0, 500)); // they end one after another
    await w.bounce_node();
  }
  await w.accepted(100);
  return waited;
}
