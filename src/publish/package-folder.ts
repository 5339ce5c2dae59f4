import { realpathSync, statSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';

/**
 * Refuses a folder that no package can be written to, before there is any work done: one that is not there, and one whose
 * files are signed and packed with the module, so that each package would hold the one before.
 * @param module the module's folder
 * @throws SigsweepError OUTPUT_FAILED, USAGE
 */
export function requirePackageFolder(folder: string, module: string): void {
  const path = relative(realpathSync(module), folderAt(folder));
  // What lies outside begins with two dots, and what is passed over with one.
  if (path.split(sep).some((name) => name.startsWith('.'))) return;
  throw new SigsweepError(
    'USAGE',
    `${folder} lies in the module, and the package would be packed the next time: give another folder with --output DIR`,
  );
}

function folderAt(folder: string): string {
  try {
    const path = realpathSync(folder);
    if (!statSync(path).isDirectory()) throw new Error('it is no folder');
    return path;
  } catch (cause) {
    throw new SigsweepError('OUTPUT_FAILED', `cannot write to ${folder}: ${errorInWords(cause)}`, { cause });
  }
}
