// Load over HTTP for the tests of ingest: every event is sent once, without an id, and never again; what became of it is
// written down: a line per event: N STATUS RETRY_AFTER MS (STATUS 0: no answer; RETRY_AFTER '-': none given). The address is
// read again from run.json after every failure. Ends after the last event, or at the first 503 when told to.
// usage: node once.mjs --run-file DATA/run.json --ledger FILE --first N --events N [--connections C] [--users U] [--until-refused]
//        [--pace MS]: a pause of each connection after each request · [--batch K]: K events in each request
import { appendFileSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values: given } = parseArgs({
  options: {
    'run-file': { type: 'string' },
    ledger: { type: 'string' },
    first: { type: 'string', default: '1' },
    events: { type: 'string' },
    connections: { type: 'string', default: '16' },
    users: { type: 'string', default: '200' },
    batch: { type: 'string', default: '1' },
    pace: { type: 'string', default: '0' },
    'until-refused': { type: 'boolean', default: false },
  },
});
const users = Number(given.users);
const pace = Number(given.pace);
const batch = Number(given.batch);
const last = Number(given.first) + Number(given.events) - 1;
const agent = new Agent({ keepAlive: true, maxSockets: Number(given.connections) });
let next = Number(given.first), stopped = false, base = '';

function address() {
  try {
    return JSON.parse(readFileSync(given['run-file'], 'utf8')).ingest;
  } catch {
    return ''; // no node runs just now
  }
}

function post(body) {
  return new Promise((resolve) => {
    const none = { status: 0, retry: '-' };
    if (!base) return resolve(none);
    const attempt = request(`${base}/v1/${batch > 1 ? 'batch' : 'track'}`, {
      agent,
      method: 'POST',
      timeout: 5_000,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve({ status: answer.statusCode, retry: answer.headers['retry-after'] ?? '-' }));
      answer.on('error', () => resolve(none));
    });
    attempt.on('timeout', () => attempt.destroy());
    attempt.on('error', () => resolve(none));
    attempt.end(body);
  });
}

async function worker() {
  while (next <= last && !stopped) {
    const n = next;
    next = Math.min(last + 1, n + batch);
    const events = Array.from({ length: next - n }, (_, i) => (
      { type: 'track', event: 'item_view', userId: `u-${(n + i) % users}`, properties: { n: String(n + i) } }));
    const begun = performance.now();
    const { status, retry } = await post(JSON.stringify(batch > 1 ? { batch: events } : events[0]));
    const took = (performance.now() - begun).toFixed(2);
    appendFileSync(given.ledger, events.map((_, i) => `${n + i} ${status} ${retry} ${took}\n`).join(''));
    if (status === 202) {
      if (pace > 0) await pause(pace);
      continue;
    }
    if (status === 503 && given['until-refused']) stopped = true;
    await pause(20);
    base = address();
  }
}

base = address();
await Promise.all(Array.from({ length: Number(given.connections) }, worker));
agent.destroy();
