// A case's world: broker, node, provider and shoppers, what is measured meanwhile, and the verdict at the end.
import { appendFileSync, closeSync, cpSync, existsSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { is_clean, judge } from './ledger.mjs';
import { NotCarriedOut, until, Wrong } from './outcome.mjs';
import { Broker, Process } from './process.mjs';
import { Provider } from './provider.mjs';
import { Shoppers } from './shoppers.mjs';

const now = () => performance.now();
const memory_limit_mib = 1024; // I4
const outbox_limit = 400_000; // limits.outbox_entries of 4 partitions

export class World {
  /** options: {beckon, tool, directory, random, embedded, settings, rate, unsure_refusals, faults, prepare} */
  constructor(options) {
    Object.assign(this, { settings: '', environment: {} }, options);
    this.conf = join(this.directory, 'conf');
    this.log = join(this.directory, 'node.log');
    this.broker = new Broker(this.directory);
    this.provider = new Provider();
    this.node = null;
    this.crashes = [];
    this.jumps = []; // of the wall clock
    this.may_end = false; // the node may end by itself for good: then only what was told counts
    this.late_from = Infinity; // from then on absences may be late
    this.unserved = new Set(); // users the ledger leaves out
    this.recoveries = [];
    this.peak = { memory: 0, outbox: 0, lag: 0, unacked: 0 };
    this.series = [];
    this.begun = now();
  }

  async start() {
    cpSync(fileURLToPath(new URL('../suite', import.meta.url)), this.conf, { recursive: true });
    const url = await this.provider.start();
    this.edit('channels.yaml', (text) => text.replace('http://127.0.0.1:1/hook', url));
    this.prepare?.(this);
    if (!this.embedded) {
      await this.broker.start();
      appendFileSync(join(this.conf, 'beckon.yaml'), `bus: {url: "${this.broker.url}"}\n`);
    }
    appendFileSync(join(this.conf, 'beckon.yaml'), this.settings);
    if (this.faults) {
      const control = join(this.directory, 'control');
      this.environment = { LD_PRELOAD: this.tool('libshim.so'), BECKON_FAULTS: control, BECKON_FAULTS_PATH: this.faults };
      this.set_faults({});
    }
    this.load = new Shoppers({
      run_file: join(this.conf, 'data', 'run.json'), random: this.random, rate: this.rate, unsure_refusals: this.unsure_refusals,
    });
    await this.start_node();
    this.watching = setInterval(() => this.sample(), 250);
  }

  write(file, text) {
    writeFileSync(join(this.conf, file), text);
  }

  edit(file, change) {
    const path = join(this.conf, file);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  }

  // ---- the node
  /** Starts it and waits until it is ready; with `any`, returns false when it ended instead. */
  async start_node({ any = false, limit_ms = 60_000 } = {}) {
    rmSync(join(this.conf, 'data', 'run.json'), { force: true });
    const node = new Process([this.beckon, 'run', '-c', this.conf], this.log, this.environment);
    this.node = node;
    this.address = null;
    node.ended.then((how) => {
      if (!node.asked) this.crashes.push(`the node ended by itself: ${how.signal ?? how.code}`);
    });
    const ready = await until(async () => {
      if (!node.is_alive()) return 'ended';
      return (await this.is_ready()) && 'ready';
    }, limit_ms, () => new Wrong(`the node was not ready after ${limit_ms} ms: ${this.unready}`));
    if (ready === 'ready') return true;
    await node.ended;
    if (any) return false;
    throw new NotCarriedOut(`the node did not start: ${this.last_log()}`);
  }

  async kill_node() {
    if (!this.node.is_alive()) throw new NotCarriedOut('the node had ended by itself');
    await this.node.kill();
  }

  /** Without waiting: for a moment that must not pass. */
  kill_now() {
    this.node.asked = true;
    this.node.signal('SIGKILL');
  }

  /** Starts it after its end; notes how long it took until ready. */
  async revive_node() {
    const begun = now();
    await this.node.ended;
    await this.start_node();
    this.recoveries.push(now() - begun);
  }

  /** kill -9 and a start at once: what systemd does. */
  async bounce_node() {
    await this.kill_node();
    await this.revive_node();
  }

  async stop_node(limit_ms = 30_000) {
    const begun = now();
    const how = await this.node.kill('SIGTERM');
    if (how.code !== 0) throw new Wrong(`after SIGTERM the node ended with ${how.signal ?? how.code}`);
    if (now() - begun > limit_ms) throw new Wrong(`the node took ${Math.round(now() - begun)} ms to stop`);
  }

  read_run_file() {
    if (this.address) return this.address;
    try {
      this.address = JSON.parse(readFileSync(join(this.conf, 'data', 'run.json'), 'utf8'));
    } catch {
      return null;
    }
    return this.address;
  }

  async get(path) {
    const address = this.read_run_file();
    if (!address) return null;
    try {
      const answer = await fetch(address.metrics.replace('/metrics', path), { signal: AbortSignal.timeout(5000) });
      return { status: answer.status, text: await answer.text() };
    } catch {
      return null;
    }
  }

  async is_ready() {
    const answer = await this.get('/readyz');
    this.unready = answer ? answer.text.replace(/\s+/g, ' ').match(/[^{]*"ok": ?false[^}]*/g)?.join('; ') ?? '' : 'no answer';
    if (answer && answer.status !== 200) this.saw_unready = true;
    return answer?.status === 200;
  }

  async await_ready(limit_ms = 30_000) {
    await until(() => this.is_ready(), limit_ms, () => new Wrong(`not ready again after ${limit_ms} ms: ${this.unready}`));
  }

  async await_unready(limit_ms = 10_000) {
    await until(async () => !(await this.is_ready()), limit_ms, () => new Wrong('the node stayed ready'), 10);
  }

  /** The sum of a metric over its labels; null when nobody answers. */
  async metrics() {
    const answer = await this.get('/metrics');
    if (!answer) return null;
    return (name) => answer.text.split('\n')
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  logged(pattern) {
    return existsSync(this.log) && pattern.test(readFileSync(this.log, 'utf8'));
  }

  count_logged(pattern) {
    return existsSync(this.log) ? [...readFileSync(this.log, 'utf8').matchAll(pattern)].length : 0;
  }

  last_log() {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-4).join(' / ') : '';
  }

  /** What the shim makes fail in the node (`faults`: in which paths fsync does). */
  set_faults({ clock_off_ms = 0, sync_fails = 0 }) {
    const block = Buffer.alloc(16);
    block.writeBigInt64LE(BigInt(clock_off_ms) * 1_000_000n, 0);
    block.writeBigInt64LE(BigInt(sync_fails), 8);
    const file = openSync(join(this.directory, 'control'), existsSync(join(this.directory, 'control')) ? 'r+' : 'w+');
    writeSync(file, block, 0, block.length, 0); // in place: the node has it mapped
    closeSync(file);
  }

  // ---- load
  async accepted(more, limit_ms = 60_000) {
    const wanted = this.load.accepted + more;
    await until(() => this.load.accepted >= wanted, limit_ms,
      () => new Wrong(`only ${this.load.accepted} of ${wanted} events were accepted within ${limit_ms} ms`), 5);
  }

  /** False: the node ended by itself meanwhile. */
  async accepted_or_ended(more, limit_ms = 60_000) {
    const wanted = this.load.accepted + more;
    await until(() => this.load.accepted >= wanted || !this.node.is_alive(), limit_ms,
      () => new Wrong(`only ${this.load.accepted} of ${wanted} events were accepted within ${limit_ms} ms`), 5);
    return this.node.is_alive();
  }

  /** Waits until events are accepted and told again; notes the time since `fault`. */
  async recovered(fault, limit_ms) {
    await until(() => this.load.last_accepted > fault, limit_ms, () => new Wrong(`nothing is accepted ${limit_ms} ms after the fault`));
    await this.await_ready(Math.max(1000, limit_ms - (now() - fault)));
    this.recoveries.push(now() - fault);
  }

  // ---- what is measured
  async sample() {
    if (!this.node || this.sampling) return;
    this.sampling = true;
    const metric = await this.metrics();
    const row = { at: Math.round((now() - this.begun) / 1000), memory: Math.round(this.node.memory()), accepted: this.load.accepted };
    if (metric) {
      row.outbox = metric('beckon_outbox_entries');
      row.lag = metric('beckon_queue_lag_messages');
      row.unacked = metric('beckon_ingest_unacked_bytes');
      row.sessions = metric('beckon_sessions_resident');
    }
    for (const name of Object.keys(this.peak)) this.peak[name] = Math.max(this.peak[name], row[name] ?? 0);
    this.series.push(row);
    this.sampling = false;
  }

  /** Everything that must come has come, or nothing comes any more. */
  async quiet() {
    await this.load.stop(this.node.is_alive() ? 15_000 : 0);
    await this.settle();
  }

  /** Until nothing is left and nothing is missing; or nothing moves any more. */
  async settle(stuck_ms = 90_000) {
    let moved = now(), last = '', judged = 0;
    for (;;) {
      if (!this.node.is_alive()) {
        if (this.may_end) return;
        throw new Wrong(`the node ended by itself: ${this.last_log()}`);
      }
      const metric = await this.metrics();
      const left = metric ? metric('beckon_queue_lag_messages') + metric('beckon_outbox_entries') + metric('beckon_ingest_unacked_bytes') : -1;
      const state = `${this.provider.effects_seen} ${left}`;
      if (state !== last) [moved, last] = [now(), state];
      const still = now() - moved;
      if (left === 0 ? still > 700 : now() - judged > 5000) { // judging takes a while, and the provider waits for it
        judged = now();
        const found = this.judge();
        if (found.strange.length + found.duplicated.length > 0) break; // nothing that comes makes it well
        if (left === 0 && (found.lost.length === 0 || still > 12_000)) break;
      }
      if (still > stuck_ms) throw new Wrong(`the node does not come to rest: ${left} left to do, ${this.unready}`);
      await pause(100);
    }
    await pause(300); // for what must not come
  }

  judge() {
    const served = (user) => !this.unserved.has(user);
    return judge(this.load.inputs.filter((input) => served(input.user)),
      this.provider.effects().filter((effect) => served(effect.key.split('|')[1])), { jumps: this.jumps, late_from: this.late_from });
  }

  /** Ends the load, waits for quiet, and says what the ledger says; I2, I4 and I5 are looked at as well. */
  async verdict() {
    await this.quiet();
    const abandoned = !this.node.is_alive();
    if (abandoned) this.crashes = [];
    else await this.stop_node();
    const found = this.judge();
    if (abandoned) found.lost = []; // nobody is there to tell it
    if (this.provider.unreadable) throw new Wrong(`the provider could not read ${this.provider.unreadable} requests`);
    const some = (list) => `${list.length}${list.length ? ` (${list.slice(0, 3).join(', ')}…)` : ''}`;
    if (!is_clean(found)) {
      throw Object.assign(new Wrong(`of ${found.required} occurrences ${some(found.lost)} lost, ${some(found.duplicated)} told twice, ` +
        `${some(found.strange)} that nobody asked for, ${some(found.shared)} ids of two occurrences`), { found });
    }
    this.check_health();
    return found;
  }

  check_health() {
    if (this.crashes.length) throw new Wrong(this.crashes.join('; '));
    if (this.logged(/(Address|Thread|UndefinedBehavior)Sanitizer|runtime error:|terminate called/)) throw new Wrong('a crash or a sanitizer report in the log');
    if (this.load.strange.length) throw new Wrong(`requests were answered with ${[...new Set(this.load.strange)]}`);
    if (this.provider.known.has('-')) throw new Wrong('a request to the provider had no webhook-id');
    if (this.load.refusals_without_retry_after) throw new Wrong('a 503 without Retry-After');
    if (this.peak.memory > memory_limit_mib) throw new Wrong(`the node took ${this.peak.memory} MiB`);
    if (this.peak.outbox > outbox_limit) throw new Wrong(`the outbox grew to ${this.peak.outbox} entries`);
  }

  async end() {
    clearInterval(this.watching);
    if (this.load) await this.load.stop(0);
    if (this.node?.is_alive()) await this.node.kill();
    if (this.broker.process) this.broker.thaw();
    await this.broker.kill();
    this.provider.stop();
    this.at_end?.();
  }
}
