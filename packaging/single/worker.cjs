// What every thread of the single executable runs: the pool's half of a thread and ours in one text. The pool's half asks
// for ours by the name that the pool was given, which here is no file.
const hash = require('../../workers/hash.ts');
const { WORKER_NAME } = require('./names.cjs');

const requireBuiltIn = globalThis.require;
/** @param {string} name */
globalThis.require = /** @type {NodeJS.Require} */ ((name) => (name === WORKER_NAME ? hash : requireBuiltIn(name)));

// @ts-expect-error: bundle.mjs knows where it is
require('piscina-worker');
