// 36: messages nobody of ours made stand in the queues and on the other internal subjects: counted, kept as dead letters, and
// passed over.
import { ask, publish } from '../lib/nats.mjs';
import { Wrong } from '../lib/outcome.mjs';

const noise = (random, bytes) => Array.from({ length: bytes }, () => String.fromCharCode(random.between(0, 255))).join('');

export default {
  number: 36, name: 'malformed_message', points: { short: 30, long: 300 },
  about: 'malformed and unknown messages on internal subjects',
  async run(w, c) {
    const subjects = [0, 1, 2, 3].flatMap((p) => [`beckon.ev.web.${p}`, `beckon.ev.derived.${p}`])
      .concat('beckon.items', 'beckon.tick.web', 'beckon.track.0', 'beckon.rejected.web');
    await w.accepted(200);
    for (let i = 0; i < c.points; ++i) {
      const p = c.random.between(0, 3);
      const { state } = await ask(w.broker.port, `$JS.API.STREAM.INFO.BECKON_web_${p}`);
      const real = state.messages ? await ask(w.broker.port, `$JS.API.STREAM.MSG.GET.BECKON_web_${p}`, JSON.stringify({ seq: state.last_seq })) : {};
      const body = Buffer.from(real.message?.data ?? '', 'base64').toString('latin1');
      const form = c.random.of(['noise', 'empty', 'cut', 'unknown', 'text']);
      const made = { noise: noise(c.random, c.random.between(1, 300)), empty: '', cut: body.slice(0, c.random.between(1, Math.max(1, body.length - 1))),
        unknown: '\xfa\x3f\x04next\x80\x7d\x07', text: '{"type":"track"}' }[form];
      await publish(w.broker.port, form === 'cut' ? `beckon.ev.web.${p}` : c.random.of(subjects), made);
      await w.accepted(c.random.between(5, 30));
    }
    for (const subject of subjects.slice(0, 8)) await publish(w.broker.port, subject, noise(c.random, 64));
    await w.accepted(300);
    const metric = await w.metrics();
    const [unreadable, letters] = ['beckon_messages_unreadable_total', 'beckon_dead_letters_total'].map(metric);
    if (unreadable < 8 || letters < 8) throw new Wrong(`${unreadable} unreadable messages are counted, ${letters} dead letters`);
    return `${unreadable} unreadable, ${letters} dead letters`;
  },
  async after(w) {
    await w.start_node(); // finds them in its queues
    await w.stop_node();
  },
};
