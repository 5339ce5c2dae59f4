/** How the cost of a function grows with its input. */

/** Most that twice the input may cost. */
export const MOST = 2.5;

const ROUNDS = 12;

/**
 * Added to every cost, in microseconds a byte. Native searches run at the speed of memory, which is another for each
 * size; what is that fast may be so at any size.
 */
const FLOOR = 0.001;

/** How often the input is doubled. */
const DOUBLINGS = 3;

/**
 * How many times as much an input costs when it doubles: the mean of three doublings that end at `largest`. A single one
 * may cost more than twice as much where data outgrows a cache; what grows with the square costs four times as much
 * each time. Cost is processor time, and of several rounds the cheapest counts, since whatever else the machine does can
 * only add to it. Ends as soon as the mean is below {@link MOST}: one slow moment proves nothing, one fast one does.
 */
export function growth<Input>(largest: number, make: (size: number) => Input, run: (input: Input) => void): number {
  const small = make(Math.floor(largest / 2 ** DOUBLINGS));
  const large = make(largest);
  const floor = FLOOR * largest;
  const costs = { small: Number.POSITIVE_INFINITY, large: Number.POSITIVE_INFINITY };
  let ratio = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS && ratio > MOST; round++) {
    // The small one is cheap: measured thrice, it is not taken for dearer than it is.
    for (let again = 0; again < 3; again++)
      costs.small = Math.min(
        costs.small,
        costOf(() => run(small)),
      );
    costs.large = Math.min(
      costs.large,
      costOf(() => run(large)),
    );
    const whole = (costs.large + floor) / (costs.small + floor / 2 ** DOUBLINGS);
    ratio = whole ** (1 / DOUBLINGS);
  }
  return ratio;
}

/** Microseconds of processor time; of short runs many are counted together. */
function costOf(run: () => void): number {
  const start = process.cpuUsage();
  let runs = 0;
  let used = 0;
  do {
    run();
    runs++;
    const { user, system } = process.cpuUsage(start);
    used = user + system;
  } while (used < 4000);
  return used / runs;
}
