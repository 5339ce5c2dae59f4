import { fstatSync } from 'node:fs';

/**
 * What the file system says of an open file, as one comparable text: device, inode, size, modification time and change
 * time in nanoseconds. Two equal stamps mean that nobody wrote the file in between, short of root or a clock that was
 * set back: any other user may forge the modification time, and every such call sets the change time.
 */
export function stampOf(descriptor: number): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = fstatSync(descriptor, { bigint: true });
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

/** When the file of a stamp was written or changed last, in nanoseconds since the epoch. */
export function lastChangeOf(stamp: string): bigint {
  const [, , , mtimeNs, ctimeNs] = stamp.split(':').map(BigInt);
  const [modified, changed] = [mtimeNs ?? 0n, ctimeNs ?? 0n];
  return modified > changed ? modified : changed;
}
