// 17: the disk of state and ingest log is full, then there is room again: no hands needed. 18: the broker's disk likewise.
// Each disk is a small tmpfs in a mount namespace of its own.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, statfsSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { NotCarriedOut } from '../lib/outcome.mjs';

function mount(w, directory, mib) {
  mkdirSync(directory, { recursive: true });
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', directory], { encoding: 'utf8' });
  if (done.status !== 0) throw new NotCarriedOut(`mount: ${done.stderr}`);
  w.at_end = () => spawnSync('umount', ['-l', directory]);
}

/** Leaves no block free; and again, as room appears, until told to stop. */
function fill(directory) {
  const path = join(directory, 'filler');
  const file = openSync(path, 'a');
  const block = Buffer.alloc(4096);
  const more = () => {
    try {
      for (let n = statfsSync(directory).bavail; n > 0; --n) writeSync(file, block);
    } catch { /* full: what is wanted */ }
  };
  more();
  const again = setInterval(more, 50);
  return () => { clearInterval(again); closeSync(file); unlinkSync(path); };
}

export default [
  {
    number: 17, name: 'state_disk_full', needs: 'mounts', limit_ms: 15_000, points: { short: 1, long: 5 },
    about: 'the disk of state and ingest log is full, then freed',
    world: () => ({ prepare: (w) => mount(w, join(w.conf, 'data'), 192), rate: 1200 }),
    async run(w, c) {
      for (let i = 0; i < c.points; ++i) {
        await w.accepted(300);
        const free = fill(join(w.conf, 'data'));
        await w.await_unready(30_000); // the ingest log may still have room that it took beforehand
        await c.pause(c.random.between(500, 2000));
        free();
        await w.recovered(performance.now(), 15_000);
        await w.accepted(300);
      }
      return `${w.load.refused} refused meanwhile`;
    },
  },
  {
    number: 18, name: 'broker_disk_full', needs: 'mounts', limit_ms: 15_000, points: { short: 1, long: 5 },
    about: 'the broker\'s disk is full, then freed and the broker started again',
    world: () => ({ prepare: (w) => mount(w, w.broker.store, 96), settings: 'ingest: {log_bytes: 4 MiB}\n' }),
    async run(w, c) {
      for (let i = 0; i < c.points; ++i) {
        await w.accepted(300);
        const free = fill(w.broker.store);
        await w.await_unready(30_000);
        await w.accepted(300); // into the ingest log
        free();
        await w.broker.kill(); // nats-server switches JetStream off for good once its disk was full
        const fault = performance.now();
        await w.broker.start();
        await w.recovered(fault, 15_000);
        await w.accepted(300);
      }
    },
  },
];
