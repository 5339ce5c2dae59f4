import { DataError } from '../errors.js';
import { type BytePath, fromLatin1 } from '../files/bytepath.js';
import { MAX_PACKAGE_EXTENSION_BYTES } from '../limits.js';
import type { EntryKind } from './paths.js';
import { readEntryRecords, requireOnlyComment } from './pax.js';
import { quote } from './quote.js';
import { BLOCK_BYTES, isZero, paddingAfter, TYPE } from './tar-format.js';
import { readHeader, type TarHeader } from './tar-header.js';

/** A file or folder of an archive. */
export interface TarEntry {
  /** Without a slash at its end. */
  readonly path: BytePath;
  readonly kind: EntryKind;
  /** Bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
}

/** What is told of an archive, in its order. Each of them may refuse it by a {@link DataError}. */
export interface TarSink {
  begin(entry: TarEntry): void;
  /** Some of the file's bytes, which are reused afterwards. */
  content(bytes: Buffer): void;
  /** The file has no more. */
  finish(): void;
}

const KINDS: ReadonlyMap<string, EntryKind> = new Map([
  [TYPE.file, 'file'],
  [TYPE.oldFile, 'file'],
  [TYPE.folder, 'folder'],
]);

/** What says something of the entry that follows. */
const EXTENSIONS: ReadonlySet<string> = new Set([TYPE.longName, TYPE.pax, TYPE.paxGlobal]);

/** What is never unpacked, in words. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['1', 'a hard link'],
  ['2', 'a symbolic link'],
  ['3', 'a character device'],
  ['4', 'a block device'],
  ['6', 'a FIFO'],
  ['D', 'the listing of a folder'],
  ['K', 'the long name of a link'],
  ['M', 'the rest of a file from another volume'],
  ['S', 'a sparse file'],
  ['V', 'the label of a volume'],
]);

/** Setuid and setgid: no signature covers them, and what root unpacks would be root's. */
const SET_ID_BITS = 0o6000;

/** What is being read. */
type Part =
  | { readonly is: 'header' | 'end' }
  | { readonly is: 'padding' | 'content'; left: number; readonly after: number }
  | { readonly is: 'extension'; left: number; readonly type: string; readonly size: number };

const HEADER: Part = { is: 'header' };

/**
 * Reads a tar archive as its bytes come. Accepts only what every reader understands alike: regular files and folders,
 * long names as GNU tar or POSIX write them, the two empty blocks at the end and nothing behind them. Where programs
 * differ, the tar program decides, which is what FreePBX unpacks packages with.
 */
export class TarReader {
  readonly #block = Buffer.alloc(BLOCK_BYTES);
  /** Bytes of the block, or of the extension, that are there. */
  #filled = 0;
  #part: Part = HEADER;
  #extension = Buffer.alloc(0);
  /** What an extension says of the next entry; `null` where there was none. */
  #said: { readonly path: BytePath | null; readonly size: number | null } | null = null;
  #begun = false;
  /** Bytes from the first of the empty blocks on. */
  #endBytes = 0;

  constructor(private readonly sink: TarSink) {}

  /** @throws DataError */
  push(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at += this.#take(bytes.subarray(at));
  }

  /** Says that there are no more bytes. @throws DataError where there should be. */
  end(): void {
    if (this.#part.is !== 'end') throw new DataError('the archive ends in the middle');
    if (this.#endBytes < 2 * BLOCK_BYTES || this.#endBytes % BLOCK_BYTES !== 0) {
      throw new DataError('the archive does not end with two empty blocks');
    }
  }

  /** Returns how many of the bytes belong to the part that is being read. */
  #take(bytes: Buffer): number {
    const part = this.#part;
    switch (part.is) {
      case 'header':
        return this.#fillHeader(bytes);
      case 'end':
        if (!isZero(bytes)) throw new DataError('something follows the end of the archive');
        this.#endBytes += bytes.length;
        return bytes.length;
      case 'extension':
        return this.#fillExtension(bytes, part);
      case 'content':
      case 'padding': {
        const piece = bytes.subarray(0, part.left);
        if (part.is === 'content') this.sink.content(piece);
        else if (!isZero(piece)) throw new DataError('something follows the end of a file in its last block');
        part.left -= piece.length;
        if (part.left === 0) {
          if (part.is === 'content') this.sink.finish();
          this.#skip(part.after);
        }
        return piece.length;
      }
    }
  }

