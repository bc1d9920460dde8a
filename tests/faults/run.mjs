// The runner of the fault suite: finds the cases, carries them out one by one, prints a table.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { exit_code, NotCarriedOut, Skipped, Wrong } from './lib/outcome.mjs';
import { carried_out_inside, share_inside } from './lib/namespace.mjs';
import { Random } from './lib/random.mjs';
import { as_json, as_table } from './lib/table.mjs';
import { World } from './lib/world.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const usage = `Faults injected into a real deployment, judged by a ledger of its own.
usage: tests/faults/run [OPTION…]
  --list            the cases
  --case N|NAME     these only (may be given several times)
  --short           few kills, short waits (what ops/test does)
  --times N         every case N times, each under a seed of its own
  --seed S          of the first time; default: by chance, printed
  --programs DIR    build directory (default build/ci)
  --node PROGRAM    the node, in place of DIR/topology/beckon
  --data DIR        recorded logs (default ../shared/data beside the tree)
  --control         passes only when the ledger turns red in every case
  --keep            leaves the directories of cases that did not end well
  --output json     for programs
Exit code: 0 all as it must be · 3 an outcome is wrong · 1 a case could not be carried out · 64 usage · 77 nothing could be tested
`;

function options() {
  try {
    return parseArgs({
      options: {
        list: { type: 'boolean' }, case: { type: 'string', multiple: true, default: [] }, short: { type: 'boolean', default: false },
        times: { type: 'string' }, seed: { type: 'string' }, programs: { type: 'string', default: join(here, '../../build/ci') },
        node: { type: 'string' }, data: { type: 'string', default: join(here, '../../../shared/data') }, control: { type: 'boolean' }, keep: { type: 'boolean' }, output: { type: 'string', default: 'text' },
        help: { type: 'boolean' },
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
const programs = resolve(given.programs);
const beckon = given.node ? resolve(given.node) : join(programs, 'topology/beckon');
const tool = (name) => join(programs, 'tests/faults', name);
const data = resolve(given.data);
const on_terminal = process.stderr.isTTY;
const progress = (text) => { if (on_terminal) process.stderr.write(`\r\x1b[K${text}`); };

async function all_cases() {
  const out = [];
  for (const file of readdirSync(join(here, 'cases')).sort()) {
    if (!file.endsWith('.mjs')) continue;
    const found = (await import(join(here, 'cases', file))).default;
    out.push(...(Array.isArray(found) ? found : [found]));
  }
  return out;
}

/** How often, and at which share of its full time, a case is carried out. */
function rounds(one) {
  if (share_inside()) return [share_inside()];
  const times = (share, n) => Array(Number(given.times ?? n)).fill(share);
  if (given.short) return times('short', 1);
  if (!one.full_ms) return times('long', one.runs ?? 1);
  if (given.times) return times('tenth', 1);
  return [...times('tenth', 5), 'full'];
}

async function in_world(one, row, c) {
  const w = new World({ beckon, directory: c.directory, random: c.random, tool, ...one.world?.(c) });
  const ending = () => { // node and broker die with this process
    rmSync(c.directory, { recursive: true, force: true, maxRetries: 5 });
    process.exit(130);
  };
  process.once('SIGINT', ending);
  process.once('SIGTERM', ending);
  const showing = setInterval(() => progress(`${one.name} (seed ${row.seed}): ${seconds(c)} s, ${w.load?.accepted ?? 0} in, ` +
    `${w.provider.effects_seen} out`), 500);
  try {
    await w.start();
    if (!one.idle) w.load.start();
    row.note = (await one.run(w, c)) ?? '';
    const found = await w.verdict();
    Object.assign(row, { lost: 0, duplicated: 0, strange: 0, repeats: found.repeats });
    row.note = (one.after ? await one.after(w, c, found) : row.note) ?? row.note;
    const slowest = Math.max(0, ...w.recoveries);
    if (one.limit_ms && !w.recoveries.length) throw new NotCarriedOut('no recovery was measured');
    if (one.limit_ms && slowest > one.limit_ms) throw new Wrong(`recovery took ${Math.round(slowest)} ms, allowed are ${one.limit_ms}`);
  } catch (e) {
    const found = e.found ?? (w.load ? w.judge() : null);
    if (found) Object.assign(row, { lost: found.lost.length, duplicated: found.duplicated.length, strange: found.strange.length, repeats: found.repeats });
    e.log = w.last_log();
    throw e;
  } finally {
    clearInterval(showing);
    process.off('SIGINT', ending);
    process.off('SIGTERM', ending);
    row.in = w.load?.inputs.filter((input) => input.sure).length ?? 0;
    row.out = w.provider.effects().length;
    row.recovery = w.recoveries.length ? Math.round(Math.max(...w.recoveries)) / 1000 : null;
    row.memory = w.peak.memory;
    await w.end();
  }
}

function by_script(one, row, c) {
  const [script, ...words] = one.script({ here, beckon, tool, data, seed: row.seed, short: c.share === 'short' });
  progress(`${one.name} (seed ${row.seed})`);
  const done = spawnSync(script, words, { encoding: 'utf8' });
  const lines = `${done.stdout}${done.stderr}`.trimEnd().split('\n');
  row.note = done.stdout.trimEnd().split('\n').at(-1).replace(/^\w+: /, '');
  if (done.status === exit_code.skipped) throw new Skipped(row.note);
  if (done.status === exit_code.wrong) throw new Wrong(lines.slice(-12).join('\n'));
  if (done.status !== 0) throw new NotCarriedOut(lines.slice(-12).join('\n'));
}

async function inside(one, row, c) {
  progress(`${one.name} (seed ${row.seed})`);
  const words = ['--case', one.name, '--seed', String(row.seed), '--programs', programs, '--node', beckon];
  return carried_out_inside(join(here, 'run.mjs'), given.keep ? [...words, '--keep'] : words, c.share, c.directory);
}

const seconds = (c) => Math.round((performance.now() - c.begun) / 100) / 10;

async function carry_out(one, share, seed) {
  const row = { case: `${one.number} ${one.name}`, share, seed, seconds: 0, recovery: null, outcome: 'ok', note: '' };
  const c = {
    share, random: new Random(seed), begun: performance.now(), directory: mkdtempSync(join(tmpdir(), 'beckon-fault-')), pause,
    points: one.points?.[share === 'short' ? 'short' : 'long'] ?? 1,
    hold_ms: !one.full_ms ? 0 : share === 'full' ? one.full_ms : share === 'tenth' ? one.full_ms / 10 : Math.min(one.full_ms / 10, one.short_ms),
  };
  try {
    if (one.script) by_script(one, row, c);
    else if (one.needs === 'mounts' && !share_inside()) Object.assign(row, await inside(one, row, c));
    else await in_world(one, row, c);
  } catch (e) {
    row.outcome = e instanceof Skipped ? 'skipped' : e instanceof Wrong ? 'wrong' : 'not carried out';
    row.note = e instanceof Wrong || e instanceof Skipped || e instanceof NotCarriedOut ? e.message : e.stack;
    row.log = e.log;
  }
  row.seconds = seconds(c);
  if (!given.keep || row.outcome === 'ok') rmSync(c.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  else row.note += ` [${c.directory}]`;
  progress('');
  return row;
}

const cases = await all_cases();
const chosen = given.case.length ? cases.filter((one) => given.case.some((which) => which === one.name || which === String(one.number))) : cases;
if (!chosen.length || given.case.some((which) => !cases.some((one) => which === one.name || which === String(one.number)))) {
  process.stderr.write(`no such case: ${given.case.join(', ')}; see --list\n`);
  process.exit(64);
}
if (given.list) {
  for (const one of chosen) console.log(`${String(one.number).padStart(2)} ${one.name.padEnd(24)} ${one.about}`);
  process.exit(0);
}
if (!existsSync(beckon)) {
  process.stderr.write(`there is no ${beckon}: ops/build ci beckon\n`);
  process.exit(exit_code.not_carried_out);
}

const rows = [];
let seed = given.seed !== undefined ? Number(given.seed) : Math.floor(Math.random() * 1e6);
for (const one of chosen) {
  for (const share of rounds(one)) {
    const row = await carry_out(one, share, seed++);
    rows.push(row);
    if (row.outcome !== 'ok') process.stderr.write(`${row.case} (seed ${row.seed}): ${row.outcome.toUpperCase()}: ${row.note}\n${row.log ? `  log: ${row.log}\n` : ''}`);
  }
}
process.stdout.write(given.output === 'json' ? as_json(rows) : as_table(rows));

const any = (outcome) => rows.some((row) => row.outcome === outcome);
if (given.control) {
  const red = rows.every((row) => row.outcome === 'wrong' && row.lost + row.duplicated + row.strange > 0);
  console.log(red ? 'control: the ledger turned red, as it must' : 'control: the ledger did not find out');
  process.exit(red ? 0 : any('skipped') ? exit_code.skipped : 1);
}
process.exit(any('wrong') ? exit_code.wrong : any('not carried out') ? exit_code.not_carried_out :
  rows.every((row) => row.outcome === 'skipped') ? exit_code.skipped : 0);
