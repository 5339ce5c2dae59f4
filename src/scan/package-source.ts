import { fstatSync, read } from 'node:fs';
import { promisify } from 'node:util';
import type { Failure } from '../files/failure.js';
import type { OpenFile } from '../files/open.js';
import { changeOf } from '../files/read.js';
import { RateLimit } from '../hash/rate-limit.js';
import type { SignatureReport } from '../model.js';
import { BYTES_PER_MB } from './jobs.js';
import type { RunOptions } from './options.js';
import type { ModuleProblem } from './signature/signature-file.js';

/** Read at a time, in bytes. */
const CHUNK_BYTES = 64 * 1024;

const readAsync = promisify(read);

/** The bytes of a package, wherever they come from, and what is wrong with them whatever they hold. */
export interface PackageSource {
  /** The gzipped tar. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Bytes that will come, at most. */
  readonly packedBytes: number;
  /**
   * Asked when everything was read, or as much as was needed to refuse it: how it came here (a file that changed, a
   * signature around the package that does not count). Goes before all that its contents say.
   */
  readonly problem: () => Promise<ModuleProblem | null>;
  /** The signature around the package, where there is one: shown where its contents were not looked at. */
  readonly signature: SignatureReport | null;
  /** What a reader should know of how it came here. */
  readonly notes: readonly string[];
}

/** A package as it lies in a file, which whoever opened it closes. */
export function fileSource(file: OpenFile, options: Pick<RunOptions, 'maxRate' | 'signal'>): PackageSource {
  return {
    bytes: chunksOf(file, options),
    packedBytes: file.stat.size,
    signature: null,
    notes: [],
    problem: async () => {
      const change = changeOf(file.stat, fstatSync(file.descriptor));
      if (change === '') return null;
      return { verdict: 'unverified', reason: `the package was not left alone while it was read: ${change}` };
    },
  };
}

/** One that cannot be opened. */
export function unreadSource({ detail }: Failure): PackageSource {
  return {
    bytes: chunksOf(null, {}),
    packedBytes: 0,
    signature: null,
    notes: [],
    problem: async () => ({ verdict: 'unverified', reason: `the package could not be read: ${detail}` }),
  };
}

/** As many bytes as the file had when it was opened, however it grows. */
async function* chunksOf(
  file: OpenFile | null,
  { maxRate, signal }: Pick<RunOptions, 'maxRate' | 'signal'>,
): AsyncGenerator<Uint8Array> {
  const limit = maxRate === undefined ? undefined : RateLimit.of(maxRate * BYTES_PER_MB);
  const most = Math.min(CHUNK_BYTES, limit?.pieceBytes ?? CHUNK_BYTES);
  for (let left = file?.stat.size ?? 0; file !== null && left > 0; ) {
    const wanted = Math.min(most, left);
    await limit?.turn(wanted, signal);
    const { bytesRead, buffer } = await readAsync(file.descriptor, Buffer.allocUnsafe(wanted), 0, wanted, null);
    if (bytesRead === 0) return;
    left -= bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
