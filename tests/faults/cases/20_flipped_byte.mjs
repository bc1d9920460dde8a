// 20: one byte of what the node stores is flipped while it is down: it refuses to start and says why, or goes on well; it never
// sends anything wrong. Refused before it did anything, it gets the store back as it was, and nothing may be lost. Damage that
// is found later ends the case: what was kept is older than what was sent, and only wrong sends count then. RocksDB says
// "Corruption", but a flipped name of a file in CURRENT is a file it does not find when it opens the store.
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Wrong } from '../lib/outcome.mjs';

const files_below = (directory) => readdirSync(directory, { withFileTypes: true, recursive: true })
  .filter((one) => one.isFile())
  .map((one) => join(one.parentPath ?? one.path, one.name)).filter((path) => statSync(path).size > 0);

function flip(store, random) {
  const path = random.of(files_below(store).sort());
  const bytes = readFileSync(path);
  const at = random.between(0, bytes.length - 1);
  bytes[at] ^= 1 << random.between(0, 7);
  writeFileSync(path, bytes);
  return `byte ${at} of ${bytes.length} of ${path.slice(store.lastIndexOf('/') + 1)}`;
}

export default {
  number: 20, name: 'flipped_byte', points: { short: 4, long: 8 }, runs: 10,
  about: 'a byte of the store is flipped: refused or well, never a wrong send',
  async run(w, c) {
    w.may_end = true;
    w.flips = [];
    for (let i = 0; i < c.points; ++i) {
      if (!(await w.accepted_or_ended(c.random.between(150, 300)))) return;
      await w.kill_node();
      const store = join(w.conf, 'data', c.random.of(['state', 'state', 'ingest'])), kept = join(w.directory, 'kept');
      rmSync(kept, { recursive: true, force: true });
      cpSync(store, kept, { recursive: true });
      w.flips.push(flip(store, c.random));
      const lives = w.count_logged(/node: running/g);
      if (await w.start_node({ any: true })) continue;
      if (w.count_logged(/node: running/g) > lives || w.flips.length > (w.refused ?? 0) + 1) return; // it did something, or found older damage
      w.refused = (w.refused ?? 0) + 1;
      if (![69, 70, 78].includes(w.node.how.code)) throw new Wrong(`${w.flips.at(-1)}: ended with ${w.node.how.signal ?? w.node.how.code}`);
      w.crashes = [];
      rmSync(store, { recursive: true });
      cpSync(kept, store, { recursive: true });
      await w.start_node();
    }
    await w.accepted_or_ended(200);
  },
  after(w) {
    const all = `${w.flips.length} flips, ${w.refused ?? 0} refused at once`;
    if (w.node.how.code === 0) return all;
    if (![69, 70].includes(w.node.how.code) || !w.logged(/Corruption|opening the store/)) throw new Wrong(`${w.flips.at(-1)}: ended with ${w.node.how.signal ?? w.node.how.code}`);
    return `${all}, one found later: ${w.flips.join('; ')}`;
  },
};
