// Independent answer for category_cart: viewed, then an item of the same category put into the cart within 5 min,
// unless something of that category was bought in between.
// node taobao_c.mjs UserBehavior.csv VERSION → firings as NDJSON, sorted as text.
import fs from "node:fs";

const log = fs.readFileSync(process.argv[2], "utf8").split(/\r?\n/).filter(Boolean).map((text) => {
  const [u, i, c, kind, s] = text.split(",");
  return { u, i, c, kind, ms: s * 1000 };
});
const result = [];
// For each cart: walk back through the user's rows of the category to the view it would answer.
const past = {};
for (const e of log) {
  const mine = (past[`${e.u} ${e.c}`] ??= []);
  if (e.kind === "cart") {
    let view = null;
    for (let k = mine.length - 1; k >= 0 && !view && !mine[k].barrier; k--) {
      if (mine[k].kind === "buy") break;
      if (mine[k].kind === "pv") view = mine[k];
    }
    if (view && e.ms < view.ms + 300e3) {
      result.push({ rule: "category_cart", version: process.argv[3], subject: e.u, time: e.ms,
        returns: { viewed: view.i, carted: e.i } });
      e.barrier = true; // the views up to here are used
    }
  }
  mine.push(e);
}
process.stdout.write(result.map((r) => JSON.stringify(r) + "\n").sort().join(""));
