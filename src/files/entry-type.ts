import { constants } from 'node:fs';

/** What a directory entry is. */
export type EntryType =
  | 'file'
  | 'folder'
  | 'symlink'
  | 'fifo'
  | 'socket'
  | 'character-device'
  | 'block-device'
  | 'unknown';

const TYPES: ReadonlyMap<number, EntryType> = new Map([
  [constants.S_IFREG, 'file'],
  [constants.S_IFDIR, 'folder'],
  [constants.S_IFLNK, 'symlink'],
  [constants.S_IFIFO, 'fifo'],
  [constants.S_IFSOCK, 'socket'],
  [constants.S_IFCHR, 'character-device'],
  [constants.S_IFBLK, 'block-device'],
]);

const WORDS: Readonly<Record<EntryType, string>> = {
  file: 'file',
  folder: 'folder',
  symlink: 'symbolic link',
  fifo: 'FIFO',
  socket: 'socket',
  'character-device': 'character device',
  'block-device': 'block device',
  unknown: 'entry of unknown type',
};

/** The type in an `st_mode`. */
export function typeOfMode(mode: number): EntryType {
  return TYPES.get(mode & constants.S_IFMT) ?? 'unknown';
}

/** The type as a report names it: `symbolic link`, `FIFO` … */
export function typeInWords(type: EntryType): string {
  return WORDS[type];
}
