// Stands in for src/shipped.ts inside the single executable, where nothing lies on a disk.
const { getAsset } = require('node:sea');
const { LIBRARIES_ASSET, SHIPPED_PREFIX, WORKER_NAME } = require('./names.cjs');

/** Set when it is bundled. */
exports.VERSION = process.env.SIGSWEEP_VERSION;

exports.workerFile = () => WORKER_NAME;

exports.mainFile = () => undefined;

exports.loadDatabase = () => require('libsql');

/** @param {string} name */
exports.libraryVersion = (name) => JSON.parse(getAsset(LIBRARIES_ASSET, 'utf8'))[name];

/** @param {string} name */
exports.shippedText = (name) => getAsset(SHIPPED_PREFIX + name, 'utf8');
