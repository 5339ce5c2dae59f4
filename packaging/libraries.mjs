import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './release.mjs';
import { run } from './run.mjs';

/** Where the packages run: Linux x64 with GNU's C library. */
const TARGET = ['--os=linux', '--cpu=x64', '--libc=glibc'];

/**
 * The native part of BullMQ's msgpackr, and what looks for the right one of it when it is installed: it brings those for
 * every C library, and msgpackr does the same in JavaScript where there is none.
 */
const UNNEEDED = /^(?:(?:@msgpackr-extract\/)?msgpackr-extract(?:-.*)?|node-gyp-build-optional-packages)$/;

/**
 * Installs what the program needs when it runs, from the lock file and nothing else, for the machines that packages are
 * for.
 * @param {string} folder an empty one @returns {string} its `node_modules`
 */
export function installLibraries(folder) {
  installFrom(PROJECT, folder, ['--omit=dev']);
  const libraries = join(folder, 'node_modules');
  const unwanted = [...foreign(libraries), ...packagesIn(libraries).filter((path) => UNNEEDED.test(path))];
  for (const path of unwanted) rmSync(join(libraries, path), { recursive: true });
  return libraries;
}

/** Installs the Node that goes into packages. @param {string} folder an empty one @returns {string} its folder */
export function installRuntime(folder) {
  installFrom(join(PROJECT, 'packaging/runtime'), folder, []);
  return join(folder, 'node_modules/node-24');
}

/** @param {string} from @param {string} folder @param {readonly string[]} options */
function installFrom(from, folder, options) {
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(from, name), join(folder, name));
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', ...TARGET, ...options], { cwd: folder });
}

/** Packages with native code for another C library, which do not say so in a way that npm understands. */
function foreign(/** @type {string} */ libraries) {
  return packagesIn(libraries).filter((path) => {
    const { neon } = JSON.parse(readFileSync(join(libraries, path, 'package.json'), 'utf8'));
    return neon?.type === 'binary' && neon.node !== 'linux-x64-gnu';
  });
}

/** @param {string} libraries a `node_modules` @returns {string[]} the folders of all packages, relative to it, sorted */
export function packagesIn(libraries) {
  return readdirSync(libraries, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/.test(path))
    .map((path) => path.slice(0, -'/package.json'.length))
    .sort();
}
