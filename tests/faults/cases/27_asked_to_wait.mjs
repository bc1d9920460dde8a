// 27: 429 with Retry-After in seconds and as a date: no attempt comes before that.
import { Wrong } from '../lib/outcome.mjs';

export default {
  number: 27, name: 'asked_to_wait', points: { short: 1, long: 5 },
  about: '429 with Retry-After, in seconds and as an HTTP date',
  world: () => ({ prepare: (w) => w.edit('channels.yaml', (text) => text.replace('longest: 1 s', 'longest: 1 s, budget: 10')) }),
  async run(w, c) {
    let asked = 0;
    w.provider.answer = (attempt, earlier) => {
      if (earlier.length || !c.random.chance(0.2)) return { status: 200 };
      const wait = c.random.between(1, 3);
      const wall = Math.ceil(Date.now() / 1000 + wait) * 1000; // an HTTP date has whole seconds
      const date = ++asked % 2 === 0;
      return {
        status: 429, headers: { 'Retry-After': date ? new Date(wall).toUTCString() : String(wait) },
        not_before: date ? attempt.at + wall - Date.now() : attempt.at + wait * 1000,
      };
    };
    await w.accepted(700 * c.points);
  },
  after(w) {
    let asked = 0, least = Infinity;
    for (const list of w.provider.known.values()) {
      for (let i = 1; i < list.length; ++i) {
        if (!list[i - 1].not_before) continue;
        ++asked;
        least = Math.min(least, list[i].at - list[i - 1].not_before);
      }
    }
    if (least < -5) throw new Wrong(`an attempt came ${Math.round(-least)} ms before Retry-After said`);
    return `${asked} times asked to wait; the earliest came ${Math.round(least)} ms after the time asked for`;
  },
};
