import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import type { Writable } from 'node:stream';
import { CLI_PATH, cliEnvironment } from '../helpers/cli.js';
import { until } from './controlled.js';

/** Why tests in a terminal cannot run here; `undefined` when they can. */
export const TERMINAL_MISSING: string | undefined =
  spawnSync('script', ['-qec', 'test -t 1', '/dev/null'], { stdio: ['ignore', 'ignore', 'ignore'] }).status === 0
    ? undefined
    : 'script (util-linux) is not installed, or there are no pseudo terminals';

export interface TerminalOptions {
  /** @default 80 */
  columns?: number;
  env?: Readonly<Record<string, string>>;
  /** Whether something is going to be typed; what is typed is shown then, until a program forbids it. @default false */
  isTyped?: boolean;
}

/** A shell command that runs in a terminal of its own. `$SIGSWEEP` in it is the built program. */
export class Terminal {
  /** What the terminal was sent so far. */
  screen = '';
  readonly ended: Promise<{ code: number | null; screen: string }>;
  readonly #keyboard: Writable | null;

  constructor(command: string, options: TerminalOptions = {}) {
    const { columns = 80, env = {}, isTyped = false } = options;
    const { NO_COLOR: _none, ...quiet } = cliEnvironment();
    // Without a terminal of its own `script` makes one that shows nothing of what is typed.
    const settings = `cols ${columns} rows 24 ${isTyped ? 'echo' : ''}`;
    const child = spawn('script', ['-qec', `stty ${settings} && ${command}`, '/dev/null'], {
      cwd: tmpdir(),
      env: { ...quiet, TERM: 'xterm', SHELL: '/bin/sh', SIGSWEEP: `${process.execPath} ${CLI_PATH}`, ...env },
      stdio: [isTyped ? 'pipe' : 'ignore', 'pipe', 'ignore'],
    });
    this.#keyboard = child.stdin;
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      this.screen += part;
    });
    this.ended = new Promise((resolve) => {
      child.on('close', (code) => resolve({ code, screen: this.screen }));
    });
  }

  /** Waits until the screen ends with a text, so that a program that asks is ready, and types keys. */
  async answer(prompt: string, keys: string): Promise<void> {
    await until(() => this.screen.endsWith(prompt), `${prompt} at the end of the screen`);
    this.#keyboard?.write(keys);
  }
}

/** Runs a shell command in a terminal of its own, to its end. */
export function inTerminal(command: string, options?: TerminalOptions): Terminal['ended'] {
  return new Terminal(command, options).ended;
}
