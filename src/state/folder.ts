import { closeSync, constants, openSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { makePrivateFolder } from '../files/private-folder.js';

/** Where root's scans are remembered. */
export const SYSTEM_STATE_FOLDER = '/var/lib/sigsweep';

/** Where scans are remembered when nobody says: for root the system's place, for others their own. */
export function defaultStateFolder(): string {
  if (process.getuid?.() === 0) return SYSTEM_STATE_FOLDER;
  const given = process.env.XDG_STATE_HOME ?? '';
  // The XDG specification wants relative ones ignored.
  return join(given.startsWith('/') ? given : join(homedir(), '.local/state'), 'sigsweep');
}

/**
 * Makes the folder where there is none, for its owner alone.
 * @throws SigsweepError STATE_UNUSABLE when that is not possible; FILE_UNSAFE when others could write there, and so
 * make a quick scan believe them.
 */
export function openFolder(folder: string): void {
  try {
    makePrivateFolder(folder);
  } catch (cause) {
    if (cause instanceof SigsweepError) throw cause;
    throw unusable(folder, errorInWords(cause), cause);
  }
}

/** Makes an empty file that only its owner reads; one that is there stays as it is. */
export function touchPrivate(file: string): void {
  closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600));
}

export function unusable(folder: string, why: string, cause?: unknown): SigsweepError {
  const remedy = 'give another folder with --state DIR, or remember nothing with --no-state';
  return new SigsweepError('STATE_UNUSABLE', `cannot keep the history in ${folder}: ${why}; ${remedy}`, { cause });
}
