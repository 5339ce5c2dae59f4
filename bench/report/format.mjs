/** Numbers as people read them. */

/** @typedef {import('../measure/stats.mjs').Summary} Summary */

/** @param {number} value */
export function count(value) {
  return Math.round(value).toLocaleString('en-US');
}

/** Three significant digits. @param {number} value */
function digits(value) {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** Decimal units: a megabyte is a million bytes. @param {number} bytes */
export function byteCount(bytes) {
  if (bytes >= 1e9) return `${digits(bytes / 1e9)} GB`;
  if (bytes >= 1e6) return `${digits(bytes / 1e6)} MB`;
  return bytes >= 1000 ? `${digits(bytes / 1000)} kB` : `${bytes} bytes`;
}

/** @param {number} value */
export function seconds(value) {
  return value < 0.1 ? `${digits(value * 1000)} ms` : `${digits(value)} s`;
}

/** @param {number} value */
export function times(value) {
  return `${digits(value)} ×`;
}

/** @param {number} bytesPerSecond */
export function throughput(bytesPerSecond) {
  return `${byteCount(bytesPerSecond)}/s`;
}

/** The median, and from where to where. @param {Summary | null} summary @param {(value: number) => string} form */
export function spread(summary, form) {
  if (summary === null) return 'not measured';
  const [median, min, max] = [form(summary.median), form(summary.min), form(summary.max)];
  const unit = median.slice(median.indexOf(' '));
  // One unit is enough where all three have the same.
  const units = min.endsWith(unit) && max.endsWith(unit) ? unit.length : 0;
  return `${median} (${min.slice(0, min.length - units)} – ${max.slice(0, max.length - units)})`;
}
