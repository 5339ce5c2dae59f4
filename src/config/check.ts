import { accessSync, constants, statSync } from 'node:fs';
import { SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { readTrustedFile, requireTrusted } from '../files/trusted.js';
import { MAX_TEXT_FILE_BYTES } from '../limits.js';
import { type Problem, pathInWords } from '../yaml/document.js';
import { type ReferencedFile, referencedFiles } from './channels.js';
import type { ConfigFile } from './file.js';

/** What is wrong with the files that the channels of a configuration need: not there, or open to others. */
export function problemsOfReferences({ alerts, lineOf }: ConfigFile): Problem[] {
  return referencedFiles(alerts).flatMap((reference) => {
    const message = problemOf(reference);
    return message === undefined ? [] : [{ line: lineOf(reference.path), message }];
  });
}

function problemOf({ path, file, use }: ReferencedFile): string | undefined {
  try {
    if (use === 'program') requireRunnable(file);
    else if (readTrustedFile(file, { maxBytes: MAX_TEXT_FILE_BYTES, secret: use === 'secret' }).trim() === '') {
      return `${pathInWords(path)}: ${file} is empty`;
    }
    return undefined;
  } catch (error) {
    const why = error instanceof SigsweepError ? error.message : `cannot use ${file}: ${errorInWords(error)}`;
    return `${pathInWords(path)}: ${why}`;
  }
}

/** Whoever can write a program that root runs is root. */
function requireRunnable(file: string): void {
  accessSync(file, constants.X_OK);
  const stat = statSync(file);
  if (!stat.isFile()) throw new SigsweepError('FILE_UNSAFE', `${file} is no program`);
  requireTrusted(file, stat);
}
