import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../dist/program/cli/main.js', import.meta.url));

/** How long something may take to say what is waited for, in milliseconds. */
const PATIENCE = 30_000;

/** Nothing of the configuration of this machine is meant for the demonstration. */
function environment() {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('SIGSWEEP_'));
  return { ...Object.fromEntries(own), SIGSWEEP_CONFIG: 'false' };
}

/** A program that runs beside this one, and that only this one ends: Ctrl-C does not reach it. */
export class Beside {
  #said = '';
  /** @type {(() => void)[]} */
  #listeners = [];

  /**
   * @param {string} name how it is called in what is said
   * @param {string} program
   * @param {readonly string[]} args
   * @param {string} [input]
   */
  constructor(name, program, args, input = '') {
    this.name = name;
    this.child = spawn(program, args, { detached: true, env: environment(), stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdin.on('error', () => undefined);
    this.child.stdin.end(input);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.#said += text;
        this.#tell();
      });
    }
    this.ended = new Promise((resolve) => {
      const end = () => {
        resolve(undefined);
        this.#tell();
      };
      this.child.once('close', end);
      this.child.once('error', (error) => {
        this.#said += error.message;
        end();
      });
    });
    // Before its folder is removed.
    process.prependOnceListener('exit', this.kill);
  }

  kill = () => {
    this.child.kill('SIGKILL');
  };

  /**
   * Waits until it has said something so many times.
   * @param {RegExp} sentence with the flag g
   * @param {number} [times]
   */
  async until(sentence, times = 1) {
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      this.#tell();
    }, PATIENCE);
    try {
      while ((this.#said.match(sentence) ?? []).length < times) {
        if (isOver || this.child.exitCode !== null || this.child.pid === undefined) {
          throw new Error(`${this.name} ${isOver ? 'takes too long' : 'ended'}:\n${this.#said}`);
        }
        await new Promise((resolve) => this.#listeners.push(() => resolve(undefined)));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async end() {
    this.child.kill('SIGTERM');
    await this.ended;
    process.off('exit', this.kill);
  }

  #tell() {
    for (const listener of this.#listeners.splice(0)) listener();
  }
}

/** Starts a part of sigsweep that runs until it is ended. @param {string} name @param {readonly string[]} args */
export function sigsweepBeside(name, args) {
  return new Beside(name, process.execPath, [PROGRAM, ...args]);
}

/**
 * Runs sigsweep to its end.
 * @param {readonly string[]} args
 * @returns {Promise<string>} what it printed; findings are no failure here
 */
export function sigsweep(args) {
  return new Promise((resolve, reject) => {
    const options = /** @type {const} */ ({ encoding: 'utf8', env: environment() });
    const child = execFile(process.execPath, [PROGRAM, ...args], options, (_error, stdout, stderr) => {
      if (child.exitCode === 0 || child.exitCode === 1 || child.exitCode === 3) resolve(stdout);
      else reject(new Error(`sigsweep ${args.join(' ')}:\n${stderr}`));
    });
  });
}
