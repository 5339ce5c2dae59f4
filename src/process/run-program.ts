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

/** What a program sees: the usual places, nothing of whoever started this one. */
function environment(): Record<string, string> {
  return { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', HOME: homedir() };
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
 * @throws WorkError when it cannot be started, fails, or `signal` is aborted.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  input: string | Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) throw signal.reason;
    // A process group of its own, so that a program that hangs is killed with everything it waits for.
    const child: ChildProcess = spawn(program, args, { env: environment(), cwd: '/', detached: true, stdio: 'pipe' });
    const kill = () => killGroup(child);
    signal.addEventListener('abort', kill, { once: true });
    process.once('exit', kill);
    const words = new LastWords(child);
    const settle = (failure?: string) => {
      signal.removeEventListener('abort', kill);
      process.off('exit', kill);
      // Without descriptors left, there are no streams either.
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      if (failure === undefined) resolve();
      else reject(new WorkError(failure));
    };
    child.once('error', (error) => settle(`it could not be started: ${errorInWords(error)}`));
    child.once('exit', async (code, ending) => {
      if (code === 0) return settle();
      settle(`it ${code === null ? `was ended by ${ending}` : `failed with exit code ${code}`}${await words.quoted()}`);
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

  async quoted(): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise((resolve) => {
      timer = setTimeout(resolve, LAST_WORDS_MILLISECONDS);
    });
    await Promise.race([this.#closed, over]);
    clearTimeout(timer);
    const text = this.#text.trim();
    return text === '' ? '' : `, saying: ${oneLine(text, MOST_QUOTED)}`;
  }
}
