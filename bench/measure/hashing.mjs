/** Hashing alone, without the start of anything: sigsweep's pool beside what the machine can do at best. */
import { fileURLToPath } from 'node:url';

/** @typedef {import('./contest.mjs').Contestant} Contestant */
/** @typedef {import('../trees/cache.mjs').Tree} Tree */

const HASH_ALL = fileURLToPath(new URL('../hash-all.mjs', import.meta.url));

/** The first warms up threads, compiled code and caches; the second is timed. */
const PASSES = '2';

export const POOL = 'sigsweep pool';
export const LIMIT = 'limit';

/**
 * For each number of threads the pool and, where it could be built, the limit program. All of them have to come to one
 * digest over every file.
 *
 * @param {Tree} tree @param {readonly number[]} threadCounts @param {string | null} limit the program
 * @param {import('./runner.mjs').Runner} runner
 * @returns {Contestant[]}
 */
export function hashers(tree, threadCounts, limit, runner) {
  const agreed = new Agreement();
  return threadCounts.flatMap((threads) => {
    const rest = [tree.root, tree.allList, String(threads), PASSES];
    const which = { tree: tree.name, threads };
    const pool = { ...which, name: POOL, argv: [process.execPath, HASH_ALL, ...rest] };
    const native = limit === null ? [] : [{ ...which, name: LIMIT, argv: [limit, ...rest] }];
    return [pool, ...native].map((one) => ({ ...one, run: () => runHasher(one.argv, threads, tree, agreed, runner) }));
  });
}

/** The digest that the first of them came to. */
class Agreement {
  #digest = '';

  /** @param {string} digest @throws where it is another one */
  check(digest) {
    this.#digest ||= digest;
    if (digest !== this.#digest) throw new Error('its digests differ from those of the others');
  }
}

/**
 * @param {readonly string[]} argv @param {number} threads @param {Tree} tree @param {Agreement} agreed
 * @param {import('./runner.mjs').Runner} runner
 * @returns {Promise<import('./contest.mjs').Sample>}
 */
async function runHasher(argv, threads, tree, agreed, runner) {
  const { code, stdout, stderr, peakBytes } = await runner.run(argv, { measured: true });
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr.trim().split('\n').at(-1)}`.slice(0, 500));
  const said = JSON.parse(stdout);
  if (said.files !== tree.made.allFiles || said.bytes !== tree.made.allBytes || said.failed !== 0) {
    throw new Error(`it hashed ${said.files} of ${tree.made.allFiles} files, ${said.failed} of them failed`);
  }
  if (said.threads !== threads) throw new Error(`it ran with ${said.threads} threads`);
  agreed.check(said.digest);
  // The CPU time would be that of both passes.
  return { seconds: said.seconds, cpuSeconds: null, peakBytes, files: said.files, bytes: said.bytes };
}
