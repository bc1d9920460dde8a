// 26: the provider answers 500 or not at all for ten minutes: it is left alone, attempts stay within 1.1 of what was first
// attempted and one a second, and everything is delivered once it is well.
import { until, Wrong } from '../lib/outcome.mjs';

export default {
  number: 26, name: 'provider_fails', full_ms: 600_000, short_ms: 10_000,
  about: 'the provider answers 500 or not at all for 10 min',
  world: (c) => ({ rate: c.share === 'full' ? 200 : 600 }), // what is decided meanwhile waits in memory
  async run(w, c) {
    await w.accepted(200);
    const begun = performance.now(), before = w.provider.attempts.length;
    let open = 0;
    w.provider.answer = () => (c.random.chance(0.5) ? { status: 500 } : { silent: true });
    while (performance.now() - begun < c.hold_ms) {
      await c.pause(200);
      open = Math.max(open, (await w.metrics())?.('beckon_breakers_open') ?? 0);
    }
    const seconds = (performance.now() - begun) / 1000;
    const attempts = w.provider.attempts.slice(before);
    w.provider.answer = () => ({ status: 200 });
    const back = performance.now();
    const ids = new Set(attempts.map((one) => one.id)).size;
    const allowed = 1.1 * ids + seconds + 5;
    if (attempts.length > allowed) throw new Wrong(`${attempts.length} attempts at ${ids} deliveries in ${seconds.toFixed(0)} s: more than ${allowed.toFixed(0)}`);
    if (open < 1) throw new Wrong('no breaker opened');
    await until(() => w.provider.effects().some((one) => one.at > back), 90_000, () => new Wrong('nothing is delivered to the provider that is well again'));
    w.recoveries.push(performance.now() - back);
    return `${attempts.length} attempts at ${ids} deliveries in ${seconds.toFixed(0)} s`;
  },
};
