import { chmodSync, copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { PackagingError } from '../errors.mjs';
import { run } from '../run.mjs';
import { bundle } from './bundle.mjs';

const load = createRequire(import.meta.url);
const names = load('./names.cjs');
const INJECTOR = load.resolve('postject/dist/cli.js');

/** Where Node looks for what it is to run, and what tells it that there is something: both are parts of its binary. */
const RESOURCE = 'NODE_SEA_BLOB';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * @typedef {object} SingleParts
 * @property {string} node the runtime's binary
 * @property {string} database the native part of the database's library
 * @property {string} shipped the folder `dist/shipped`; need not be there
 * @property {string} licenses the text that the licenses of what is inside ask to be with it
 * @property {Record<string, string>} libraries the versions of the libraries inside
 * @property {string} version of this program
 */

/**
 * Builds the single executable: Node, with the program and all that it loads inside.
 * @param {SingleParts} parts @param {string} work an empty folder @param {string} file where it goes
 */
export async function buildSingle(parts, work, file) {
  const { main, worker } = await bundle(work, parts.version);
  const blob = join(work, 'blob');
  const config = join(work, 'sea.json');
  const libraries = join(work, 'libraries.json');
  writeFileSync(libraries, JSON.stringify(parts.libraries));
  writeFileSync(config, JSON.stringify(seaConfig(basename(main), basename(blob), assetsOf(parts, worker, libraries))));
  // There, because the names of files become a part of it, and would be other ones each time.
  run(parts.node, ['--experimental-sea-config', config], { cwd: work });
  copyFileSync(parts.node, file);
  chmodSync(file, 0o755);
  // As a program of its own, because it prints a page of warnings about what it does well.
  run(process.execPath, [INJECTOR, file, RESOURCE, blob, '--sentinel-fuse', FUSE]);
  const said = run(file, ['--version'], { env: {} }).trim();
  if (said !== parts.version) throw new PackagingError(`the single executable says that it is version ${said}`);
}

/** @param {string} main @param {string} output @param {Record<string, string>} assets */
export function seaConfig(main, output, assets) {
  return {
    main,
    output,
    assets,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    // The program runs as root: nothing of its environment may hand Node code to run. NODE_OPTIONS is ignored.
    execArgvExtension: 'none',
  };
}

/** @param {SingleParts} parts @param {string} worker @param {string} libraries */
function assetsOf({ database, shipped, licenses }, worker, libraries) {
  const texts = filesIn(shipped).map((name) => [names.SHIPPED_PREFIX + name, join(shipped, name)]);
  return {
    [names.WORKER_ASSET]: worker,
    [names.LIBRARIES_ASSET]: libraries,
    [names.DATABASE_ASSET]: database,
    licenses,
    ...Object.fromEntries(texts),
  };
}

/** @param {string} folder @returns {string[]} names below it, sorted; none where there is no folder */
function filesIn(folder) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort();
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return [];
    throw error;
  }
}
