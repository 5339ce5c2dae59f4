/**
 * What a peer is: a program that answers a part of sigsweep's question, as people run it.
 *
 * @typedef {object} PeerContext
 * @property {import('../measure/runner.mjs').Runner} runner
 * @property {import('../trees/cache.mjs').Tree} tree
 * @property {string} folder of its own, empty, for what it needs
 * @property {number} threads that it may use
 */

/**
 * How it is run on one tree.
 *
 * @typedef {object} Prepared
 * @property {readonly string[]} argv
 * @property {string} [cwd]
 * @property {Readonly<Record<string, string>>} [env]
 * @property {number} files that it has to look at
 * @property {(output: string) => number} seen how many files it looked at, by its own output; throws where that says
 *   that it was not content
 */

/**
 * @typedef {object} Peer
 * @property {string} name
 * @property {readonly string[]} programs that must be installed
 * @property {readonly string[]} version the command that prints it
 * @property {(context: PeerContext) => Promise<Prepared>} prepare @throws where it cannot run here
 */

/** A peer cannot run here, and nobody is to blame. */
export class Unavailable extends Error {}

/** The number behind a word in an output. @param {string} output @param {RegExp} pattern with one group, digits and commas */
export function numberIn(output, pattern) {
  const [, digits] = pattern.exec(output) ?? [];
  if (digits === undefined) throw new Error(`its output does not say ${pattern.source}`);
  return Number(digits.replaceAll(',', ''));
}

/** @param {string} output */
export function linesOf(output) {
  let lines = 0;
  for (let at = output.indexOf('\n'); at >= 0; at = output.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** Runs what has to be there before the first measured run. @param {PeerContext} context @param {readonly string[]} argv @param {import('../measure/runner.mjs').RunOptions} [options] */
export async function setUp({ runner }, argv, options) {
  const { code, stdout, stderr } = await runner.run(argv, options);
  if (code !== 0) throw new Error(`${argv[0]} ended with exit code ${code}: ${stderr.trim().split('\n')[0]}`);
  return stdout;
}
