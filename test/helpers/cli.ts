import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The built program: `npm test` builds it first. */
export const CLI_PATH = fileURLToPath(new URL('../../dist/program/cli/main.js', import.meta.url));

export interface CliOptions {
  /** @default the system's folder for temporary files, where no configuration lies */
  cwd?: string;
  /** Added to the small environment that {@link cliEnvironment} makes. @default none */
  env?: Readonly<Record<string, string>>;
  /** Written to standard input, which is closed afterwards. @default nothing */
  input?: string;
}

export interface CliResult {
  /** The exit code; `null` when a signal ended the program. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** Standard output as JSON. @throws Error with both outputs when it is none. */
  json<T = unknown>(): T;
}

const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;

/** What the program sees of this machine: where programs are, and nothing that would change its output. */
export function cliEnvironment(): Record<string, string> {
  const own = { SIGSWEEP_CONFIG: 'false', SIGSWEEP_STATE: 'false', SIGSWEEP_KEY_FOLDER: 'false' };
  return {
    PATH: process.env.PATH ?? '',
    HOME: tmpdir(),
    TMPDIR: tmpdir(),
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    NO_COLOR: '1',
    ...own,
  };
}

/** Runs the built `sigsweep` to its end. An exit code is a result, never an error. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  if (!existsSync(CLI_PATH)) throw new Error(`${CLI_PATH} is missing: run npm run build`);
  const { cwd = tmpdir(), env = {}, input = '' } = options;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [CLI_PATH, ...args],
      { cwd, env: { ...cliEnvironment(), ...env }, encoding: 'utf8', maxBuffer: MAX_OUTPUT_BYTES },
      (_error, stdout, stderr) => {
        const json = <T>() => parseOutput<T>(stdout, stderr);
        resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr, json });
      },
    );
    // A program that ends without reading its input is no error either.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** The sentence with which the program failed, without its name in front and the code at the end. @throws Error without both */
export function failureOf(stderr: string): string {
  const [, sentence] = /^sigsweep: (.+) \[[A-Z_]+\]\n$/s.exec(stderr) ?? [];
  if (sentence === undefined) throw new Error(`no failure with a code:\n${stderr}`);
  return sentence;
}

function parseOutput<T>(stdout: string, stderr: string): T {
  try {
    return JSON.parse(stdout) as T;
  } catch (cause) {
    throw new Error(
      `no JSON on standard output:\n${stdout.slice(0, 2000)}\nstandard error:\n${stderr.slice(0, 2000)}`,
      {
        cause,
      },
    );
  }
}
