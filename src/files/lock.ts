import { closeSync, constants, fstatSync, openSync, rmSync } from 'node:fs';
import { errnoOf, SigsweepError } from '../errors.js';
import { errorInWords } from './failure.js';
import { requireTrusted } from './trusted.js';

/** How often the lock is tried, and how long in between, in milliseconds: whoever holds it writes one small file. */
const TRIES = 50;
const PAUSE = 100;

/**
 * Does something while no other run of this program does anything to the file: a lock file beside it says so.
 * @throws SigsweepError OUTPUT_FAILED when the lock is not to be had, FILE_UNSAFE when others may write in that folder.
 */
export function whileLocked<Result>(file: string, action: () => Result): Result {
  const lock = `${file}.lock`;
  const descriptor = take(lock, file);
  try {
    requireTrusted(lock, fstatSync(descriptor));
    return action();
  } finally {
    closeSync(descriptor);
    rmSync(lock, { force: true });
  }
}

function take(lock: string, file: string): number {
  for (let tries = 1; ; tries += 1) {
    try {
      return openSync(lock, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    } catch (cause) {
      if (errnoOf(cause) !== 'EEXIST') {
        throw new SigsweepError('OUTPUT_FAILED', `cannot write ${file}: ${errorInWords(cause)}`, { cause });
      }
      if (tries === TRIES) {
        const who = `another sigsweep is changing ${file}, or was killed while it did`;
        throw new SigsweepError('OUTPUT_FAILED', `${who}: if none is running, remove ${lock}`, { cause });
      }
    }
    pause();
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
}
