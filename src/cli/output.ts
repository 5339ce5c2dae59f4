import { randomBytes } from 'node:crypto';
import { closeSync, constants, fsyncSync, openSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';

/**
 * Writes a report to a file by way of a temporary one beside it, so that whoever reads the file finds the old report or
 * the new one, whole.
 * @throws SigsweepError OUTPUT_FAILED; the old file is then as it was.
 */
export function writeReportFile(file: string, report: string): void {
  const temporary = join(dirname(file), `.sigsweep-${randomBytes(6).toString('hex')}.tmp`);
  try {
    // Root could put a file in the place of /dev/null.
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) throw new Error('it is no regular file');
    // The folder may be somebody else's too: never write through a link that waits there under this name.
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const descriptor = openSync(temporary, flags, 0o640);
    try {
      writeAll(descriptor, Buffer.from(report));
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

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}

function removeQuietly(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // It was never made, or it is already gone.
  }
}