  /** Goes on to the next header, behind the bytes that fill a block. */
  #skip(padding: number): void {
    this.#part = padding === 0 ? HEADER : { is: 'padding', left: padding, after: 0 };
  }

  #fillHeader(bytes: Buffer): number {
    const piece = bytes.subarray(0, BLOCK_BYTES - this.#filled);
    piece.copy(this.#block, this.#filled);
    this.#filled += piece.length;
    if (this.#filled === BLOCK_BYTES) {
      this.#filled = 0;
      this.#takeHeader();
    }
    return piece.length;
  }

  #takeHeader(): void {
    if (isZero(this.#block)) {
      if (this.#said !== null) throw new DataError('what is said of an entry is followed by none');
      this.#part = { is: 'end' };
      this.#endBytes = BLOCK_BYTES;
      return;
    }
    const header = readHeader(this.#block);
    const kind = KINDS.get(header.type);
    if (kind !== undefined) this.#beginEntry(header, kind);
    else if (EXTENSIONS.has(header.type)) this.#beginExtension(header);
    else {
      const what = REFUSED.get(header.type) ?? `an entry of the unknown type ${quote(header.type)}`;
      throw new DataError(`${quote(header.name)} is ${what}`);
    }
  }

  #beginEntry(header: TarHeader, kind: EntryKind): void {
    const { mode, size, linkName } = header;
    const name = this.#said?.path ?? header.name;
    // Where they differ, readers find the next header in different places.
    if ((this.#said?.size ?? size) !== size) throw new DataError(`${quote(name)} has two sizes`);
    this.#said = null;
    this.#begun = true;
    const path = kind === 'folder' && name.endsWith('/') ? fromLatin1(name.slice(0, -1)) : name;
    if (linkName !== '') throw new DataError(`${quote(name)} leads to another file, as a link does`);
    if (kind === 'folder' && size !== 0) throw new DataError(`the folder ${quote(name)} has content`);
    if (kind === 'file' && (mode & SET_ID_BITS) !== 0) throw new DataError(`${quote(name)} is setuid or setgid`);
    this.sink.begin({ path, kind, size, mode: mode & 0o7777 });
    this.#part = size === 0 ? HEADER : { is: 'content', left: size, after: paddingAfter(size) };
    if (kind === 'file' && size === 0) this.sink.finish();
  }

  #beginExtension({ type, size }: TarHeader): void {
    if (this.#said !== null) throw new DataError('more than one header says something of the same entry');
    if (type === TYPE.paxGlobal && this.#begun) throw new DataError('a header for all entries does not come first');
    this.#begun = true;
    if (size === 0 || size > MAX_PACKAGE_EXTENSION_BYTES) {
      throw new DataError(`a header has ${size} bytes of extensions, not 1 to ${MAX_PACKAGE_EXTENSION_BYTES}`);
    }
    this.#extension = Buffer.alloc(size);
    this.#part = { is: 'extension', left: size, type, size };
  }

  #fillExtension(bytes: Buffer, part: Extract<Part, { is: 'extension' }>): number {
    const piece = bytes.subarray(0, part.left);
    piece.copy(this.#extension, part.size - part.left);
    part.left -= piece.length;
    if (part.left === 0) {
      this.#takeExtension(part.type);
      this.#skip(paddingAfter(part.size));
    }
    return piece.length;
  }

  #takeExtension(type: string): void {
    if (type === TYPE.paxGlobal) requireOnlyComment(this.#extension);
    else if (type === TYPE.pax) this.#said = readEntryRecords(this.#extension);
    else this.#said = { path: longName(this.#extension), size: null };
  }
}

/** GNU tar ends it with a NUL, PHP's writers do not. Anything behind the NUL would be seen by some and not by others. */
function longName(bytes: Buffer): BytePath {
  const text = bytes.toString('latin1');
  const name = text.endsWith('\0') ? text.slice(0, -1) : text;
  if (name.includes('\0')) throw new DataError('a long name goes on behind its end');
  return fromLatin1(name);
}
