// Shoppers: load over HTTP, one request after the other per user, and a note of every input for the ledger.
// Half of the connections give ids and send again until they get a 202; now and then they send an old event once more. The
// others give none and send once: an input without an answer is unsure, and that user's last.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const now = () => performance.now();

export class Shoppers {
  /** run_file: run.json of the node; rate: events a second, about; unsure_refusals: a 503 may have been accepted. */
  constructor({ run_file, random, rate = 600, connections = 24, unsure_refusals = false }) {
    Object.assign(this, { run_file, random, connections, unsure_refusals });
    this.every_ms = (1000 * connections) / rate;
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
    this.inputs = [];
    this.accepted = 0;
    this.refused = 0;
    this.unanswered = 0;
    this.refusals_without_retry_after = 0;
    this.strange = []; // answers nobody should give
    this.last_accepted = 0;
    this.base = '';
    this.numbers = 0;
    this.going = false;
    this.workers = [];
  }

  start() {
    this.going = true;
    this.workers = Array.from({ length: this.connections }, (_, i) => this.shop(i));
  }

  /** Ends the load; who waits for a 202 gives up after `patience_ms`. */
  async stop(patience_ms = 15_000) {
    this.going = false;
    this.give_up_at = now() + patience_ms;
    await Promise.all(this.workers);
    this.agent.destroy();
  }

  post(event) {
    const body = JSON.stringify(event);
    return new Promise((resolve) => {
      if (!this.base) return resolve({ status: -1 });
      const attempt = request(`${this.base}/v1/track`, {
        agent: this.agent, method: 'POST', timeout: 5000,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve({ status: answer.statusCode, retry_after: answer.headers['retry-after'] }));
        answer.on('error', () => resolve({ status: 0 }));
      });
      attempt.on('timeout', () => attempt.destroy());
      attempt.on('error', (e) => resolve({ status: e.code === 'ECONNREFUSED' ? -1 : 0 }));
      attempt.end(body);
    });
  }

  count({ status, retry_after }) {
    if (status === 202) {
      ++this.accepted;
      this.last_accepted = now();
    } else if (status === 503) {
      ++this.refused;
      if (!/^\d+$/.test(retry_after ?? '')) ++this.refusals_without_retry_after;
    } else if (status <= 0) {
      ++this.unanswered;
    } else {
      this.strange.push(status);
    }
  }

  find_node() {
    try {
      this.base = JSON.parse(readFileSync(this.run_file, 'utf8')).ingest;
    } catch {
      this.base = ''; // no node runs just now
    }
  }

  /** Notes the input and sends it; false: its user must not go on. */
  async send(user, type, k, id) {
    const input = { user, type, n: String(++this.numbers), k, first: now(), answered: 0, sure: false };
    const event = { type: 'track', event: type, userId: user, properties: { n: input.n, ...(k && { k }) } };
    if (id) event.messageId = `m-${input.n}`;
    for (let noted = false; ;) {
      const answer = await this.post(event);
      input.answered = now();
      this.count(answer);
      const refused = answer.status === -1 || (answer.status === 503 && !this.unsure_refusals);
      if (!noted && !refused) {
        this.inputs.push(input);
        noted = true;
      }
      if (answer.status === 202) {
        input.sure = true;
        return event;
      }
      await pause(30 + this.random.between(0, 30));
      this.find_node();
      if (!id) return refused ? 'refused' : null;
      if (!this.going && now() > this.give_up_at) return null;
    }
  }

  async shop(worker) {
    this.find_node();
    const named = worker % 2 === 0;
    const users = Array.from({ length: 8 }, (_, i) => ({ name: `u-${worker}-${i}`, cart: '', order: '' }));
    const sent = [];
    for (let turn = worker; this.going; ++turn) {
      const begun = now();
      const user = users[turn % users.length];
      const kind = this.random.next();
      let type = 'item_view', k = '';
      if (user.order) [type, k] = ['order_paid', user.order];
      else if (user.cart && kind < 0.5) [type, k] = ['order_placed', user.cart];
      else if (kind < 0.75) [type, k] = ['item_cart', `k-${this.numbers + 1}`];
      const done = await this.send(user.name, type, k, named);
      if (done === null) {
        Object.assign(user, { name: `${user.name.split('.')[0]}.${this.numbers}`, cart: '', order: '' });
      } else if (done !== 'refused') {
        user.order = type === 'order_placed' && this.random.chance(0.7) ? k : '';
        user.cart = type === 'item_cart' ? k : type === 'order_placed' ? '' : user.cart;
        if (named) sent.push(done);
      }
      if (named && sent.length > 4 && this.random.chance(0.15)) this.count(await this.post(sent.at(-this.random.between(1, Math.min(40, sent.length)))));
      await pause(Math.max(1, this.every_ms - (now() - begun)));
    }
  }
}
