// 10: the broker is away for long: events are accepted up to the bound of the ingest log, then refused with Retry-After; it
// comes back, everything accepted is judged, and events are accepted again.
import { until, Wrong } from '../lib/outcome.mjs';

const bytes_per_second = 130_000; // of the load in the log: its bound is reached half-way

export default {
  number: 10, name: 'broker_away', limit_ms: 15_000, full_ms: 300_000, short_ms: 8_000,
  about: 'broker away for 5 min under load: accepted up to the bound, then 503',
  // As short as the absence is, so is the time after which a silent door leaves the clock: what it says of then is on its way.
  world: (c) => ({ settings: `ingest: {log_bytes: ${Math.max(1, Math.round((c.hold_ms / 1000) * bytes_per_second / 1048576))} MiB}\n` +
    `clock_wait_max: ${Math.min(30, c.hold_ms / 2000)} s\n` }),
  async run(w, c) {
    await w.accepted(300);
    const before = w.load.accepted;
    const gone = performance.now();
    await w.broker.kill();
    await w.await_unready();
    await until(() => w.load.refused > 0 || performance.now() - gone > 2 * c.hold_ms, 3 * c.hold_ms,
      () => new Wrong('nothing was refused'));
    if (w.load.refused === 0) throw new Wrong('nothing was refused although the bound is reached');
    const held = w.load.accepted - before;
    if (held < 500) throw new Wrong(`refused after only ${held} events`);
    await c.pause(Math.max(0, c.hold_ms - (performance.now() - gone)));
    const back = performance.now();
    await w.broker.start();
    await w.recovered(back, 15_000);
    await w.accepted(200);
    if (w.logged(/a silent door left the clock/)) throw new Wrong('a door that nobody could hear left the clock');
    return `${held} accepted without a broker, ${w.load.refused} refused`;
  },
};
