/** What the project has set itself, and whether this run reached it. */
import { byteCount, seconds, times } from '../report/format.mjs';
import { LIMIT, POOL } from './hashing.mjs';
import { ratios } from './stats.mjs';

/** @typedef {import('./bench.mjs').Contest} Contest */
/** @typedef {import('./bench.mjs').Measured} Measured */

/**
 * @typedef {object} Target
 * @property {string} what
 * @property {string} target
 * @property {string} measured
 * @property {boolean | null} met `null` where it was not measured
 */

const AT_MOST = 'at most';
const AT_LEAST = 'at least';

/**
 * @param {readonly Contest[]} contests @param {number} cores
 * @returns {Target[]}
 */
export function judgeTargets(contests, cores) {
  const found = new Found(contests);
  // More threads than cores say nothing about the pool.
  const counts = found.threadsOf('hashing').filter((count) => count > 0 && count <= cores);
  const threads = counts.length === 0 ? cores : Math.max(...counts);
  const scan = found.one('peers', 'system', 'sigsweep');
  const million = found.one('files', 'files-1000000', 'sigsweep');
  const peerOnSystem = (/** @type {string} */ name) => found.one('peers', 'system', name)?.ratio?.median;
  const pool = (/** @type {string} */ tree, count = threads) => found.one('hashing', tree, POOL, count);
  const limit = (/** @type {string} */ tree) => found.one('hashing', tree, LIMIT, threads);
  const at = `${threads} thread${threads === 1 ? '' : 's'}`;
  return [
    judge('scan of `system`', scan?.seconds?.median, AT_MOST, 0.9, seconds),
    judge('… gpg loop and `sha256sum -c` take', peerOnSystem('gpg + sha256sum -c'), AT_LEAST, 2, times),
    judge('… the PHP script takes', peerOnSystem('PHP, as FreePBX'), AT_LEAST, 5, times),
    judge('… `aide --check` takes', peerOnSystem('aide --check'), AT_LEAST, 25, times),
    judge(`hashing \`system\`, ${at}, limit = 1`, pool('system')?.ratio?.median, AT_MOST, 1.6, times),
    judge(
      `throughput on \`sounds\`, ${at}, limit = 1`,
      ratioOf(limit('sounds'), pool('sounds')),
      AT_LEAST,
      0.95,
      times,
    ),
    judge('1,000,000 files, 100,000 files = 1', million?.ratio?.median, AT_MOST, 11, times),
    judge('peak memory, 1,000,000 files', million?.peakBytes?.max, AT_MOST, 400e6, byteCount),
    judge('peak memory, `system`', scan?.peakBytes?.max, AT_MOST, 180e6, byteCount),
    judge('scan of `small`', found.one('peers', 'small', 'sigsweep')?.seconds?.median, AT_MOST, 0.35, seconds),
    judge('hashing `system`, 2 threads against 1', ratioOf(pool('system', 1), pool('system', 2)), AT_LEAST, 1.8, times),
  ];
}

/**
 * @param {string} what @param {number | undefined} value @param {typeof AT_MOST | typeof AT_LEAST} side
 * @param {number} bound @param {(value: number) => string} form
 * @returns {Target}
 */
function judge(what, value, side, bound, form) {
  const target = `${side} ${form(bound)}`;
  if (value === undefined) return { what, target, measured: 'not measured', met: null };
  return { what, target, measured: form(value), met: side === AT_MOST ? value <= bound : value >= bound };
}

/** The median of `one` divided by `other`, run by run. @param {Measured | undefined} one @param {Measured | undefined} other */
function ratioOf(one, other) {
  const times = (/** @type {Measured | undefined} */ outcome) => outcome?.samples.map((sample) => sample.seconds) ?? [];
  return ratios(times(one), times(other))?.median;
}

class Found {
  #contests;

  /** @param {readonly Contest[]} contests */
  constructor(contests) {
    this.#contests = contests;
  }

  /** @param {Contest['kind']} kind @param {string} tree @param {string} name @param {number} [threads] @returns {Measured | undefined} */
  one(kind, tree, name, threads) {
    return this.#of(kind).find(
      (outcome) =>
        outcome.tree === tree && outcome.name === name && (threads === undefined || outcome.threads === threads),
    );
  }

  /** @param {Contest['kind']} kind */
  threadsOf(kind) {
    return this.#of(kind).map(({ threads }) => threads ?? 0);
  }

  /** @param {Contest['kind']} kind */
  #of(kind) {
    return this.#contests.filter((contest) => contest.kind === kind).flatMap(({ outcomes }) => outcomes);
  }
}
