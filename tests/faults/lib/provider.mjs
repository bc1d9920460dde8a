// A provider of webhooks in another language than the program's. What it got is the truth about effects.
import { createServer } from 'node:http';
import { key_of } from './ledger.mjs';

const take = () => ({ status: 200 });

export class Provider {
  constructor() {
    this.attempts = []; // {at, id, key, status, effect, not_before}
    this.known = new Map(); // id → its attempts so far
    this.answer = take; // (attempt, earlier) → {status, headers, drop, silent, after_ms}; `effect` unless the status says no
    this.seen = () => {}; // called when an answer has gone out
    this.effects_seen = 0;
    this.unreadable = 0;
    this.server = createServer((request, response) => this.handle(request, response));
    this.server.keepAliveTimeout = 30_000;
  }

  start() {
    return new Promise((resolve) => {
      this.server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${this.server.address().port}/hook`));
    });
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }

  handle(request, response) {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('error', () => {});
    request.on('end', () => {
      const id = request.headers['webhook-id'];
      let said;
      try {
        const told = JSON.parse(Buffer.concat(parts).toString());
        if (told.delivery_id !== id) throw new Error('another id in the body');
        said = key_of(told.rule, told.subject.id, told.content.body);
      } catch {
        ++this.unreadable;
        return response.writeHead(400).end();
      }
      const attempt = { at: performance.now(), id: id ?? '-', key: said, status: 0, effect: false, not_before: 0 };
      const earlier = this.known.get(attempt.id) ?? [];
      const how = this.answer(attempt, earlier);
      attempt.status = how.status ?? 0;
      attempt.effect = how.effect ?? (attempt.status >= 200 && attempt.status < 300);
      attempt.not_before = how.not_before ?? 0;
      if (attempt.effect) ++this.effects_seen;
      this.attempts.push(attempt);
      if (earlier.length) earlier.push(attempt);
      else this.known.set(attempt.id, [attempt]);
      if (how.silent) return;
      if (how.drop) return request.socket.destroy();
      response.on('finish', () => this.seen(attempt));
      response.writeHead(how.status, how.headers).end();
    });
  }

  effects() {
    return this.attempts.filter((one) => one.effect);
  }
}
