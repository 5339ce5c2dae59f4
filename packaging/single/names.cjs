// What is inside the single executable besides its program, by name.

/** What the pool is told to run. */
exports.WORKER_NAME = 'sigsweep-hash';

/** The text of a thread. */
exports.WORKER_ASSET = 'worker.cjs';

/** The part of the database's library that is no JavaScript. */
exports.DATABASE_ASSET = 'libsql.node';

/** The versions of all libraries by their names, as JSON. */
exports.LIBRARIES_ASSET = 'libraries.json';

/** Before the name of a text of `dist/shipped`. */
exports.SHIPPED_PREFIX = 'shipped/';
