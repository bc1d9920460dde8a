// 3: committed, and not acked by the broker: the broker stands still, the node is killed, both go on. Decision records reach
// their stream complete, each (partition, epoch) once.
import { Wrong } from '../lib/outcome.mjs';
import { ask } from '../lib/nats.mjs';

export default {
  number: 3, name: 'killed_before_ack', limit_ms: 15_000, points: { short: 2, long: 20 },
  about: 'killed between the commit and the broker\'s ack',
  async run(w, c) {
    for (let i = 0; i < c.points; ++i) {
      await w.accepted(c.random.between(100, 300));
      w.broker.freeze();
      await c.pause(c.random.between(20, 300));
      await w.kill_node();
      w.broker.thaw();
      await w.revive_node();
    }
    await w.accepted(100);
  },
  async after(w) {
    await w.start_node(); // what was not published yet is published when the node begins
    await w.settle();
    const { state } = await ask(w.broker.port, '$JS.API.STREAM.INFO.BECKON_track');
    const seen = new Set();
    for (let at = state.first_seq; at <= state.last_seq; ++at) {
      const answer = await ask(w.broker.port, '$JS.API.STREAM.MSG.GET.BECKON_track', JSON.stringify({ seq: at }));
      const headers = Buffer.from(answer.message?.hdrs ?? '', 'base64').toString();
      const id = headers.match(/Nats-Msg-Id: *(\S+)/)?.[1] ?? `none at ${at}`;
      if (seen.has(id)) throw new Wrong(`decision records ${id} are twice in the stream`);
      seen.add(id);
    }
    await w.stop_node();
    return `${seen.size} messages of decision records, each once`;
  },
};
