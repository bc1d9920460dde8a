// Real processes: a node, a broker. Each dies with the runner, and is ended by its own id.
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { NotCarriedOut, until } from './outcome.mjs';

const with_parent = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0 ? ['setpriv', '--pdeathsig', 'KILL'] : [];

export class Process {
  constructor(command, log_file, environment = {}) {
    const [program, ...words] = [...with_parent, ...command];
    this.child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
    const log = createWriteStream(log_file, { flags: 'a' });
    this.child.stdout.pipe(log, { end: false });
    this.child.stderr.pipe(log, { end: false });
    this.asked = false; // whoever ends unasked crashed
    this.ended = new Promise((resolve) => {
      this.child.on('error', (e) => resolve({ code: -1, signal: String(e) }));
      this.child.on('close', (code, signal) => {
        log.end(() => resolve({ code, signal }));
      });
    });
    this.ended.then((how) => { this.how = how; });
  }

  get pid() {
    return this.child.pid;
  }

  is_alive() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async kill(signal = 'SIGKILL') {
    this.asked = true;
    this.child.kill(signal);
    return this.ended;
  }

  signal(which) {
    this.child.kill(which);
  }

  /** Resident memory, MiB. */
  memory() {
    try {
      return Number(readFileSync(`/proc/${this.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)?.[1] ?? 0) / 1024;
    } catch {
      return 0;
    }
  }
}

/** nats-server on a port that stays over its lives. */
export class Broker {
  constructor(directory) {
    this.directory = directory;
    this.store = join(directory, 'broker');
    this.port = 0;
    this.process = null;
  }

  get url() {
    return `nats://127.0.0.1:${this.port}`;
  }

  async start() {
    const ports = join(this.directory, 'ports');
    rmSync(ports, { recursive: true, force: true });
    mkdirSync(ports, { recursive: true });
    mkdirSync(this.store, { recursive: true });
    const config = join(this.directory, 'broker.conf'); // streams may be larger than the disk
    writeFileSync(config, `jetstream { store_dir: "${this.store}", max_file_store: 1TB }\n`);
    this.process = new Process(
      ['nats-server', '-c', config, '-a', '127.0.0.1', '-p', String(this.port || -1), '--ports_file_dir', ports],
      join(this.directory, 'broker.log'));
    await until(() => {
      if (!this.process.is_alive()) throw new NotCarriedOut('the broker did not start');
      if (this.port) return this.answers();
      const file = readdirSync(ports)[0];
      const found = file && readFileSync(join(ports, file), 'utf8').match(/nats:\/\/127\.0\.0\.1:(\d+)/);
      if (found) this.port = Number(found[1]);
      return false;
    }, 15_000, () => new NotCarriedOut('the broker did not get ready'));
  }

  answers() {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
      socket.on('error', () => resolve(false));
    });
  }

  async kill() {
    const process = this.process;
    this.process = null;
    if (process) await process.kill();
  }

  freeze() { this.process.signal('SIGSTOP'); }
  thaw() { this.process.signal('SIGCONT'); }
}

