import { DataError } from '../errors.js';
import { type BytePath, dirname, fromLatin1, isPlainName, join } from '../files/bytepath.js';
import { MAX_PACKAGE_BYTES } from '../limits.js';
import { requireModest } from './expansion.js';
import { PackagePaths } from './paths.js';
import { quote } from './quote.js';
import { endBlocks, headerBlocks, padding, type WrittenEntry } from './tar-writer.js';

/** Like `gzip` itself: more costs four times the time for a half per cent. */
const LEVEL = 6;

/** Packed at a time, in bytes: between two of them whoever packs may do something else, or end it. */
const SLICE_BYTES = 256 * 1024;

/** Latest time that a header holds as it is written here: eleven octal digits. */
const MAX_MTIME = 8 ** 11 - 1;

/** A file to be put into a package. */
export interface PackedFile {
  /** Below the module's folder. */
  readonly path: BytePath;
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

/**
 * Makes a package, piece by piece: the same files and the same time always give the same bytes, on every machine and
 * with every release of Node. What it makes, {@link readPackage} reads.
 *
 * Every folder has an entry before what lies in it: whoever unpacks with a narrow umask would otherwise make folders
 * that the web server cannot enter.
 * @param name of the module, and of the one folder in the package.
 * @param files in the order of the bytes of their paths, each once.
 * @param mtime of everything in it; fractions of a second are dropped.
 * @throws DataError for another order, a path that no package may hold, and what is too large.
 */
export async function* packageParts(
  name: BytePath,
  files: AsyncIterable<PackedFile> | Iterable<PackedFile>,
  mtime: Date,
): AsyncGenerator<Uint8Array> {
  if (!isPlainName(name)) throw new DataError(`${quote(name)} is no name for a folder`);
  // In JavaScript: what Node's own zlib makes differs from processor to processor and from release to release.
  const { Deflate } = await import('pako');
  const made: Uint8Array[] = [];
  const deflate = new Deflate({ gzip: true, level: LEVEL });
  deflate.onData = (chunk) => made.push(chunk);
  let packedBytes = 0;
  let unpackedBytes = 0;
  for await (const part of archiveParts(name, files, mtimeSeconds(mtime))) {
    unpackedBytes += part.length;
    if (unpackedBytes > MAX_PACKAGE_BYTES) requireModest(0, unpackedBytes);
    deflate.push(part, false);
    packedBytes += bytesOf(made);
    yield* made.splice(0);
  }
  deflate.push(new Uint8Array(0), true);
  packedBytes += bytesOf(made);
  yield* made;
  requireModest(packedBytes, unpackedBytes);
}

async function* archiveParts(
  name: BytePath,
  files: AsyncIterable<PackedFile> | Iterable<PackedFile>,
  mtime: number,
): AsyncGenerator<Uint8Array> {
  const paths = new PackagePaths();
  const folder = (path: BytePath): WrittenEntry => ({ path, kind: 'folder', size: 0, executable: false, mtime });
  let last = fromLatin1('');
  for await (const { path, bytes, executable } of files) {
    if (last !== '' && path <= last) {
      throw new DataError(`${quote(path)} comes behind ${quote(last)}: files are packed in the order of their bytes`);
    }
    const whole = join(name, path);
    for (const above of newFolders(whole, last === '' ? last : join(name, last))) {
      paths.add(above, 'folder');
      yield headerBlocks(folder(above));
    }
    paths.add(whole, 'file');
    yield headerBlocks({ path: whole, kind: 'file', size: bytes.length, executable, mtime });
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) yield bytes.subarray(at, at + SLICE_BYTES);
    yield padding(bytes.length);
    last = path;
  }
  if (last === '') throw new DataError('there is no file to pack');
  yield endBlocks();
}

/** The folders above a path that are not above the one before it: in this order a folder is never left and entered again. */
function newFolders(path: BytePath, last: BytePath): BytePath[] {
  const folders: BytePath[] = [];
  for (let folder = dirname(path); folder !== '' && !last.startsWith(`${folder}/`); folder = dirname(folder)) {
    folders.unshift(folder);
  }
  return folders;
}

function mtimeSeconds(mtime: Date): number {
  const seconds = Math.floor(mtime.getTime() / 1000);
  if (seconds >= 0 && seconds <= MAX_MTIME) return seconds;
  throw new DataError('the time of the files in a package must lie between 1970 and 2242');
}

function bytesOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}
