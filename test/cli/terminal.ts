import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { CLI_PATH, cliEnvironment } from '../helpers/cli.js';

/** Why tests in a terminal cannot run here; `undefined` when they can. */
export const TERMINAL_MISSING: string | undefined =
  spawnSync('script', ['-qec', 'test -t 1', '/dev/null'], { stdio: ['ignore', 'ignore', 'ignore'] }).status === 0
    ? undefined
    : 'script (util-linux) is not installed, or there are no pseudo terminals';

export interface TerminalOptions {
  /** @default 80 */
  columns?: number;
  env?: Readonly<Record<string, string>>;
}

/** A shell command that runs in a terminal of its own. `$SIGSWEEP` in it is the built program. */
export class Terminal {
  /** What the terminal was sent so far. */
  screen = '';
  readonly ended: Promise<{ code: number | null; screen: string }>;

  constructor(command: string, options: TerminalOptions = {}) {
    const { columns = 80, env = {} } = options;
    const { NO_COLOR: _none, ...quiet } = cliEnvironment();
    const child = spawn('script', ['-qec', `stty cols ${columns} rows 24 && ${command}`, '/dev/null'], {
      cwd: tmpdir(),
      env: { ...quiet, TERM: 'xterm', SHELL: '/bin/sh', SIGSWEEP: `${process.execPath} ${CLI_PATH}`, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      this.screen += part;
    });
    this.ended = new Promise((resolve) => {
      child.on('close', (code) => resolve({ code, screen: this.screen }));
    });
  }
}

/** Runs a shell command in a terminal of its own, to its end. */
export function inTerminal(command: string, options?: TerminalOptions): Terminal['ended'] {
  return new Terminal(command, options).ended;
}
