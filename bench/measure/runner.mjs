/** Whole processes, measured from the outside. */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interrupted } from '../errors.mjs';
import { findProgram, versionOf } from './programs.mjs';

/**
 * @typedef {object} Finished
 * @property {number | null} code
 * @property {string} stdout
 * @property {string} stderr
 * @property {number} seconds
 * @property {number | null} cpuSeconds of the process and of those that it waited for; `null` without GNU time
 * @property {number | null} peakBytes of the largest process among these
 */

/** @typedef {{ cwd?: string, env?: Readonly<Record<string, string>>, measured?: boolean }} RunOptions */

/** After this long a process is given up: one that hangs must not keep the others from being measured. */
const MAX_SECONDS = 1800;

/** How much of an output is kept in memory. */
const MAX_OUTPUT_BYTES = 400_000_000;

/** What processes see of this machine's settings. `sort` and `awk` take bytes for bytes in this locale. */
const ENVIRONMENT = {
  PATH: process.env.PATH ?? '',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  SIGSWEEP_CONFIG: 'false',
  SIGSWEEP_STATE: 'false',
};

export class Runner {
  /** For whatever a run needs for itself; removed at the end. */
  scratch = mkdtempSync(join(realpathSync(tmpdir()), 'sigsweep-bench-run-'));
  #time = findGnuTime();
  #interrupted = false;
  /** @type {Set<number>} leaders of the process groups that run */
  #running = new Set();
  #runs = 0;

  /** Whether CPU time and peak memory can be measured. */
  get hasTime() {
    return this.#time !== null;
  }

  /**
   * Runs a program to its end. Its outputs go to files: nobody has to read them along while the time is taken.
   *
   * @param {readonly string[]} argv @param {RunOptions} options
   * @returns {Promise<Finished>}
   * @throws Interrupted
   */
  async run(argv, { cwd = this.scratch, env = {}, measured = false } = {}) {
    if (this.#interrupted) throw new Interrupted();
    const file = join(this.scratch, `run-${++this.#runs}`);
    const timed = measured && this.#time !== null;
    const wrapper = timed ? [this.#time ?? '', '--quiet', '--format', '%U %S %M', '--output', `${file}.time`] : [];
    const outputs = [openSync(`${file}.out`, 'w'), openSync(`${file}.err`, 'w')];
    try {
      const start = performance.now();
      const code = await this.#end([...wrapper, ...argv], { cwd, env: { ...ENVIRONMENT, ...env }, outputs });
      const seconds = (performance.now() - start) / 1000;
      if (this.#interrupted) throw new Interrupted();
      const usage = timed ? readUsage(`${file}.time`) : { cpuSeconds: null, peakBytes: null };
      return { code, seconds, ...usage, stdout: readOutput(`${file}.out`), stderr: readOutput(`${file}.err`) };
    } finally {
      for (const descriptor of outputs) closeSync(descriptor);
      for (const end of ['out', 'err', 'time']) rmSync(`${file}.${end}`, { force: true });
    }
  }

  /** Ends whatever runs, with all its children; nothing is started any more. */
  interrupt() {
    this.#interrupted = true;
    for (const leader of this.#running) endGroup(leader);
  }

  close() {
    this.interrupt();
    rmSync(this.scratch, { recursive: true, force: true });
  }

  /**
   * @param {readonly string[]} argv @param {{ cwd: string, env: Record<string, string>, outputs: readonly number[] }} options
   * @returns {Promise<number | null>}
   */
  #end([program = '', ...args], { cwd, env, outputs }) {
    return new Promise((resolve, reject) => {
      // A group of its own, so that what it starts ends with it; and a Ctrl-C reaches it through us alone.
      const child = spawn(program, args, { cwd, env, stdio: ['ignore', ...outputs], detached: true });
      const { pid } = child;
      const limit = setTimeout(() => pid !== undefined && endGroup(pid), MAX_SECONDS * 1000);
      if (pid !== undefined) this.#running.add(pid);
      const done = () => {
        clearTimeout(limit);
        if (pid !== undefined) this.#running.delete(pid);
      };
      child.on('error', (error) => {
        done();
        reject(error);
      });
      child.on('exit', (code) => {
        done();
        resolve(code);
      });
    });
  }
}

/** @param {number} leader */
function endGroup(leader) {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Other programs called `time` know no format. */
function findGnuTime() {
  const path = findProgram('time');
  return path !== null && versionOf([path, '--version']).includes('GNU') ? path : null;
}

/** @param {string} file */
function readUsage(file) {
  // A line about a signal may stand before it.
  const line = readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '';
  const [user = Number.NaN, system = Number.NaN, kibibytes = Number.NaN] = line.split(' ').map(Number);
  if (Number.isNaN(kibibytes)) return { cpuSeconds: null, peakBytes: null };
  return { cpuSeconds: user + system, peakBytes: kibibytes * 1024 };
}

/** @param {string} file */
function readOutput(file) {
  const bytes = readFileSync(file);
  return bytes.subarray(0, MAX_OUTPUT_BYTES).toString('latin1');
}
