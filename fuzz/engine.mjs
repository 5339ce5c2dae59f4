/** The loop: choose an input, change it, run it, keep it when it reached code that none before it reached. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { Random } from '../dist/src/demo/prng.js';
import { mutate } from './mutate.mjs';

/**
 * @typedef {{
 *   name: string,
 *   files: readonly string[],
 *   words: readonly string[],
 *   isAsync?: boolean,
 *   run: (input: Buffer) => void | Promise<void>,
 *   mutate?: (random: Random, input: Buffer, others: readonly Buffer[]) => Buffer | null,
 * }} Target `files` are the scripts whose coverage guides it; `run` throws for whatever must never be; `mutate` knows
 *   the structure and returns `null` for an input that has none
 * @typedef {{ file: string, what: string }} Finding
 */

const CORPUS = fileURLToPath(new URL('corpus/', import.meta.url));
const FINDINGS = fileURLToPath(new URL('findings/', import.meta.url));

/** Inputs between two looks at the coverage, each of which costs as much as some 30 inputs. */
const BATCH = 64;
const SLOW_MILLISECONDS = 1000;
/** How often an input has to be slow. */
const SLOW_ATTEMPTS = 3;
/** After this long a batch is taken to run for ever. */
const HANGING_MILLISECONDS = 20_000;
const MAX_FINDINGS = 20;

export class Fuzzer {
  #random;
  /** @type {Buffer[]} */
  #corpus = [];
  /** @type {Map<string, Finding>} by what happened */
  #findings = new Map();
  executions = 0;
  seeds = 0;

  /** @param {Target} target @param {import('./coverage.mjs').Coverage} coverage @param {number} seed */
  constructor(target, coverage, seed) {
    this.target = target;
    this.coverage = coverage;
    this.#random = new Random(seed);
  }

  get findings() {
    return [...this.#findings.values()];
  }

  get corpusSize() {
    return this.#corpus.length;
  }

  /** Runs the seed corpus, without which there is nothing to begin with. */
  async start() {
    const folder = join(CORPUS, this.target.name);
    const files = readdirSync(folder).sort();
    this.#corpus = files.map((name) => readFileSync(join(folder, name)));
    this.seeds = files.length;
    await this.runAll(this.#corpus);
    this.coverage.add(this.coverage.take());
  }

  /** Mutates and runs until the time is over. @param {number} seconds */
  async run(seconds) {
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end && this.#findings.size < MAX_FINDINGS) {
      const batch = Array.from({ length: BATCH }, () => this.#next());
      await this.runAll(batch);
      const ran = this.coverage.take();
      if (this.coverage.countNew(ran) === 0) continue;
      await this.#keepTheNew(batch);
      this.coverage.add(ran);
    }
  }

  /** @param {Buffer[]} inputs */
  async runAll(inputs) {
    if (this.target.isAsync) {
      for (const input of inputs) await this.#runAsync(input);
      return;
    }
    for (let next = 0; next < inputs.length; ) {
      try {
        bounded(() => {
          for (; next < inputs.length; next++) this.#runSync(/** @type {Buffer} */ (inputs[next]));
        });
      } catch (error) {
        const hanging = inputs[next++];
        if (!isTimeout(error) || hanging === undefined) throw error;
        if (this.#hangs(hanging)) this.#report(hanging, 'does not end');
      }
    }
  }

  /** Whether an input hangs again: the first time somebody may have stopped the whole process. @param {Buffer} input */
  #hangs(input) {
    try {
      bounded(() => this.#runSync(input));
      return false;
    } catch (error) {
      if (!isTimeout(error)) throw error;
      return true;
    }
  }

  /** @param {Buffer} input */
  #runSync(input) {
    this.executions++;
    for (let attempt = 0; attempt < SLOW_ATTEMPTS; attempt++) {
      const start = process.cpuUsage();
      try {
        this.target.run(input);
      } catch (error) {
        this.#reportError(input, error);
      }
      if (!this.#wasSlow(input, start, attempt)) return;
    }
  }

  /** @param {Buffer} input */
  async #runAsync(input) {
    this.executions++;
    for (let attempt = 0; attempt < SLOW_ATTEMPTS; attempt++) {
      const start = process.cpuUsage();
      try {
        await this.target.run(input);
      } catch (error) {
        this.#reportError(input, error);
      }
      if (!this.#wasSlow(input, start, attempt)) return;
    }
  }

  /** Recent inputs more often: they stand at the border of what was reached. */
  #next() {
    const recent = this.#corpus.slice(-32);
    const input = this.#random.pick(this.#random.below(2) === 0 ? recent : this.#corpus);
    const isStructured = this.target.mutate !== undefined && this.#random.below(2) === 0;
    const structured = isStructured ? this.target.mutate?.(this.#random, input, this.#corpus) : null;
    return structured ?? mutate(this.#random, input, this.#corpus, this.target.words);
  }

  /** Of a batch that reached something new, keeps the inputs that did. @param {Buffer[]} batch */
  async #keepTheNew(batch) {
    for (const input of batch) {
      await this.runAll([input]);
      const ran = this.coverage.take();
      if (this.coverage.countNew(ran) === 0) continue;
      this.coverage.add(ran);
      this.#corpus.push(input);
    }
  }

  /** Reports what is slow every time it is tried. @param {Buffer} input @param {NodeJS.CpuUsage} start @param {number} attempt */
  #wasSlow(input, start, attempt) {
    // Time of this process, not of the machine: others may keep it busy. Even so it may be a collection of garbage.
    const { user, system } = process.cpuUsage(start);
    const milliseconds = (user + system) / 1000;
    if (milliseconds <= SLOW_MILLISECONDS) return false;
    if (attempt === SLOW_ATTEMPTS - 1) this.#report(input, `slow: ${Math.round(milliseconds)} ms`);
    return true;
  }

  /** @param {Buffer} input @param {unknown} error */
  #reportError(input, error) {
    this.#report(input, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  /** @param {Buffer} input @param {string} what */
  #report(input, what) {
    // One finding for each place in the program, however many inputs lead there.
    const kind = what.replace(/\d+/g, 'N').split('\n').slice(0, 3).join('\n');
    if (this.#findings.has(kind)) return;
    const name = `${this.target.name}-${createHash('sha256').update(input).digest('hex').slice(0, 16)}`;
    mkdirSync(FINDINGS, { recursive: true });
    writeFileSync(join(FINDINGS, name), input);
    this.#findings.set(kind, { file: join('fuzz/findings', name), what });
  }
}

/** Ended by force; no `catch` within sees that. @param {unknown} error */
function isTimeout(error) {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

const slot = { call: () => {} };
Object.defineProperty(globalThis, 'fuzzSlot', { value: slot });
const trampoline = new Script('fuzzSlot.call()');

/**
 * Calls a function and ends it by force when it hangs. Costs 70 µs, so it is done for whole batches.
 *
 * @param {() => void} call
 */
function bounded(call) {
  slot.call = call;
  trampoline.runInThisContext({ timeout: HANGING_MILLISECONDS });
}
