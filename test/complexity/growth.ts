/** How the cost of a function grows with its input. */

/** Most that twice the input may cost. */
export const MOST = 2.5;

const ROUNDS = 3;
const ATTEMPTS = 4;

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
 * each time. Cost is processor time, and of several rounds the cheapest counts: whatever else the machine does can only
 * add to it. What is above {@link MOST} is measured again, since one slow moment proves nothing.
 */
export function growth<Input>(largest: number, make: (size: number) => Input, run: (input: Input) => void): number {
  const small = make(Math.floor(largest / 2 ** DOUBLINGS));
  const large = make(largest);
  let ratio = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && ratio > MOST; attempt++) {
    const costs = { small: Number.POSITIVE_INFINITY, large: Number.POSITIVE_INFINITY };
    // In turns, so that both are measured in the same conditions.
    for (let round = 0; round < ROUNDS; round++) {
      costs.small = Math.min(
        costs.small,
        costOf(() => run(small)),
      );
      costs.large = Math.min(
        costs.large,
        costOf(() => run(large)),
      );
    }
    const floor = FLOOR * largest;
    const whole = (costs.large + floor) / (costs.small + floor / 2 ** DOUBLINGS);
    ratio = Math.min(ratio, whole ** (1 / DOUBLINGS));
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
