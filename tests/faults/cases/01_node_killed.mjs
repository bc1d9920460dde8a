// 1: kill -9 of the node in mid-batch, at random points; each life begins where the last was committed.
export default {
  number: 1, name: 'node_killed', limit_ms: 10_000, points: { short: 3, long: 20 },
  about: 'kill -9 of the node in mid-batch',
  async run(w, c) {
    for (let i = 0; i < c.points; ++i) {
      await w.accepted(c.random.between(100, 400));
      await c.pause(c.random.between(0, 50));
      await w.bounce_node();
    }
    await w.accepted(100);
  },
};
