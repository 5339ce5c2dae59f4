import type { BigIntStats } from 'node:fs';

/**
 * What the file system says of an open file, as one comparable text: device, inode, size, modification time and change
 * time in nanoseconds. Two equal stamps mean that nobody wrote the file in between, short of root or a clock that was
 * set back: any other user may forge the modification time, and every such call sets the change time.
 */
export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

/** When the file of a stamp was written or changed last, in milliseconds since the epoch, rounded down. */
export function lastChangeOf(stamp: string): number {
  const change = stamp.lastIndexOf(':');
  const modification = stamp.lastIndexOf(':', change - 1);
  return Math.max(millisecondsOf(stamp.slice(change + 1)), millisecondsOf(stamp.slice(modification + 1, change)));
}

/** A double holds a time in nanoseconds to a quarter of a microsecond. */
function millisecondsOf(nanoseconds: string): number {
  return Math.floor(Number(nanoseconds) / 1e6);
}
