import type { Random } from './prng.js';

/** Of the logarithm: files of real modules have a mean of 15 KB over a median of 2 KB, so exp(sigma²/2) = 7.5. */
const SIGMA = 2;

const LARGEST_FILE_BYTES = 10_000_000;

/** The sizes of `count` files with the given mean, spread as those of real modules: many small ones, a few of megabytes. */
export function fileSizes(count: number, meanBytes: number, random: Random): number[] {
  const raw = Array.from({ length: count }, () => random.logNormal(1, SIGMA));
  const scale = (meanBytes * count) / raw.reduce((sum, size) => sum + size, 0);
  return raw.map((size) => Math.min(LARGEST_FILE_BYTES, Math.round(size * scale)));
}

/** Splits `total` into `count` shares of at least `least` each, a few of them much larger than the others. */
export function shares(total: number, count: number, least: number, random: Random): number[] {
  const weights = Array.from({ length: count }, () => random.logNormal(1, 1));
  const sum = weights.reduce((left, right) => left + right, 0);
  const spare = Math.max(0, total - least * count);
  const result = weights.map((weight) => least + Math.floor((spare * weight) / sum));
  const rest = total - result.reduce((left, right) => left + right, 0);
  for (let index = 0; index < rest; index++) result[index % count] = (result[index % count] ?? 0) + 1;
  return result;
}
