// The ledger: from what was put in, and nothing else, which (rule, subject, occurrence) must be told; against what a provider
// got. It knows the rules of `suite/` by their meaning, in a few lines of its own, and no code of the program under test.
//
// An input: {user, type, n, k, first, answered, sure}: in the order in which one user's were sent, each after the one before
// was answered. `first`, `answered`: ms; of the first attempt, and of the answer. `sure`: answered with 202; an input that is
// not may have been accepted or not, and must be its user's last. An effect: {key, id}.

export const wait_ms = 3000; // of the rule `unpaid`
const margin_ms = 500; // a payment this close to its end may be judged either way

export const key_of = (rule, subject, n) => `${rule}|${subject}|${n}`;

/** What one user's inputs lead to: keys, each with whether it must come or only may. */
function told(inputs, { jumps = [], late_from = Infinity }) {
  const out = new Map();
  const carts = new Map(), orders = new Map();
  let views = 0;
  for (const one of inputs) {
    const must = (rule, n) => out.set(key_of(rule, one.user, n), true);
    switch (one.type) {
      case 'item_view':
        if (++views % 3 === 0) must('third_view', one.n);
        break;
      case 'item_cart':
        must('every_cart', one.n);
        carts.set(one.k, one.n);
        break;
      case 'order_placed':
        if (carts.has(one.k)) must('pair', `${carts.get(one.k)}+${one.n}`);
        carts.delete(one.k);
        out.set(key_of('unpaid', one.user, one.n), one.answered + wait_ms < late_from);
        orders.set(one.k, one);
        break;
      case 'order_paid': {
        const order = orders.get(one.k);
        if (!order) break;
        const jumped = jumps.some((t) => t >= order.first && t <= one.answered);
        const in_time = one.answered - order.first < wait_ms - margin_ms && !jumped;
        if (in_time) out.delete(key_of('unpaid', one.user, order.n));
        else out.set(key_of('unpaid', one.user, order.n), false);
        orders.delete(one.k);
        break;
      }
      default:
        throw new Error(`the ledger does not know ${one.type}`);
    }
  }
  return out;
}

/** Over all users: Map of key → must it come. `jumps`: when a wall clock was set, ms; a payment across one decides nothing.
 *  `late_from`: absences that would be told from then on may come later than anybody waits. */
export function expected(inputs, clock = {}) {
  const users = new Map();
  for (const one of inputs) {
    if (!users.has(one.user)) users.set(one.user, []);
    users.get(one.user).push(one);
  }
  const out = new Map();
  for (const list of users.values()) {
    const unsure = list.findIndex((one) => !one.sure);
    if (unsure >= 0 && unsure !== list.length - 1) throw new Error(`${list[0].user} went on after an unsure input`);
    const all = told(list, clock);
    if (unsure < 0) {
      for (const [key, must] of all) out.set(key, must);
      continue;
    }
    const without = told(list.slice(0, -1), clock);
    for (const key of new Set([...all.keys(), ...without.keys()])) {
      out.set(key, (all.get(key) ?? false) && (without.get(key) ?? false));
    }
  }
  return out;
}

/** {lost, strange: keys; duplicated: keys with effects under two ids; shared: ids of two keys; repeats: same key and id}. */
export function judge(inputs, effects, clock = {}) {
  const wanted = expected(inputs, clock);
  const ids = new Map(), keys = new Map();
  const duplicated = new Set(), shared = new Set(), strange = new Set();
  let repeats = 0;
  for (const { key, id } of effects) {
    if (!wanted.has(key)) strange.add(key);
    const before = ids.get(key);
    if (before === undefined) ids.set(key, id);
    else if (before === id) ++repeats;
    else duplicated.add(key);
    if (keys.has(id) && keys.get(id) !== key) shared.add(id);
    keys.set(id, key);
  }
  const lost = [...wanted].filter(([key, must]) => must && !ids.has(key)).map(([key]) => key);
  return {
    lost, repeats,
    duplicated: [...duplicated], shared: [...shared], strange: [...strange],
    out: ids.size, required: [...wanted.values()].filter(Boolean).length,
  };
}

export const is_clean = (verdict) =>
  verdict.lost.length + verdict.duplicated.length + verdict.shared.length + verdict.strange.length === 0;
