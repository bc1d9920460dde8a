// Cases that are shell scripts: against an undisturbed run of a recorded log, and where the shell is handier.
import { join } from 'node:path';

const script = (number, name, about, file, words) => ({
  number, name, about,
  script: (c) => [join(c.here, file), c.beckon, c.tool('store_dump'), ...words(c).map(String)],
});

export default [
  script(1, 'recorded_log', 'a recorded log with kills of node and importer, against an undisturbed run', 'kill_run.sh',
    (c) => [join(c.data, 'taobao/UserBehavior.csv'), 60000, c.seed, c.short ? 5 : 20]),
  script(2, 'webhook_refusals', '503 with Retry-After, then 200, killed in between: one id, one effect', 'webhook_kill.sh',
    (c) => [c.seed]),
  script(1, 'fan_out', 'killed while 20,000 followers are told and while they get their messages', 'fan_out_kill.sh', () => [20000]),
  script(40, 'sigterm_under_load', 'SIGTERM under load: 0 within 30 s, nothing lost', 'sigterm_load.sh',
    (c) => [20000, c.seed, c.short ? 2 : 8]),
];
