import { lstatSync, mkdirSync } from 'node:fs';
import { SigsweepError } from '../errors.js';
import { type BytePath, fromLatin1, join, toText } from '../files/bytepath.js';
import { errorInWords } from '../files/failure.js';
import { requireTrusted } from '../files/trusted.js';
import { type PreparedFile, prepareWhole } from '../files/write.js';
import { existingFolder } from '../scan/system/given-paths.js';
import { resolveInside } from '../scan/system/resolve.js';

const FOLDER_MODE = 0o755;
const LIST_MODE = 0o644;

/**
 * The secure folder of the system whose `/` lies there, by the way on which scans of it look for it: a link in a copied
 * system leads into that system.
 * @throws SigsweepError WEB_ROOT_NOT_FOUND where there is no such folder.
 */
export function secureFolderOf(root: string): string {
  const etc = resolveInside(existingFolder(root, '--root'), fromLatin1('/etc'));
  return toText(join(etc, fromLatin1('freepbx.secure')));
}

/** The name of the file that holds a module's real list. */
export function secureListOf(module: BytePath): BytePath {
  return fromLatin1(`${module}.sig`);
}

/**
 * Writes a module's real list beside its place in the secure folder, which is made where there is none.
 * @throws SigsweepError USAGE for others than root, whose list would not count; FILE_UNSAFE when others could write the
 * folder; OUTPUT_FAILED
 */
export function prepareSecureList(folder: string, file: BytePath, bytes: Uint8Array): PreparedFile {
  if (process.getuid?.() !== 0) {
    throw new SigsweepError('USAGE', `--local writes to ${folder}, which must belong to root: run it as root`);
  }
  try {
    mkdirSync(folder, { mode: FOLDER_MODE });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new SigsweepError('OUTPUT_FAILED', `cannot make ${folder}: ${errorInWords(cause)}`, { cause });
    }
  }
  const stat = lstatSync(folder);
  if (stat.isSymbolicLink()) {
    throw new SigsweepError(
      'FILE_UNSAFE',
      `${folder} is a link, and scans follow none there: put a folder in its place`,
    );
  }
  requireTrusted(folder, stat);
  return prepareWhole(`${folder}/${toText(file)}`, [bytes], { mode: LIST_MODE });
}
