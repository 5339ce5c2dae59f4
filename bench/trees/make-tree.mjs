/**
 * Writes one tree and its lists into an empty folder. A process of its own: what takes a minute without a pause can
 * then be ended by a Ctrl-C.
 *
 *     node bench/trees/make-tree.mjs DIR RECIPE SEED        # RECIPE as JSON
 */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { generateSystem } from '../../dist/src/demo/system.js';
import { checksumList, everyFile } from './lists.mjs';
import { addRecordings } from './recordings.mjs';

/**
 * What is known of a kept tree; `webRoot` is relative to the tree's root.
 *
 * @typedef {object} Made
 * @property {string} webRoot
 * @property {string} anchorFingerprint
 * @property {number} modules
 * @property {number} listedFiles that are installed
 * @property {number} listedBytes
 * @property {number} unlistedFiles symbolic links included
 * @property {number} unlistedBytes
 * @property {number} allFiles regular files, signatures and configuration included
 * @property {number} allBytes
 */

const LINES_AT_ONCE = 10_000;

/** @param {string} dir @param {import('./recipes.mjs').Recipe} recipe @param {number} seed @returns {Promise<Made>} */
async function makeTree(dir, { recordings, ...options }, seed) {
  const root = join(dir, 'tree');
  const system = await generateSystem(root, { ...options, seed });
  const added = recordings === null ? null : await addRecordings(system, recordings, seed);
  const modules = added === null ? system.modules : [...system.modules, added.module];
  writeList(join(dir, 'listed.sha256'), checksumList(modules));
  const { files, bytes } = everyFile(root);
  writeList(
    join(dir, 'all.list'),
    files.map((path) => `${path}\0`),
  );
  const { listedFiles, listedBytes, unlistedFiles, unlistedBytes } = system.written;
  return {
    webRoot: relative(root, system.webRoot),
    anchorFingerprint: system.anchorFingerprint,
    modules: modules.length,
    listedFiles: listedFiles + (added?.files ?? 0),
    listedBytes: listedBytes + (added?.bytes ?? 0),
    unlistedFiles,
    unlistedBytes,
    allFiles: files.length,
    allBytes: bytes,
  };
}

/** In parts: a million lines are too long for one string. @param {string} path @param {readonly string[]} lines */
function writeList(path, lines) {
  writeFileSync(path, '');
  for (let start = 0; start < lines.length; start += LINES_AT_ONCE) {
    writeFileSync(path, lines.slice(start, start + LINES_AT_ONCE).join(''), { flag: 'a' });
  }
}

const [dir = '', recipe = '', seed = ''] = process.argv.slice(2);
const made = await makeTree(dir, JSON.parse(recipe), Number(seed));
writeFileSync(join(dir, 'made.json'), `${JSON.stringify(made, undefined, 2)}\n`);
