import { DataError } from '../errors.js';
import { type BytePath, fromLatin1 } from '../files/bytepath.js';
import { BLOCK_BYTES, checksumOf, FIELD, type Field, isZero, MAGIC } from './tar-format.js';

/** What one header says. */
export interface TarHeader {
  /** As it stands there: a folder's may end with a slash. */
  readonly name: BytePath;
  readonly type: string;
  /** Bytes of content that follow. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** What a link leads to; '' for everything else. */
  readonly linkName: string;
}

/** Digits, with blanks before them as old writers put there, and blanks or NULs to the end of the field. */
const OCTAL = /^ *([0-7]+)[ \0]*$/;

/** Numbers of users that octal digits have no room for, as GNU tar writes those of large networks. */
const LARGE_ID = /^\x80\0{3}.{4}$/s;

/**
 * Reads a header of the two forms that packages have. What readers of tar understand in different ways is refused: other
 * forms, numbers that are no plain octal digits, bytes behind the end of a name.
 * @throws DataError
 */
export function readHeader(block: Buffer): TarHeader {
  const magic = raw(block, FIELD.magic);
  if (magic !== MAGIC.ustar && magic !== MAGIC.gnu) {
    throw new DataError('an entry has no header of a tar archive (ustar)');
  }
  if (octal(block, FIELD.checksum, 'checksum') !== checksumOf(block)) {
    throw new DataError('the checksum of a header is wrong');
  }
  requireMetadata(block);
  const name = text(block, FIELD.name, 'name');
  if (name === '') throw new DataError('an entry has no name');
  return {
    name: fromLatin1(prefixOf(block, magic) + name),
    type: raw(block, FIELD.type),
    size: octal(block, FIELD.size, 'size'),
    mode: octal(block, FIELD.mode, 'mode'),
    linkName: text(block, FIELD.linkName, 'link name'),
  };
}

/** Nothing is made of these, but the tar program fails where it cannot read them. */
function requireMetadata(block: Buffer): void {
  octal(block, FIELD.mtime, 'time');
  for (const field of [FIELD.uid, FIELD.gid]) {
    if (!LARGE_ID.test(raw(block, field))) octal(block, field, 'owner');
  }
}

/** POSIX puts the folders of a long name here; GNU tar other things, which packages have no use for. */
function prefixOf(block: Buffer, magic: string): string {
  const [start] = FIELD.prefix;
  const [unused] = FIELD.unused;
  if (!isZero(block.subarray(magic === MAGIC.gnu ? start : unused, BLOCK_BYTES))) {
    throw new DataError('a header holds more than packages have use for');
  }
  const prefix = text(block, FIELD.prefix, 'prefix');
  return prefix === '' ? '' : `${prefix}/`;
}

/** A field up to its first NUL; what follows must be NULs, because readers differ in whether they look at it. */
function text(block: Buffer, field: Field, what: string): string {
  const whole = raw(block, field);
  const end = whole.indexOf('\0');
  if (end < 0) return whole;
  if (!/^\0*$/.test(whole.slice(end))) throw new DataError(`the ${what} in a header goes on behind its end`);
  return whole.slice(0, end);
}

function octal(block: Buffer, field: Field, what: string): number {
  const digits = OCTAL.exec(raw(block, field))?.[1];
  // Twelve digits stay below 2 to the 36th.
  if (digits === undefined) throw new DataError(`the ${what} in a header is no octal number`);
  return Number.parseInt(digits, 8);
}

function raw(block: Buffer, [start, length]: Field): string {
  return block.toString('latin1', start, start + length);
}
