/** What a handful of measured values says. No mean anywhere: one disturbed run would move it. */

/** @typedef {{ median: number, min: number, max: number }} Summary */

/** @param {readonly number[]} values at least one @returns {Summary} */
export function summarize(values) {
  if (values.length === 0) throw new RangeError('nothing was measured');
  const sorted = [...values].sort((a, b) => a - b);
  return { median: middle(sorted), min: /** @type {number} */ (sorted[0]), max: /** @type {number} */ (sorted.at(-1)) };
}

/**
 * How often `base` fits into `values`, pair by pair: run 1 with run 1, run 2 with run 2. Neighbours in time had the same
 * machine under them, so that a slow minute cancels out.
 *
 * @param {readonly number[]} values @param {readonly number[]} base @returns {Summary | null} null where there is no pair
 */
export function ratios(values, base) {
  const pairs = Math.min(values.length, base.length);
  const all = Array.from({ length: pairs }, (_, run) => Number(values[run]) / Number(base[run]));
  return all.length === 0 ? null : summarize(all);
}

/** @param {readonly number[]} sorted */
function middle(sorted) {
  const half = sorted.length >> 1;
  const upper = /** @type {number} */ (sorted[half]);
  return sorted.length % 2 === 1 ? upper : (upper + /** @type {number} */ (sorted[half - 1])) / 2;
}
