/** Runs with nothing in the page cache: what a scan takes after a restart. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildLimit } from '../native/build.mjs';
import { contestantOf } from '../peers/peers.mjs';
import { filesInReport, scanCommand } from '../peers/sigsweep.mjs';
import { byteCount, throughput } from '../report/format.mjs';

/** @typedef {import('../trees/cache.mjs').Tree} Tree */
/** @typedef {import('./runner.mjs').Runner} Runner */
/** @typedef {import('./contest.mjs').Contestant} Contestant */

const DROP_CACHES = '/proc/sys/vm/drop_caches';

/** How much is read to see whether dropping works. */
const PROBE_BYTES = 64_000_000;

/** Of `getrusage`: what it counts blocks in. */
const BLOCK_BYTES = 512;

/**
 * Drops the caches and looks whether that made a difference: files that were just read have to come from the disk.
 *
 * @param {Tree} tree @param {Runner} runner
 * @returns {Promise<{ works: boolean, note: string }>}
 */
export async function tryColdCaches(tree, runner) {
  readProbe(tree);
  const warm = readProbe(tree);
  try {
    await dropCaches(runner);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    return { works: false, note: `not measured with cold caches: ${DROP_CACHES} cannot be written (${code})` };
  }
  const cold = readProbe(tree);
  const speeds = `${throughput(warm.bytes / warm.seconds)} warm, ${throughput(cold.bytes / cold.seconds)} cold`;
  if (cold.fromDisk < cold.bytes / 2) {
    const note = `of ${byteCount(cold.bytes)} read after the caches were dropped, ${byteCount(cold.fromDisk)} came from the disk`;
    return { works: false, note: `not measured with cold caches: ${note}` };
  }
  return { works: true, note: `one thread that reads the tree's files one after the other: ${speeds}` };
}

/**
 * Whole scans, and the limit program, with each number of threads.
 *
 * @param {Tree} tree @param {Tree} other a small one, scanned first: the program itself is not what is read from the disk
 * @param {readonly number[]} threadCounts @param {boolean} withLimit @param {Runner} runner
 * @returns {Promise<Contestant[]>}
 */
export async function coldContestants(tree, other, threadCounts, withLimit, runner) {
  const built = withLimit ? await buildLimit(runner) : { missing: '' };
  return threadCounts.flatMap((threads) => {
    const options = ['--threads', String(threads)];
    const files = tree.made.listedFiles + tree.made.unlistedFiles;
    const scan = { argv: scanCommand(tree, options), files, seen: filesInReport };
    const which = { tree: tree.name, threads };
    const all = [coldOne({ ...which, name: 'sigsweep' }, scan, scanCommand(other, options), runner)];
    if ('missing' in built) return all;
    const limitOf = (/** @type {Tree} */ { root, allList }) => [built.path, root, allList, String(threads), '1'];
    const limit = { argv: limitOf(tree), files: tree.made.allFiles, seen: () => tree.made.allFiles };
    return [...all, coldOne({ ...which, name: 'limit' }, limit, limitOf(other), runner)];
  });
}

/**
 * @param {Pick<Contestant, 'name' | 'tree' | 'threads'>} which @param {import('../peers/peer.mjs').Prepared} prepared
 * @param {readonly string[]} awakening @param {Runner} runner
 * @returns {Contestant}
 */
function coldOne(which, prepared, awakening, runner) {
  const before = async () => {
    await dropCaches(runner);
    await runner.run(awakening);
  };
  return { ...contestantOf(which, prepared, runner), before };
}

/** @param {Runner} runner */
export async function dropCaches(runner) {
  // What is not written yet cannot be dropped.
  await runner.run(['sync']);
  writeFileSync(DROP_CACHES, '3');
}

/** @param {Tree} tree */
function readProbe(tree) {
  const paths = readFileSync(tree.allList, 'latin1').split('\0').slice(0, -1);
  const blocksBefore = process.resourceUsage().fsRead;
  const start = performance.now();
  let bytes = 0;
  for (const path of paths) {
    if (bytes >= PROBE_BYTES) break;
    bytes += readFileSync(Buffer.from(join(tree.root, path), 'latin1')).length;
  }
  const seconds = (performance.now() - start) / 1000;
  return { bytes, seconds, fromDisk: (process.resourceUsage().fsRead - blocksBefore) * BLOCK_BYTES };
}
