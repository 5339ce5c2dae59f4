import { setImmediate } from 'node:timers/promises';
import { DataError, SigsweepError } from '../errors.js';
import { type BytePath, compareBytes, toText } from '../files/bytepath.js';
import { errorInWords } from '../files/failure.js';
import { FolderChain } from '../files/folder-chain.js';
import { readFileBelow } from '../files/read.js';
import { MAX_HASHED_FILE_BYTES } from '../limits.js';
import { readPackage } from '../package/read-package.js';
import { type PackedFile, packageParts } from '../package/write-package.js';
import { shortForTerminal } from '../report/shorten.js';
import { SIGNATURE_FILE } from '../scan/signature/signed-module.js';
import { sha256 } from '../sha256.js';
import type { UnsignedModule } from './unsigned-module.js';

/** Files of a module that nobody signed have this time, so that they too are packed as the same bytes every time. */
export const TIME_OF_UNSIGNED = new Date('2000-01-01T00:00:00Z');

/** Who may run a file may do so in the package. */
const EXECUTE = 0o111;

export interface PackOptions {
  /** The module's signature; `null` for a package without one. */
  readonly signature: Buffer | null;
  /** Of everything in the package. Web servers tell old files from new ones by it, so that it must change with them. */
  readonly mtime: Date;
  /** Called with the files that are packed, of how many, and their bytes. */
  readonly onProgress?: (files: number, total: number, bytes: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Packs a module: what is listed of it, and its signature. The files are read again, and each must be what was hashed.
 * What comes out has been read by the rules by which packages are verified.
 * @returns the package, in pieces
 * @throws SigsweepError SIGNING_FAILED; the signal's reason after an abort.
 */
export async function packModule(module: UnsignedModule, options: PackOptions): Promise<Buffer[]> {
  const { signature, mtime, signal } = options;
  try {
    const pieces: Buffer[] = [];
    for await (const piece of packageParts(module.name, packedFiles(module, options), mtime)) {
      pieces.push(Buffer.from(piece));
      await turn(signal);
    }
    await requireReadable(pieces, module, signature, signal);
    return pieces;
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    throw new SigsweepError('SIGNING_FAILED', `it cannot be packed: ${errorInWords(cause)}`, { cause });
  }
}

/** In the order of the bytes of their paths, the signature among them. */
function* packedFiles(
  { folder, entries }: UnsignedModule,
  { signature, onProgress, signal }: PackOptions,
): Generator<PackedFile> {
  const paths = [...entries.keys(), ...(signature === null ? [] : [SIGNATURE_FILE])].sort(compareBytes);
  const chain = new FolderChain(folder);
  let read = 0;
  try {
    for (const [index, path] of paths.entries()) {
      signal?.throwIfAborted();
      if (signature !== null && path === SIGNATURE_FILE) yield { path, bytes: signature, executable: false };
      else {
        const file = fileAsHashed(chain, path, entries.get(path) ?? '');
        read += file.bytes.length;
        yield file;
      }
      onProgress?.(index + 1, paths.length, read);
    }
  } finally {
    chain.close();
  }
}

function fileAsHashed(chain: FolderChain, path: BytePath, expected: string): PackedFile {
  const file = readFileBelow(chain, path, MAX_HASHED_FILE_BYTES);
  if (!file.ok) throw new SigsweepError('SIGNING_FAILED', `${shortForTerminal(path)} cannot be packed: ${file.detail}`);
  if (sha256(file.bytes) !== expected) {
    throw new SigsweepError('SIGNING_FAILED', `${shortForTerminal(path)} was changed while the module was packed`);
  }
  return { path, bytes: file.bytes, executable: (file.mode & EXECUTE) !== 0 };
}

/** Whoever verifies the package must find in it what was signed, and nothing else. */
async function requireReadable(
  pieces: readonly Buffer[],
  { name, entries }: UnsignedModule,
  signature: Buffer | null,
  signal: AbortSignal | undefined,
): Promise<void> {
  const packedBytes = pieces.reduce((sum, { length }) => sum + length, 0);
  const options = { packedBytes, ...(signal === undefined ? {} : { signal }) };
  const contents = await readPackage(asSource(pieces, signal), () => false, options);
  const expected = new Map(entries);
  if (signature !== null) expected.set(SIGNATURE_FILE, sha256(signature));
  const isSame =
    contents.name === name &&
    contents.files.size === expected.size &&
    [...contents.files].every(([path, file]) => expected.get(path) === file.sha256);
  if (!isSame) throw new DataError(`the package of ${toText(name)} does not hold what was signed`);
}

async function* asSource(pieces: readonly Buffer[], signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    await turn(signal);
    yield piece;
  }
}

/** Signals and the bar have their turn: packing is all in this thread, and never waits by itself. */
async function turn(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}
