import { createHash } from 'node:crypto';
import type { BytePath } from '../files/bytepath.js';
import type { ScanKind } from '../types.js';
import type { ListedFile } from './listed.js';

/** What a scan is told of earlier ones, and tells the next. */
export interface ScanMemory {
  /** A quick scan does not read files whose stamp is remembered; a full one remembers them anew. */
  readonly kind: ScanKind;
  /**
   * What the module's checked files looked like when they were read and were right: a stamp each, in their order, ''
   * for none. `null` where nothing is remembered under this key.
   */
  recall(module: BytePath, key: string): readonly string[] | null;
  /** Takes the stamps of a module's checked files, '' for each that was not found right. */
  remember(module: BytePath, key: string, stamps: readonly string[]): void;
  /** The newest trusted signature that was ever seen on a module of this name. */
  newestSignature(module: BytePath): SeenSignature | null;
}

export interface SeenSignature {
  readonly signedAt: Date;
  /** When the scan that saw it began. */
  readonly seenAt: Date;
}

/** Names what stamps were taken of: the same files in the same places, with the same expected hashes, in the same order. */
export function stampKey(roots: readonly BytePath[], files: readonly ListedFile[]): string {
  const lines = files.map(({ root, path, expected }) => `${root}\0${path}\0${expected}`);
  return createHash('sha256')
    .update([...roots, '', ...lines].join('\0\0'), 'latin1')
    .digest('hex');
}
