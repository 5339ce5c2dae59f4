/** By how much a number of threads must be faster to be preferred: less is not worth an option. */
const WORTHWHILE = 1.03;

/** The share of rounds in which it must be. */
const RELIABLE = 0.75;

/** The middle value; the mean of the two in the middle. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/**
 * Whether the first of two series is faster than the other by more than the noise. They were measured in turns, so that
 * whatever disturbed one round disturbed both: in three of four rounds it has to be faster by three percent.
 */
export function isFaster(times: readonly number[], others: readonly number[]): boolean {
  const rounds = Math.min(times.length, others.length);
  let won = 0;
  for (let round = 0; round < rounds; round += 1) {
    if ((others[round] ?? 0) > (times[round] ?? 0) * WORTHWHILE) won += 1;
  }
  return rounds > 0 && won >= rounds * RELIABLE;
}
