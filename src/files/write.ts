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
  prepareWhole(file, encoded(parts), options).commit();
}

/** A file that is written and waits beside the one that it will replace. */
export interface PreparedFile {
  /** Puts it in its place. @throws SigsweepError OUTPUT_FAILED; the old file is then as it was. */
  commit(): void;
  /** Leaves everything as it was. */
  discard(): void;
}

/**
 * Writes a file that takes its place later: what could go wrong has gone wrong before any of several is replaced.
 * @throws SigsweepError OUTPUT_FAILED; nothing is left then.
 */
export function prepareWhole(file: string, parts: Iterable<Uint8Array>, options: WriteOptions = {}): PreparedFile {
  const temporary = join(dirname(file), `.sigsweep-${randomBytes(6).toString('hex')}.tmp`);
  const discard = () => removeQuietly(temporary);
  const orDiscard = (step: () => void) => {
    try {
      step();
    } catch (cause) {
      discard();
      throw new SigsweepError('OUTPUT_FAILED', `cannot write ${file}: ${errorInWords(cause)}`, { cause });
    }
  };
  orDiscard(() => writeTemporary(file, temporary, parts, options));
  return { commit: () => orDiscard(() => renameSync(temporary, file)), discard };
}

function writeTemporary(file: string, temporary: string, parts: Iterable<Uint8Array>, { mode }: WriteOptions): void {
  // Root could put a file in the place of /dev/null.
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) throw new Error('it is no regular file');
  // The folder may be somebody else's too: never write through a link that waits there under this name.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const descriptor = openSync(temporary, flags, mode ?? DEFAULT_MODE);
  try {
    if (mode !== undefined) fchmodSync(descriptor, mode);
    for (const bytes of parts) writeAll(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function* encoded(parts: Iterable<string>): Generator<Buffer> {
  for (const chunk of inChunks(parts)) yield Buffer.from(chunk);
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
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}

function removeQuietly(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // It was never made, or it is already gone.
  }
}
