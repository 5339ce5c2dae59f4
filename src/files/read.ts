import { closeSync, fstatSync, readSync, type Stats } from 'node:fs';
import type { FileStat } from '../finding.js';
import { type BytePath, basename, dirname } from './bytepath.js';
import { errorInWords } from './failure.js';
import type { FolderChain } from './folder-chain.js';
import { openRegular } from './open.js';
import { statFields } from './stat.js';

export type ReadOutcome =
  | ({ readonly ok: true; readonly bytes: Buffer } & Required<FileStat>)
  | {
      readonly ok: false;
      readonly outcome: 'missing' | 'type-changed' | 'unreadable' | 'changed' | 'too-large';
      readonly detail: string;
    };

/** Reads a small regular file whole: as many bytes as it had when it was opened. Never throws for I/O. */
export function readFileBelow(chain: FolderChain, path: BytePath, maxBytes: number): ReadOutcome {
  const file = openRegular(chain, dirname(path), basename(path));
  if (!file.ok) return file;
  const { descriptor, stat } = file;
  try {
    if (stat.size > maxBytes) {
      return { ok: false, outcome: 'too-large', detail: `${stat.size} bytes, more than ${maxBytes}` };
    }
    const bytes = Buffer.allocUnsafe(stat.size);
    const change = changeSince(descriptor, stat, readFully(descriptor, bytes, 0, stat.size));
    if (change !== '') return { ok: false, outcome: 'changed', detail: change };
    return { ok: true, bytes, ...statFields(stat) };
  } catch (error) {
    return { ok: false, outcome: 'unreadable', detail: errorInWords(error) };
  } finally {
    closeSync(descriptor);
  }
}

/** Reads on until `length` bytes are in `buffer` or the file ends. Returns how many there are. */
export function readFully(descriptor: number, buffer: Buffer, offset: number, length: number): number {
  let total = 0;
  while (total < length) {
    const count = readSync(descriptor, buffer, offset + total, length - total, null);
    if (count === 0) break;
    total += count;
  }
  return total;
}

/** What says that an open file changed since `before` ('' when nothing does), given the bytes read up to its old size. */
export function changeSince(descriptor: number, before: Stats, bytesRead: number): string {
  if (bytesRead < before.size) return `ended after ${bytesRead} of ${before.size} bytes`;
  return changeOf(before, fstatSync(descriptor));
}

/** What differs between two looks at one file; '' when nothing does. */
export function changeOf(before: Stats, after: Stats): string {
  if (after.size !== before.size) return `size changed from ${before.size} to ${after.size} bytes`;
  if (after.mtimeMs !== before.mtimeMs) return 'modified while it was read';
  // Permissions, owner, names: whatever it was, somebody was at this file at that moment.
  if (after.ctimeMs !== before.ctimeMs) return 'its inode changed while it was read';
  return '';
}
