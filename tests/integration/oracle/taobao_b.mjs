// Independent answer for window_shopping: 4 different items viewed within 10 min, at most once in 30 min.
// node taobao_b.mjs UserBehavior.csv VERSION → firings as NDJSON, sorted as text.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

const found = [];
const users = new Map();
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  const cells = line.split(",");
  if (cells[3] !== "pv") continue;
  const now = Number(cells[4]) * 1000;
  const state = users.get(cells[0]) ?? { views: [], last: -Infinity };
  users.set(cells[0], state);
  state.views.push([now, cells[1]]);
  state.views = state.views.filter(([at]) => at > now - 600_000);
  if (new Set(state.views.map(([, item]) => item)).size < 4) continue;
  state.views = []; // consumed, whether it fires or is withheld
  if (now < state.last + 1_800_000) continue;
  state.last = now;
  found.push(`{"rule":"window_shopping","version":"${process.argv[3]}","subject":"${cells[0]}","time":${now},` +
    `"returns":{"item_id":"${cells[1]}"}}`);
}
found.sort();
for (const firing of found) console.log(firing);
