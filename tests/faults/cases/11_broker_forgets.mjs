// 11, 12: the broker comes back without what it had acked: its last messages, a stream, everything. That is seen, said in
// readiness, metric and log, and mended.
import { cpSync, renameSync, rmSync } from 'node:fs';
import { ask } from '../lib/nats.mjs';
import { until, Wrong } from '../lib/outcome.mjs';

async function was_said(w) {
  for (const [name, what] of [['beckon_queue_rewinds_total', 'no queue was read anew'], ['beckon_broker_losses_total', 'the loss is not counted']]) {
    await until(async () => (await w.metrics())?.(name) >= 1, 10_000, () => new Wrong(what));
  }
  if (!w.logged(/the broker lost what it had stored/)) throw new Wrong('the loss is not in the log');
}

const times_unready = async (w) => (await w.metrics())?.('beckon_unready_total') ?? 0;

async function mended(w, fault, before) {
  // Counted, for it may be mended before anybody has asked.
  await until(async () => (await times_unready(w)) > before, 10_000, () => new Wrong('the node stayed ready'));
  await w.recovered(fault, 15_000);
  await w.accepted(100);
  await was_said(w);
}

/** Another case whose fault is `lose(w, c)` while the broker is down. */
const forgets = (number, name, about, lose) => ({
  // More losses within a minute than a station's restarts are allowed end the node, as they should.
  number, name, about, limit_ms: 15_000, points: { short: 1, long: 3 }, runs: 3,
  async run(w, c) {
    for (let i = 0; i < c.points; ++i) {
      await w.accepted(c.random.between(200, 500));
      const before = await times_unready(w);
      await mended(w, await lose(w, c), before);
    }
  },
});

export default [
  forgets(11, 'broker_lost_tail', 'the broker lost its last acked messages', async (w, c) => {
    w.broker.freeze();
    const earlier = `${w.broker.store}.earlier`;
    cpSync(w.broker.store, earlier, { recursive: true });
    w.broker.thaw();
    await w.accepted(c.random.between(300, 600));
    const fault = performance.now();
    await w.broker.kill();
    rmSync(w.broker.store, { recursive: true });
    renameSync(earlier, w.broker.store);
    await w.broker.start();
    return fault;
  }),
  forgets(11, 'stream_deleted', 'a queue\'s stream is deleted over the broker\'s interface', async (w, c) => {
    const fault = performance.now();
    await ask(w.broker.port, `$JS.API.STREAM.DELETE.BECKON_web_${c.random.between(0, 3)}`);
    return fault;
  }),
  forgets(12, 'broker_wiped', 'the broker\'s store is wiped under load', async (w) => {
    const fault = performance.now();
    await w.broker.kill();
    rmSync(w.broker.store, { recursive: true });
    await w.broker.start();
    return fault;
  }),
  {
    number: 12, name: 'both_down_and_wiped', about: 'node killed and broker wiped, with accepted events only in the log',
    limit_ms: 15_000, points: { short: 1, long: 5 },
    async run(w, c) {
      for (let i = 0; i < c.points; ++i) {
        await w.accepted(c.random.between(200, 500));
        w.broker.freeze();
        await w.accepted(c.random.between(100, 300));
        await w.kill_node();
        await w.broker.kill();
        rmSync(w.broker.store, { recursive: true });
        await w.broker.start();
        await w.revive_node();
        await w.accepted(100);
        await was_said(w);
      }
    },
  },
];
