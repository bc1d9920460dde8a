// How a case can end other than well.

/** The case was carried out, and the outcome is wrong. */
export class Wrong extends Error {}
/** What had to be arranged for the case did not come about. */
export class NotCarriedOut extends Error {}
/** What the case needs is not there. */
export class Skipped extends Error {}

export const exit_code = { ok: 0, not_carried_out: 1, wrong: 3, skipped: 77 };

/** Waits until `check` is truthy and returns that; after `limit_ms` throws what `otherwise` makes. */
export async function until(check, limit_ms, otherwise, every_ms = 20) {
  const end = performance.now() + limit_ms;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (performance.now() > end) throw otherwise();
    await new Promise((resolve) => setTimeout(resolve, every_ms));
  }
}
