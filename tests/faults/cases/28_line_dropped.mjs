// 28: the provider takes a delivery and drops the line: nobody knows. By the action's policy it is sent again under the same
// id (at_least_once), or never again (at_most_once).
import { Wrong } from '../lib/outcome.mjs';

const once = new Set(['every_cart', 'third_view']); // at_most_once, in this case
const is_once = (one) => once.has(one.key.split('|')[0]);

export default {
  number: 28, name: 'line_dropped', points: { short: 1, long: 5 },
  about: 'the provider takes it and drops the line: ambiguous, by policy',
  world: () => ({
    prepare: (w) => w.edit('actions.yaml', (text) => text.replace(/(tell_(cart|third), .*)}/g, '$1, ambiguous: at_most_once}')),
  }),
  async run(w, c) {
    w.provider.answer = (attempt, earlier) => (earlier.length === 0 && c.random.chance(0.15) ? { effect: true, drop: true } : { status: 200 });
    await w.accepted(700 * c.points);
  },
  after(w) {
    const count = { once: 0, again: 0 };
    for (const list of w.provider.known.values()) {
      const dropped = list[0].status === 0;
      if (is_once(list[0]) && list.length > 1) throw new Wrong(`${list[0].key} was sent ${list.length} times: at most once is promised`);
      if (!is_once(list[0]) && dropped && list.length < 2) throw new Wrong(`${list[0].key} was not sent again: at least once is promised`);
      if (dropped) ++count[is_once(list[0]) ? 'once' : 'again'];
    }
    if (!count.once || !count.again) throw new Wrong('no line was dropped');
    return `${count.once} ambiguous and left, ${count.again} sent again under their ids`;
  },
};
