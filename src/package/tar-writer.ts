import type { BytePath } from '../files/bytepath.js';
import type { EntryKind } from './paths.js';
import {
  BLOCK_BYTES,
  checksumOf,
  FIELD,
  type Field,
  LONG_NAME_HOLDER,
  MAGIC,
  paddingAfter,
  TYPE,
} from './tar-format.js';

const FILE_MODE = 0o644;
const PROGRAM_MODE = 0o755;

/** An entry to be written. What is not here is the same for all: root owns it. */
export interface WrittenEntry {
  readonly path: BytePath;
  readonly kind: EntryKind;
  /** Bytes; 0 for a folder. */
  readonly size: number;
  readonly executable: boolean;
  /** Seconds since the epoch. */
  readonly mtime: number;
}

/**
 * The blocks before an entry's content: its header and, where its path is longer than a header holds, GNU tar's own way
 * to say it, which PHP's readers know too. POSIX's extended headers they pass over.
 */
export function headerBlocks(entry: WrittenEntry): Buffer {
  const isFolder = entry.kind === 'folder';
  const name = isFolder ? `${entry.path}/` : entry.path;
  const mode = isFolder || entry.executable ? PROGRAM_MODE : FILE_MODE;
  const type = isFolder ? TYPE.folder : TYPE.file;
  const header = headerOf({ ...entry, name: name.slice(0, FIELD.name[1]), mode, type });
  if (name.length <= FIELD.name[1]) return header;
  const longName = Buffer.from(`${name}\0`, 'latin1');
  const holder = { name: LONG_NAME_HOLDER, mode: FILE_MODE, type: TYPE.longName, size: longName.length, mtime: 0 };
  return Buffer.concat([headerOf(holder), longName, padding(longName.length), header]);
}

/** What fills the last block behind so many bytes. */
export function padding(bytes: number): Buffer {
  return Buffer.alloc(paddingAfter(bytes));
}

/** What says that an archive is over. */
export function endBlocks(): Buffer {
  return Buffer.alloc(2 * BLOCK_BYTES);
}

interface HeaderValues {
  readonly name: string;
  readonly mode: number;
  readonly type: string;
  readonly size: number;
  readonly mtime: number;
}

function headerOf({ name, mode, type, size, mtime }: HeaderValues): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const put = ([start, length]: Field, value: string) => block.write(value, start, length, 'latin1');
  const putNumber = (field: Field, value: number) => put(field, value.toString(8).padStart(field[1] - 1, '0'));
  put(FIELD.name, name);
  putNumber(FIELD.mode, mode);
  putNumber(FIELD.uid, 0);
  putNumber(FIELD.gid, 0);
  putNumber(FIELD.size, size);
  putNumber(FIELD.mtime, mtime);
  put(FIELD.type, type);
  put(FIELD.magic, MAGIC.ustar);
  put(FIELD.userName, 'root');
  put(FIELD.groupName, 'root');
  putNumber(FIELD.deviceMajor, 0);
  putNumber(FIELD.deviceMinor, 0);
  // Six digits, a NUL and a space: the one field that has its own form.
  put(FIELD.checksum, `${checksumOf(block).toString(8).padStart(6, '0')}\0 `);
  return block;
}
