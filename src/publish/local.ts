import { lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { errnoOf, SigsweepError } from '../errors.js';
import { type BytePath, fromLatin1, toText } from '../files/bytepath.js';
import { errorInWords } from '../files/failure.js';
import { requireTrusted } from '../files/trusted.js';
import { type PreparedFile, prepareWhole } from '../files/write.js';

const FOLDER_MODE = 0o755;
const LIST_MODE = 0o644;

/** The name of the file that holds a module's real list. */
export function secureListOf(module: BytePath): BytePath {
  return fromLatin1(`${module}.sig`);
}

/** A list that is written and waits beside the one that it will replace. */
export interface PreparedList extends PreparedFile {
  /** Puts back what was there before. @throws SigsweepError OUTPUT_FAILED */
  undo(): void;
}

/**
 * Writes a module's real list beside its place in the secure folder, which is made where there is none.
 * @throws SigsweepError USAGE for others than root, whose list would not count; FILE_UNSAFE when the folder is a link, or
 * others could write it; OUTPUT_FAILED
 */
export function prepareSecureList(folder: string, name: BytePath, bytes: Uint8Array): PreparedList {
  if (process.getuid?.() !== 0) {
    throw new SigsweepError('USAGE', `--local writes to ${folder}, which must belong to root: run it as root`);
  }
  makeSecureFolder(folder);
  const file = `${folder}/${toText(name)}`;
  const list = prepareWhole(file, [bytes], { mode: LIST_MODE });
  try {
    const before = prepareAgain(file);
    return {
      commit: list.commit,
      undo: () => (before === null ? rmSync(file, { force: true }) : before.commit()),
      discard: () => {
        list.discard();
        before?.discard();
      },
    };
  } catch (cause) {
    list.discard();
    throw cause;
  }
}

function makeSecureFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: FOLDER_MODE });
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') {
      throw new SigsweepError('OUTPUT_FAILED', `cannot make ${folder}: ${errorInWords(cause)}`, { cause });
    }
  }
  const stat = lstatSync(folder);
  if (!stat.isDirectory()) {
    throw new SigsweepError('FILE_UNSAFE', `${folder} is no folder, or a link to one: a scan would not look behind it`);
  }
  requireTrusted(folder, stat);
}

/** A copy of what is there, to be put back; `null` where nothing is. */
function prepareAgain(file: string): PreparedFile | null {
  try {
    return prepareWhole(file, [readFileSync(file)], { mode: LIST_MODE });
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return null;
    throw cause;
  }
}
