import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, readdirSync, readFileSync, readlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI_PATH, cliEnvironment } from '../helpers/cli.js';

/** How long a program may take to come where it is waited for, in milliseconds; a slow machine comes later, not never. */
const PATIENCE_MS = 30_000;

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** The built program while it runs. */
export class RunningCli {
  readonly ended: Promise<Ended>;
  readonly #child;

  /** `through` is a command that runs the one behind it: `nice -n 15`. */
  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, through: readonly string[] = []) {
    const [command = process.execPath, ...rest] = [...through, process.execPath, CLI_PATH, ...args];
    this.#child = spawn(command, rest, {
      cwd: tmpdir(),
      env: { ...cliEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const text = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#child[stream].setEncoding('utf8').on('data', (part: string) => {
        text[stream] += part;
      });
    }
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (code, signal) => resolve({ code, signal, ...text }));
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Sends a signal and waits until the program has been handed it. */
  async send(signal: NodeJS.Signals): Promise<void> {
    this.#child.kill(signal);
    await until(() => !this.#hasPendingSignal(), `${signal} to be delivered`);
  }

  /** Ends the program if it still runs; for a test that failed half-way. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #hasPendingSignal(): boolean {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
      return /^(?:SigPnd|ShdPnd):\s*0*[1-9a-f]/m.test(status);
    } catch {
      return false;
    }
  }
}

/** Waits until a program reads from the named pipe: from then on it is in the middle of its work and goes no further. */
export async function untilItReads(pipe: string): Promise<{ goOn(text?: string): void }> {
  let writer = -1;
  await until(() => {
    try {
      writer = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
      return true;
    } catch {
      return false; // ENXIO: nobody reads yet.
    }
  }, `a reader of ${pipe}`);
  return {
    goOn: (text = '') => {
      if (text !== '') writeSync(writer, text);
      closeSync(writer);
    },
  };
}

/** Whether a process has a file open. */
export function isOpenIn(pid: number, path: string): boolean {
  return readdirSync(`/proc/${pid}/fd`).some((name) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${name}`) === path;
    } catch {
      return false; // It was closed meanwhile.
    }
  });
}

export async function until(condition: () => boolean, what: string): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !condition(); ) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await sleep(5);
  }
}
