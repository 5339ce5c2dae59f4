import { createHash } from 'node:crypto';
import type { BytePath } from '../files/bytepath.js';
import { TOOL } from '../tool.js';
import type { ScanKind } from '../types.js';

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

/**
 * Names what stamps were taken of: the same files with the same expected hashes, in the same places and the same order.
 * What is signed says all of it, a local signature by naming the hash of the list; where the list's files lie, the roots
 * and this release of the program decide.
 * @param textSha256 of the module's own signature.
 */
export function stampKey(roots: readonly BytePath[], textSha256: string): string {
  return createHash('sha256')
    .update([TOOL.version, textSha256, ...roots].join('\0'), 'latin1')
    .digest('hex');
}
