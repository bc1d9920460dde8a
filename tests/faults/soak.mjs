// Load with random kills of node and broker for as long as it is told; then the ledger's verdict, and memory and queues over time.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { exit_code, Wrong } from './lib/outcome.mjs';
import { Random } from './lib/random.mjs';
import { World } from './lib/world.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const usage = `Load and random kills of node and broker, judged by the ledger of the fault suite.
usage: tests/faults/soak [OPTION…]
  --minutes N       how long (default 10)
  --rate N          events a second, about (default 600)
  --seed S          default: by chance, printed
  --programs DIR    build directory (default build/ci)
  --node PROGRAM    the node, in place of DIR/topology/beckon
  --output json     for programs
Exit code: 0 the ledger is clean and nothing grew · 3 an outcome is wrong · 1 it could not be carried out · 64 usage
`;
const rows_shown = 12;
const longest_calm_ms = 20_000;

function options() {
  try {
    return parseArgs({
      options: {
        minutes: { type: 'string', default: '10' }, rate: { type: 'string', default: '600' }, seed: { type: 'string' },
        programs: { type: 'string', default: join(here, '../../build/ci') }, node: { type: 'string' },
        output: { type: 'string', default: 'text' }, help: { type: 'boolean' },
      },
    }).values;
  } catch (e) {
    process.stderr.write(`${e.message}\n${usage}`);
    process.exit(64);
  }
}

const given = options();
if (given.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const seed = given.seed !== undefined ? Number(given.seed) : Math.floor(Math.random() * 1e6);
const minutes = Number(given.minutes);
const random = new Random(seed);
const directory = mkdtempSync(join(tmpdir(), 'beckon-soak-'));
const w = new World({
  beckon: given.node ? resolve(given.node) : join(resolve(given.programs), 'topology/beckon'), directory, random, rate: Number(given.rate),
});
const progress = (text) => { if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`); };
const kills = { node: 0, broker: 0, both: 0 };

const faults = {
  node: () => w.bounce_node(),
  async broker() {
    const fault = performance.now();
    await w.broker.kill();
    await pause(random.between(0, 3000));
    await w.broker.start();
    await w.recovered(fault, 20_000);
  },
  async both() {
    const fault = performance.now();
    await w.broker.kill();
    await w.kill_node();
    await w.broker.start();
    await w.revive_node();
    await w.recovered(fault, 30_000);
  },
};

/** I4: what a life of the node needs does not grow from its first half to its second by more than a quarter and 64 MiB. */
function none_grew() {
  const half = w.series.length / 2;
  const most = (rows, name) => Math.max(0, ...rows.map((row) => row[name] ?? 0));
  for (const [name, slack] of [['memory', 64], ['outbox', 5000], ['lag', 5000]]) {
    const [before, after] = [most(w.series.slice(0, half), name), most(w.series.slice(half), name)];
    if (after > before * 1.25 + slack) throw new Wrong(`${name} grew from ${before} to ${after}`);
  }
}

function table() {
  const names = ['at', 'accepted', 'memory', 'outbox', 'lag', 'unacked', 'sessions'];
  const heads = ['s', 'accepted', 'MiB', 'outbox', 'queue lag', 'unacked B', 'sessions'];
  const step = Math.max(1, Math.floor(w.series.length / rows_shown));
  const rows = w.series.filter((_, i) => i % step === 0).map((row) => names.map((name) => String(row[name] ?? '-')));
  return [heads, ...rows].map((row) => row.map((text) => text.padStart(10)).join('')).join('\n');
}

async function soak() {
  await w.start();
  w.load.start();
  const begun = performance.now();
  const end = begun + minutes * 60_000;
  while (performance.now() < end) {
    const until_next = Math.min(random.between(1000, longest_calm_ms), Math.max(0, end - performance.now()));
    const next = performance.now() + until_next;
    while (performance.now() < next) {
      progress(`soak (seed ${seed}): ${Math.round((performance.now() - begun) / 1000)} of ${minutes * 60} s, ${w.load.accepted} in, ` +
        `${w.provider.effects_seen} out, killed: ${kills.node} node, ${kills.broker} broker, ${kills.both} both`);
      await pause(Math.min(500, Math.max(1, next - performance.now())));
    }
    if (performance.now() >= end) break;
    const what = random.of(['node', 'node', 'broker', 'both']);
    ++kills[what];
    await faults[what]();
  }
  const found = await w.verdict();
  none_grew();
  return found;
}

let outcome = 'ok', why = '', found;
try {
  found = await soak();
} catch (e) {
  outcome = e instanceof Wrong ? 'wrong' : 'not carried out';
  why = e instanceof Wrong ? e.message : e.stack;
  found = e.found ?? w.judge();
} finally {
  await w.end();
}
progress('');
const summary = {
  outcome, why, seed, minutes, kills, in: w.load.inputs.filter((one) => one.sure).length, out: w.provider.effects().length,
  lost: found.lost.length, duplicated: found.duplicated.length, strange: found.strange.length, same_id_again: found.repeats,
  slowest_recovery_s: Math.round(Math.max(0, ...w.recoveries)) / 1000, peak: w.peak,
};
if (given.output === 'json') {
  console.log(JSON.stringify({ ...summary, series: w.series }));
} else {
  console.log(table());
  console.log(`seed ${seed}, ${minutes} min; killed: node ${kills.node} times, broker ${kills.broker}, both ${kills.both}; slowest recovery ` +
    `${summary.slowest_recovery_s} s\n${summary.in} in, ${summary.out} out: ${summary.lost} lost, ${summary.duplicated} duplicated, ` +
    `${summary.strange} strange, ${summary.same_id_again} again under the same id; at most ${w.peak.memory} MiB\n${outcome}${why ? `: ${why}` : ''}`);
}
if (outcome === 'ok') rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
else console.log(`kept: ${directory}`);
process.exit({ ok: exit_code.ok, wrong: exit_code.wrong }[outcome] ?? exit_code.not_carried_out);
