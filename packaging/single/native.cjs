// Stands in for @neon-rs/load inside the single executable: gives the database's library its native part.
const { closeSync, constants, fstatSync, openSync, unlinkSync, writeSync } = require('node:fs');
const { randomBytes } = require('node:crypto');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { getRawAsset } = require('node:sea');
const { DATABASE_ASSET } = require('./names.cjs');

/** Linux's O_TMPFILE, which Node does not name: a file without a name, which nobody else can open or replace. */
const NAMELESS = 0o20000000 | constants.O_DIRECTORY;

/** What the loader does to a file. */
const MODE = 0o500;

/** Code may be loaded from a file only, and not from every place: each is tried until one lets it. */
function places() {
  return [...new Set([tmpdir(), '/tmp', '/var/tmp', '/dev/shm', '/run'])];
}

exports.currentTarget = () => 'linux-x64-gnu';

/** @returns {unknown} what the native part exports. @throws Error that names every place and what was wrong with it */
exports.load = () => {
  const failures = [];
  for (const place of places()) {
    try {
      return loadFrom(place);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      failures.push(`${place} (${said.replace(/^\/proc\/self\/fd\/\d+: /, '')})`);
    }
  }
  throw new Error(
    `the database's library can be loaded from none of ${failures.join(', ')}: name a folder in TMPDIR that is not ` +
      'mounted noexec',
  );
};

/** @param {string} folder */
function loadFrom(folder) {
  const descriptor = openNameless(folder);
  try {
    writeWhole(descriptor, new Uint8Array(/** @type {ArrayBuffer} */ (getRawAsset(DATABASE_ASSET))));
    const library = { exports: {} };
    // By its descriptor: what a name leads to could be changed by whoever may write the folder.
    process.dlopen(library, `/proc/self/fd/${descriptor}`);
    return library.exports;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Not every file system has files without a name; there it is one that nobody else made, and loses it at once.
 * @param {string} folder
 */
function openNameless(folder) {
  try {
    return openSync(folder, constants.O_RDWR | NAMELESS, MODE);
  } catch {
    const path = join(folder, `.sigsweep-${randomBytes(16).toString('hex')}`);
    const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, MODE);
    unlinkSync(path);
    return descriptor;
  }
}

/** @param {number} descriptor @param {Uint8Array} bytes */
function writeWhole(descriptor, bytes) {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
  if (fstatSync(descriptor).size !== bytes.length) throw new Error('it was not written whole');
}
