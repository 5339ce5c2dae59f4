import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';
import { errnoOf } from '../errors.js';
import type { BytePath } from './bytepath.js';
import { typeOfMode } from './entry-type.js';
import { type Failure, failureOf, wrongType } from './failure.js';
import { type FolderChain, FolderError, O_PATH } from './folder-chain.js';
import { descriptorPath } from './proc.js';
import { isHonest, stampOf } from './stamp.js';

const HANDLE_FLAGS = O_PATH | constants.O_NOFOLLOW;
/** O_NONBLOCK: neither a FIFO nor another process's lease can make us wait. O_NOCTTY: no terminal becomes ours. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** A regular file, open for reading; whoever asked for it closes `descriptor`. */
export interface OpenFile {
  readonly ok: true;
  readonly descriptor: number;
  readonly stat: Stats;
  /** As {@link stampOf} gives it, where it was asked for. */
  readonly stamp: string;
}

/** A regular file that is as it was known to be, and was not opened. */
export interface UnchangedFile {
  readonly ok: true;
  readonly descriptor: null;
  /** Bytes. */
  readonly size: number;
  readonly stamp: string;
}

/**
 * Opens the regular file `name` of a folder below the chain's root. A handle that opens nothing (O_PATH) is taken
 * first and looked at; only a regular file is then opened for reading, through that handle: nobody can swap a device
 * or a link in between. Measured, that costs 1.5 µs a file more than opening at once.
 *
 * Never throws for what the file system answers.
 */
export function openRegular(chain: FolderChain, folder: BytePath, name: BytePath): OpenFile | Failure {
  // What nobody knows is never unchanged.
  return openUnlessKnown(chain, folder, name, null) as OpenFile | Failure;
}

/**
 * The same for a file whose stamp is wanted: where it is the one that is known, the file is not opened. Without procfs
 * there is none, because the file would be opened by its name once more.
 * @param known '' where nothing is known of the file; `null` where no stamp is wanted.
 */
export function openUnlessKnown(
  chain: FolderChain,
  folder: BytePath,
  name: BytePath,
  known: string | null,
): OpenFile | UnchangedFile | Failure {
  let path: string | Buffer;
  try {
    chain.enter(folder);
    path = chain.at(name);
  } catch (error) {
    return failureToEnter(error);
  }
  let handle: number;
  try {
    handle = openSync(path, HANDLE_FLAGS);
  } catch (error) {
    return failureOf(error);
  }
  try {
    let stamp = '';
    if (known !== null && chain.usesDescriptors) {
      const looked = fstatSync(handle, { bigint: true });
      stamp = isHonest(looked.dev, descriptorPath(handle)) ? stampOf(looked) : '';
      const isFile = typeOfMode(Number(looked.mode)) === 'file';
      if (isFile && stamp !== '' && stamp === known)
        return { ok: true, descriptor: null, size: Number(looked.size), stamp };
    }
    const stat = fstatSync(handle);
    const type = typeOfMode(stat.mode);
    if (type !== 'file') return wrongType(type);
    if (!chain.usesDescriptors) return openAgain(path);
    return { ok: true, descriptor: openSync(descriptorPath(handle), READ_FLAGS), stat, stamp };
  } catch (error) {
    return failureOf(error);
  } finally {
    closeSync(handle);
  }
}

/** What a failed {@link FolderChain.enter} means for the file that was looked for. */
export function failureToEnter(error: unknown): Failure {
  if (error instanceof FolderError) return { ok: false, outcome: error.outcome, detail: error.detail };
  throw error;
}

/** Without procfs there is no way back from a handle: the name is opened again, and what was opened looked at again. */
function openAgain(path: string | Buffer): OpenFile | Failure {
  let descriptor: number;
  try {
    descriptor = openSync(path, READ_FLAGS | constants.O_NOFOLLOW);
  } catch (error) {
    return errnoOf(error) === 'ELOOP' ? wrongType('symlink') : failureOf(error);
  }
  const stat = fstatSync(descriptor);
  const type = typeOfMode(stat.mode);
  if (type === 'file') return { ok: true, descriptor, stat, stamp: '' };
  closeSync(descriptor);
  return wrongType(type);
}
