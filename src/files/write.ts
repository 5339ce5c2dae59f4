import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { SigsweepError } from '../errors.js';
import { errorInWords } from './failure.js';

/** How much is written at once. */
const CHUNK_CHARACTERS = 256 * 1024;

const DEFAULT_MODE = 0o640;

export interface WriteOptions {
  /** Permission bits of the file, whatever the umask is. @default 0o640 less the umask */
  readonly mode?: number;
}

/**
 * Writes a file by way of a temporary one beside it, so that whoever reads it finds the old one or the new one, whole.
 * @throws SigsweepError OUTPUT_FAILED; the old file is then as it was.
 */
export function writeWhole(file: string, parts: Iterable<string>, options: WriteOptions = {}): void {
  const temporary = join(dirname(file), `.sigsweep-${randomBytes(6).toString('hex')}.tmp`);
  try {
    // Root could put a file in the place of /dev/null.
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) throw new Error('it is no regular file');
    // The folder may be somebody else's too: never write through a link that waits there under this name.
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const descriptor = openSync(temporary, flags, options.mode ?? DEFAULT_MODE);
    try {
      if (options.mode !== undefined) fchmodSync(descriptor, options.mode);
      for (const chunk of inChunks(parts)) writeAll(descriptor, Buffer.from(chunk));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (cause) {
    removeQuietly(temporary);
    throw new SigsweepError('OUTPUT_FAILED', `cannot write ${file}: ${errorInWords(cause)}`, { cause });
  }
}

/** Joins small parts: one system call for each finding would take longer than the scan. */
export function* inChunks(parts: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const part of parts) {
    chunk += part;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** Writes all bytes, however many the system takes at once. */
export function writeAll(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}

function removeQuietly(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // It was never made, or it is already gone.
  }
}
