// A provider of webhooks for the fault tests: answers 503 with Retry-After to the first attempts of an id, then 200, and
// writes each attempt down before it answers it. Independent of the code under test. Prints its address.
// usage: node provider.mjs --ledger FILE [--refuse N] [--retry-after SECONDS] [--form seconds|date]
// Ledger: a line per attempt: TIME_MS WEBHOOK_ID STATUS NOT_BEFORE_MS ('-' for a missing id, 0 when nothing was asked).
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const { values: given } = parseArgs({
  options: {
    ledger: { type: 'string' },
    refuse: { type: 'string', default: '1' },
    'retry-after': { type: 'string', default: '2' },
    form: { type: 'string', default: 'seconds' },
  },
});
const refusals = Number(given.refuse);
const patience = Number(given['retry-after']);
const attempts = new Map();

/** What Retry-After says at `now`, and from when on an attempt respects it. */
function later(now) {
  if (given.form === 'seconds') return { header: String(patience), notBefore: now + patience * 1000 };
  const notBefore = Math.ceil(now / 1000 + patience) * 1000; // an HTTP date has whole seconds
  return { header: new Date(notBefore).toUTCString(), notBefore };
}

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const now = Date.now();
    const id = request.headers['webhook-id'] ?? '-';
    const earlier = attempts.get(id) ?? 0;
    attempts.set(id, earlier + 1);
    if (earlier < refusals) {
      const { header, notBefore } = later(now);
      appendFileSync(given.ledger, `${now} ${id} 503 ${notBefore}\n`);
      response.writeHead(503, { 'Retry-After': header }).end('not now');
    } else {
      appendFileSync(given.ledger, `${now} ${id} 200 0\n`);
      response.writeHead(200).end('taken');
    }
  });
});
appendFileSync(given.ledger, '');
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/hook`));
