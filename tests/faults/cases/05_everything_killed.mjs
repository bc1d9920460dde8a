// 5: every node at once. There is one; its broker is its own and dies with it.
export default {
  number: 5, name: 'everything_killed', limit_ms: 30_000, points: { short: 2, long: 20 },
  about: 'node and embedded broker killed together',
  world: () => ({ embedded: true }),
  async run(w, c) {
    for (let i = 0; i < c.points; ++i) {
      await w.accepted(c.random.between(100, 300));
      await w.bounce_node();
    }
    await w.accepted(100);
  },
};
