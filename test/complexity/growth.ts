/** How the cost of a function grows with its input. */

/** Most that twice the input may cost. */
export const MOST = 2.8;

const ROUNDS = 30;

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
 * each time. Cost is processor time. The two sizes are measured next to each other, round after round, so that both meet
 * the same neighbours on the machine, and the lowest ratio of a round counts: ends as soon as one is below {@link MOST}.
 */
export function growth<Input>(largest: number, make: (size: number) => Input, run: (input: Input) => void): number {
  const small = make(Math.floor(largest / 2 ** DOUBLINGS));
  const large = make(largest);
  const floor = FLOOR * largest;
  let ratio = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS && ratio > MOST; round++) {
    // The cheapest of three, so that the small one is not taken for dearer than it is.
    const costs = [small, small, small].map((input) => costOf(() => run(input)));
    const whole = (costOf(() => run(large)) + floor) / (Math.min(...costs) + floor / 2 ** DOUBLINGS);
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
