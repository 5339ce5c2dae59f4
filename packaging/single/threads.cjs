// node:worker_threads, as the pool of the single executable sees it: there is no file to start a thread from.
const { getAsset } = require('node:sea');
const threads = require('node:worker_threads');
const { WORKER_ASSET } = require('./names.cjs');

class Worker extends threads.Worker {
  /**
   * @param {string} _file where the pool believes its half of a thread to lie
   * @param {import('node:worker_threads').WorkerOptions} options
   */
  constructor(_file, options) {
    super(getAsset(WORKER_ASSET, 'utf8'), { ...options, eval: true });
  }
}

module.exports = { ...threads, Worker };
