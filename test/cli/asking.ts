import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { cliEnvironment } from '../helpers/cli.js';

/** A program that only asks, with the built program's own parts. */
export const ASKING_PROGRAM = fileURLToPath(new URL('asking-program.mjs', import.meta.url));

/** What it says of a passphrase that it got. */
export function gotten(passphrase: string): string {
  return `got ${createHash('sha256').update(passphrase).digest('hex')}`;
}

export interface AskedOptions {
  /** Written to standard input, which is closed afterwards. @default nothing */
  readonly input?: string;
  /** Descriptors of this process that it gets as 3 and so on. @default none */
  readonly descriptors?: readonly number[];
  /** A shell command around it, `"$@"` being the program. @default none */
  readonly shell?: string;
}

/** Runs it to its end where there is no terminal. */
export function askWithoutTerminal(
  args: readonly string[],
  { input = '', descriptors = [], shell = '"$@"' }: AskedOptions = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', shell, 'sh', process.execPath, ASKING_PROGRAM, ...args], {
      cwd: tmpdir(),
      env: cliEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe', ...descriptors],
      // A session of its own, which has no terminal, wherever the tests run.
      detached: true,
    });
    const text = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (part: string) => {
        text[stream] += part;
      });
    }
    child.stdin?.on('error', () => undefined).end(input);
    child.on('close', (code) => resolve({ code, ...text }));
  });
}
