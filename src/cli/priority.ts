import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { errnoOf } from '../errors.js';
import { errorInWords } from '../files/failure.js';

/** Threads may start and end while they are gone through; new ones have the priority of the one that made them. */
const ROUNDS = 3;

const IONICE_TIMEOUT_MILLISECONDS = 5000;

/**
 * Lowers the CPU priority of this process to `nice` (0 to 19), wherever it is not as low already. On Linux a priority
 * belongs to a thread, and threads get that of the one that makes them: set before worker threads are made, it is
 * theirs too; V8's own are there already and have to be set one by one.
 * @returns why it could not be done, in words; undefined when it was.
 */
export function lowerCpuPriority(nice: number): string | undefined {
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const lowered = threadsOfThisProcess().filter((thread) => lowerThread(thread, nice));
      if (lowered.length === 0) break;
    }
    return undefined;
  } catch (error) {
    return errorInWords(error);
  }
}

/**
 * Gives this process the idle I/O class: its reads wait until no other program wants the disk. Node has no call for it,
 * `ionice` of util-linux has.
 * @returns why it could not be done, in words; undefined when it was.
 */
export function lowerIoPriority(): string | undefined {
  let why: string | undefined;
  // It stops at the first thread that has ended meanwhile.
  for (let round = 0; round < ROUNDS; round += 1) {
    why = runIonice();
    if (why === undefined) break;
  }
  return why;
}

function runIonice(): string | undefined {
  try {
    execFileSync('ionice', ['-c', '3', '-p', ...threadsOfThisProcess().map(String)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      timeout: IONICE_TIMEOUT_MILLISECONDS,
    });
    return undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'ionice (of util-linux) is not installed';
    const said = (error as { stderr?: string }).stderr?.trim() ?? '';
    return said === '' ? errorInWords(error) : said;
  }
}

/** True where the thread's priority was changed. */
function lowerThread(thread: number, nice: number): boolean {
  try {
    if (getPriority(thread) >= nice) return false;
    setPriority(thread, nice);
    return true;
  } catch (error) {
    if (systemErrorOf(error) === 'ESRCH') return false;
    throw error;
  }
}

/** `node:os` tells the errno apart from its own code. */
function systemErrorOf(error: unknown): string | undefined {
  return (error as { info?: { code?: string } }).info?.code;
}

function threadsOfThisProcess(): number[] {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    // Without procfs, the thread that makes the workers.
    return [process.pid];
  }
}
