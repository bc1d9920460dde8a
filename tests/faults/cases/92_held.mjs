// 92: kill -9 of the node while decisions compete for the last place of a cap, and as they end: each user is told once, of the most
// urgent that came in time.
import { expected } from '../lib/ledger.mjs';
import { NotCarriedOut, until, Wrong } from '../lib/outcome.mjs';
import { kills_around } from '../lib/waiting.mjs';

const competing = /^(every_cart|third_view)\|/;
const late_ms = 10_000; // what comes so close to the end of a hold may be decided behind it, while the node is away

/** One of carts and third views a day; the latter are more urgent, and a hold leaves them the time to come. */
function hold(w, ms) {
  w.hold_ms = ms;
  w.write('filters.yaml', `filters:\n  - {id: calm, kind: fatigue, most: 1, within: 1 day, hold: ${ms / 1000} s}\n` +
    'chains:\n  - {id: rarely, filters: [calm]}\n  - {id: always, filters: []}\n');
  w.edit('actions.yaml', (text) => text.replace(/(id: tell_cart,)/, '$1 chain: rarely,').replace(/(id: tell_third,)/, '$1 chain: rarely, priority: 5,')
    .replace(/ {2}- \{id: tell_(pair|unpaid).*\n/g, '')); // they would take the place as well
}

/** What the ledger asks for, by user: {first: when the hold may have begun, urgent: a third view came well before its end}. */
function competitors(w) {
  const input_of = new Map(w.load.inputs.map((one) => [one.n, one]));
  const users = new Map();
  for (const [key, must] of expected(w.load.inputs)) {
    if (!competing.test(key)) continue;
    const [rule, user, n] = key.split('|');
    if (!users.has(user)) users.set(user, { first: Infinity, must: false, third: Infinity });
    const one = users.get(user), input = input_of.get(n);
    one.first = Math.min(one.first, input.first);
    one.must ||= must;
    if (must && rule === 'third_view') one.third = Math.min(one.third, input.answered);
  }
  return users;
}

/** In place of the ledger's judgement: who is told nothing is lost, who is told twice is duplicated. */
function judge_holds(w) {
  const judge = w.judge.bind(w);
  w.judge = () => {
    const found = judge();
    const told = new Map();
    for (const one of w.provider.effects()) {
      const user = one.key.split('|')[1];
      told.set(user, new Map([...told.get(user) ?? [], [one.id, one]]));
    }
    const users = competitors(w);
    found.lost = [...users].filter(([user, one]) => one.must && !told.has(user)).map(([user]) => user);
    found.duplicated.push(...[...told].filter(([, ids]) => ids.size > 1).map(([user]) => user));
    found.required = users.size;
    for (const [user, ids] of told) {
      const [one] = ids.values(), wanted = users.get(user);
      if (!wanted) continue; // the ledger calls it strange
      if (one.at < wanted.first + w.hold_ms - 10) throw new Wrong(`${user} was told before the hold ended`);
      if (wanted.third < wanted.first + w.hold_ms - late_ms && !one.key.startsWith('third_view|'))
        throw new Wrong(`${user} was told of ${one.key}, and not of a third view that came in time`);
    }
    return found;
  };
}

export default {
  number: 92, name: 'held', limit_ms: 10_000, points: { short: 4, long: 12 },
  about: 'kill -9 of the node while decisions compete for the last place of a cap',
  world: (c) => ({ rate: 200, prepare: (w) => hold(w, 14_000 + 3_000 * c.points) }),
  async run(w, c) {
    judge_holds(w);
    await until(() => w.load.inputs.length > 0, w.hold_ms, () => new NotCarriedOut('nothing was sent'));
    const waited = await kills_around(w.load.inputs[0].first + w.hold_ms, w, c);
    const users = competitors(w);
    await w.load.stop();
    await until(() => w.judge().lost.length === 0, w.hold_ms + 30_000, () => new Wrong(`told nothing: ${w.judge().lost}`), 500);
    return `${waited} waited at the first end; ${users.size} users`;
  },
};
