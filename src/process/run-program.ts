import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { errorInWords } from '../files/failure.js';
import { requireTrusted } from '../files/trusted.js';
import { oneLine } from '../report/one-line.js';
import { WorkError } from './failure.js';

/** How much of what a failing program said is kept, in characters. */
const MOST_KEPT = 2000;

/** How much of it is quoted. */
const MOST_QUOTED = 300;

/** How long a program's last words are waited for after its end, where something it started keeps its output open. */
const LAST_WORDS_MILLISECONDS = 250;

/** A user with their group, by number. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** A program that ran and did not succeed. */
export class ProgramError extends WorkError {
  override readonly name = 'ProgramError';

  constructor(
    message: string,
    /** `null` where a signal ended it. */
    readonly exitCode: number | null,
    /** The beginning of what it said, as it was: nothing in it is escaped. */
    readonly said: string,
  ) {
    super(message);
  }
}

/** What a program sees: the usual places, nothing of whoever started this one. */
function environment(user: User | null): Record<string, string> {
  const home = user === null ? homedir() : '/';
  return { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', HOME: home };
}

/**
 * Requires that nobody but root and the user who runs this can have written a program: it would be theirs to run.
 * @throws SigsweepError FILE_UNSAFE
 * @throws Error of the system call when there is none.
 */
export function requireTrustedProgram(program: string): void {
  requireTrusted(program, statSync(program));
}

/**
 * Runs a program to its end with `input` on its standard input, without a shell. What it says is read and only kept to
 * be quoted when it fails. A program that does not read its input is no failure. An abort kills it and what it started.
 * @param user whose rights it has, and no others. @default those of this process
 * @throws ProgramError when it fails.
 * @throws WorkError when it cannot be started, or `signal` is aborted.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  input: string | Uint8Array,
  signal: AbortSignal,
  user: User | null = null,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) throw signal.reason;
    // A process group of its own, so that a program that hangs is killed with everything it waits for.
    const child: ChildProcess = spawn(program, args, {
      env: environment(user),
      cwd: '/',
      detached: true,
      stdio: 'pipe',
      ...user,
    });
    const kill = () => killGroup(child);
    signal.addEventListener('abort', kill, { once: true });
    process.once('exit', kill);
    const words = new LastWords(child);
    const settle = (failure?: WorkError) => {
      signal.removeEventListener('abort', kill);
      process.off('exit', kill);
      // Without descriptors left, there are no streams either.
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      if (failure === undefined) resolve();
      else reject(failure);
    };
    child.once('error', (error) => settle(new WorkError(`it could not be started: ${errorInWords(error)}`)));
    child.once('exit', async (code, ending) => {
      if (code === 0) return settle();
      const what = code === null ? `was ended by ${ending}` : `failed with exit code ${code}`;
      const said = await words.all();
      settle(new ProgramError(`it ${what}${said === '' ? '' : `, saying: ${oneLine(said, MOST_QUOTED)}`}`, code, said));
    });
    // It may end without having read anything; its exit code says whether that was meant.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of them have ended by themselves.
  }
}

/** The beginning of what a program says, on both of its outputs. */
class LastWords {
  #text = '';
  readonly #closed: Promise<unknown>;

  constructor(child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#text = (this.#text + text).slice(0, MOST_KEPT);
      });
    }
    this.#closed = new Promise((resolve) => child.once('close', resolve));
  }

  async all(): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise((resolve) => {
      timer = setTimeout(resolve, LAST_WORDS_MILLISECONDS);
    });
    await Promise.race([this.#closed, over]);
    clearTimeout(timer);
    return this.#text.trim();
  }
}
