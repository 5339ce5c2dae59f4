/** Which parts of the program ran, from V8's own block coverage through Node's built-in inspector. */
import { Session } from 'node:inspector';

/**
 * Counts characters of source that ran at least once. V8 joins neighbouring blocks that ran equally often, so blocks
 * are no stable unit from one batch to the next; characters are.
 */
export class Coverage {
  #session = new Session();
  /** @type {Map<string, Uint8Array>} by script */
  #covered = new Map();
  /** @type {readonly string[]} the scripts that count, below `dist/src` */
  wanted = [];

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    // Before the scripts are loaded: V8 counts blocks only in functions that it compiled with counters.
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** What ran since the last call. @returns {Map<string, Uint8Array>} 1 for each character that ran, by script */
  take() {
    const ran = new Map();
    for (const { url, functions } of this.#results()) if (this.#isWanted(url)) ran.set(url, blocksOf(functions));
    return ran;
  }

  /** How many characters of source ran there for the first time. @param {Map<string, Uint8Array>} ran */
  countNew(ran) {
    let count = 0;
    for (const [url, blocks] of ran) {
      const covered = this.#covered.get(url);
      for (let index = 0; index < blocks.length; index++) if (blocks[index] === 1 && covered?.[index] !== 1) count++;
    }
    return count;
  }

  /** @param {Map<string, Uint8Array>} ran */
  add(ran) {
    for (const [url, blocks] of ran) {
      const before = this.#covered.get(url) ?? new Uint8Array(0);
      const covered = new Uint8Array(Math.max(before.length, blocks.length));
      covered.set(before);
      for (let index = 0; index < blocks.length; index++) if (blocks[index] === 1) covered[index] = 1;
      this.#covered.set(url, covered);
    }
  }

  /** Characters of source that ran so far. */
  get size() {
    let size = 0;
    for (const covered of this.#covered.values()) for (const one of covered) size += one;
    return size;
  }

  /** @param {string} url */
  #isWanted(url) {
    return this.wanted.some((file) => url.endsWith(`/dist/src/${file}`));
  }

  /** @returns {import('node:inspector').Profiler.ScriptCoverage[]} */
  #results() {
    /** @type {import('node:inspector').Profiler.ScriptCoverage[]} */
    let result = [];
    // In one thread the answer comes before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error) throw error;
      result = answer.result;
    });
    return result;
  }
}

/**
 * 1 for each character inside of a block that ran.
 *
 * @param {import('node:inspector').Profiler.FunctionCoverage[]} functions
 */
function blocksOf(functions) {
  const end = Math.max(0, ...functions.flatMap(({ ranges }) => ranges.map(({ endOffset }) => endOffset)));
  const ran = new Uint8Array(end);
  // Outer functions come before inner ones, and outer blocks before those in them.
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  }
  return ran;
}
