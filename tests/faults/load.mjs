// Load over HTTP for the fault tests: events with ids of their own, each sent until it was answered with 202, always under
// the same id; the address is read again from run.json after every failure. Prints "accepted N" from time to time, at the
// end "done ACCEPTED REFUSED UNANSWERED" (attempts refused with 503, attempts without an answer).
// usage: node load.mjs --run-file DATA/run.json --events N [--connections C] [--users U]
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values: given } = parseArgs({
  options: {
    'run-file': { type: 'string' },
    events: { type: 'string' },
    connections: { type: 'string', default: '16' },
    users: { type: 'string', default: '500' },
  },
});
const events = Number(given.events);
const users = Number(given.users);
const connections = Number(given.connections);
const agent = new Agent({ keepAlive: true, maxSockets: connections });
let next = 1, accepted = 0, refused = 0, unanswered = 0, base = '';

function address() {
  try {
    return JSON.parse(readFileSync(given['run-file'], 'utf8')).ingest;
  } catch {
    return ''; // no node runs just now
  }
}

/** The status of one attempt; 0: no answer. */
function post(body) {
  return new Promise((resolve) => {
    if (!base) return resolve(0);
    const attempt = request(`${base}/v1/track`, {
      agent,
      method: 'POST',
      timeout: 10_000,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode));
      answer.on('error', () => resolve(0));
    });
    attempt.on('timeout', () => attempt.destroy());
    attempt.on('error', () => resolve(0));
    attempt.end(body);
  });
}

async function send(n) {
  const body = JSON.stringify({ type: 'track', event: 'item_view', userId: `u-${n % users}`, messageId: `load-${n}`, properties: { n: String(n) } });
  for (;;) {
    const status = await post(body);
    if (status === 202) break;
    if (status === 503) ++refused;
    else if (status === 0) ++unanswered;
    else throw new Error(`event ${n} was answered with ${status}`);
    await pause(20);
    base = address();
  }
  if (++accepted % 200 === 0) console.log(`accepted ${accepted}`);
}

async function worker() {
  while (next <= events) await send(next++);
}

base = address();
await Promise.all(Array.from({ length: connections }, worker));
agent.destroy();
console.log(`done ${accepted} ${refused} ${unanswered}`);
