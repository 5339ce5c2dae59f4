import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { onTestFinished } from 'vitest';
import { CLI_PATH, cliEnvironment } from '../helpers/cli.js';

/** A part of the program that runs until it is ended; ended with the running test. */
export class Running {
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  #said = '';
  #listeners: (() => void)[] = [];

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [CLI_PATH, ...args], {
      cwd: tmpdir(),
      env: { ...cliEnvironment(), ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
      for (const listener of this.#listeners) listener();
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        resolve(code);
        for (const listener of this.#listeners) listener();
      });
    });
    onTestFinished(async () => {
      await this.end('SIGKILL');
    });
  }

  /** All that it has said. */
  get said(): string {
    return this.#said;
  }

  /** Waits until it says something that it had not said before. @throws Error with all that it said when it ends before. */
  async until(sentence: RegExp, from = 0): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => settle(new Error(`not said in time: ${sentence}\n${this.#said}`)), 20_000);
      const settle = (error?: Error) => {
        clearTimeout(timer);
        this.#listeners = this.#listeners.filter((one) => one !== look);
        if (error === undefined) resolve();
        else reject(error);
      };
      const look = () => {
        if (sentence.test(this.#said.slice(from))) settle();
        else if (this.#child.exitCode !== null) settle(new Error(`it ended, and said:\n${this.#said}`));
      };
      this.#listeners.push(look);
      look();
    });
  }

  /** @returns its exit code; `null` where the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended;
  }
}
