// 91: kill -9 of the node while decisions wait for the end of quiet hours, and as they end: each is told once, none before.
import { Wrong } from '../lib/outcome.mjs';
import { kills_around } from '../lib/waiting.mjs';

const time_of_day = (t) => new Date(t).toISOString().slice(11, 19);

/** Carts and third views are told outside of quiet hours, which last so long from now on. */
function be_quiet(w, ms) {
  w.quiet_end = Math.ceil((Date.now() + ms) / 1000) * 1000;
  const begun = w.quiet_end - 8 * 3_600_000;
  w.write('filters.yaml', `filters:\n  - {id: night, kind: quiet_hours, from: "${time_of_day(begun)}", to: "${time_of_day(w.quiet_end)}", spread: 2 s}\n` +
    'chains:\n  - {id: by_day, filters: [night]}\n');
  w.edit('actions.yaml', (text) => text.replace(/(id: tell_(cart|third),)/g, '$1 chain: by_day,'));
}

export default {
  number: 91, name: 'quiet_hours', limit_ms: 10_000, points: { short: 4, long: 20 },
  about: 'kill -9 of the node while decisions wait for the end of quiet hours',
  world: (c) => ({ prepare: (w) => be_quiet(w, 12_000 + 3_000 * c.points) }),
  async run(w, c) {
    const end = performance.now() + w.quiet_end - Date.now();
    const waited = await kills_around(end, w, c, () => {
      const early = w.provider.effects().filter((one) => /^(every_cart|third_view)\|/.test(one.key) && one.at < end - 10);
      if (early.length) throw new Wrong(`${early.length} were told in the quiet hours`);
    });
    return `${waited} waited at the end`;
  },
};
