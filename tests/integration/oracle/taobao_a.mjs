// Independent answer for cart_abandoned: put into the cart, the same item not bought for 30 min (or put there again).
// node taobao_a.mjs UserBehavior.csv VERSION → firings as NDJSON, sorted as text.
import { readFileSync } from "node:fs";

const [, , file, version] = process.argv;
const wait = 30 * 60;
const rows = readFileSync(file, "utf8").trim().split("\n").map((line) => line.split(","));
const end = Math.max(...rows.map((row) => Number(row[4])));

// Every cart row stands or falls by the next row of the same user and item that matters.
const lives = new Map();
for (const [user, item, , behaviour, time] of rows) {
  if (behaviour !== "cart" && behaviour !== "buy") continue;
  const id = `${user}/${item}`;
  if (!lives.has(id)) lives.set(id, []);
  lives.get(id).push({ user, item, behaviour, time: Number(time) });
}
const out = [];
for (const life of lives.values()) {
  life.forEach((step, i) => {
    if (step.behaviour !== "cart" || step.time + wait > end) return;
    const next = life[i + 1];
    if (next && next.time < step.time + wait) return;
    out.push({ rule: "cart_abandoned", version, subject: step.user, time: (step.time + wait) * 1000,
      returns: { item_id: step.item } });
  });
}
console.log(out.map((firing) => JSON.stringify(firing)).sort().join("\n"));
