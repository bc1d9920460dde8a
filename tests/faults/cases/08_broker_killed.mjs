// 8: kill -9 of the broker (one replica) under load; it is started again after a moment. Ingest goes on meanwhile.
export default {
  number: 8, name: 'broker_killed', limit_ms: 15_000, points: { short: 2, long: 20 },
  about: 'kill -9 of the broker under load',
  async run(w, c) {
    for (let i = 0; i < c.points; ++i) {
      await w.accepted(c.random.between(100, 300));
      const fault = performance.now();
      await w.broker.kill();
      await c.pause(c.random.between(100, 900));
      await w.broker.start();
      await w.recovered(fault, 15_000);
    }
    await w.accepted(100);
  },
};
