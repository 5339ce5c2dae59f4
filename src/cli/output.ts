import { randomBytes } from 'node:crypto';
import { closeSync, constants, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { SigsweepError } from '../errors.js';

/**
 * Writes a report to a file by way of a temporary one beside it, so that whoever reads the file finds the old report or
 * the new one, whole.
 * @throws SigsweepError OUTPUT_FAILED; the old file is then as it was.
 */
export function writeReportFile(file: string, report: string): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
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
    throw new SigsweepError('OUTPUT_FAILED', `cannot write ${file}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Prints to standard output and waits until it is gone. A reader that has had enough (`| head`) is no error.
 * @throws SigsweepError OUTPUT_FAILED for anything else, a full disk behind a redirection for example.
 */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EPIPE') resolve();
      else reject(new SigsweepError('OUTPUT_FAILED', `cannot write to standard output: ${cause.message}`, { cause }));
    };
    process.stdout.once('error', failed);
    process.stdout.write(text, (error) => {
      process.stdout.off('error', failed);
      if (error) failed(error);
      else resolve();
    });
  });
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
