import { type Dirent, lstatSync, opendirSync, readdirSync } from 'node:fs';
import { errnoOf } from '../errors.js';
import { MAX_FOLDER_ENTRIES } from '../limits.js';
import { type BytePath, compareBytes, isAscii, toFsPath } from './bytepath.js';
import { type EntryType, typeOfMode } from './entry-type.js';

const WITH_TYPES = { encoding: 'latin1', withFileTypes: true } as const;

/** One entry of a folder. */
export interface Entry {
  readonly name: BytePath;
  readonly type: EntryType;
}

/** A folder with more entries than {@link MAX_FOLDER_ENTRIES}. */
export class TooManyEntries extends Error {
  override readonly name = 'TooManyEntries';
}

/**
 * The entries of one folder, sorted by the bytes of their names.
 * @throws TooManyEntries, or the system's error where the folder cannot be read.
 */
export function listFolder(path: string, sizeOfFolder: number): Entry[] {
  // Every file system counts at least one byte an entry, so only a huge folder needs the slower way that can stop.
  const found = sizeOfFolder > MAX_FOLDER_ENTRIES ? readCounted(path) : readAtOnce(path);
  // Node sorts by bytes what it reads at once, though nothing in its documents says so.
  return isSorted(found) ? found : found.sort((a, b) => compareBytes(a.name, b.name));
}

function isSorted(entries: readonly Entry[]): boolean {
  let last = '';
  for (const { name } of entries) {
    if (name < last) return false;
    last = name;
  }
  return true;
}

function readAtOnce(path: string): Entry[] {
  try {
    const found: Entry[] = [];
    for (const entry of readdirSync(toFsPath(path), WITH_TYPES)) found.push(toEntry(path, entry));
    return found;
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    // Where the file system does not tell types, Node asks for each by a name it encoded anew, or by one gone by then.
    return readdirSync(toFsPath(path), { encoding: 'latin1' }).map((name) => byLook(path, name));
  }
}

function readCounted(path: string): Entry[] {
  const folder = opendirSync(toFsPath(path), { encoding: 'latin1', bufferSize: 1024 });
  try {
    const found: Entry[] = [];
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      if (found.length === MAX_FOLDER_ENTRIES) throw new TooManyEntries(`more than ${MAX_FOLDER_ENTRIES} entries`);
      found.push(toEntry(path, entry));
    }
    return found;
  } finally {
    folder.closeSync();
  }
}

/** A name outside of ASCII is always looked at here: Node's own look for a type not told would encode it anew. */
function toEntry(path: string, entry: Dirent): Entry {
  if (!isAscii(entry.name)) return byLook(path, entry.name);
  const type = typeOfEntry(entry);
  return type === 'unknown' ? byLook(path, entry.name) : { name: entry.name as BytePath, type };
}

function byLook(path: string, name: string): Entry {
  try {
    return { name: name as BytePath, type: typeOfMode(lstatSync(toFsPath(`${path}/${name}`)).mode) };
  } catch {
    return { name: name as BytePath, type: 'unknown' };
  }
}

function typeOfEntry(entry: Dirent): EntryType {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (entry.isSymbolicLink()) return 'symlink';
  if (entry.isFIFO()) return 'fifo';
  if (entry.isSocket()) return 'socket';
  if (entry.isCharacterDevice()) return 'character-device';
  if (entry.isBlockDevice()) return 'block-device';
  return 'unknown';
}
