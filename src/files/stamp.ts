import { type BigIntStats, statfsSync } from 'node:fs';

/**
 * File systems (`f_type`) on which a write by an ordinary user sets the change time: ext2 to ext4, btrfs, F2FS, ZFS and
 * overlays. Not XFS, where the owner of two files may exchange their contents (measured, Linux 6.18), and not tmpfs,
 * whose mapped pages are written without a trace.
 */
const HONEST_FILE_SYSTEMS: ReadonlySet<number> = new Set([0xef53, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0x794c7630]);

/** Device → whether stamps of its files say something. */
const honest = new Map<bigint, boolean>();

/**
 * Whether the stamp of a file says that nobody wrote it.
 * @param path of the open file, in procfs.
 */
export function isHonest(device: bigint, path: string): boolean {
  let known = honest.get(device);
  if (known === undefined) {
    known = HONEST_FILE_SYSTEMS.has(statfsSync(path).type);
    honest.set(device, known);
  }
  return known;
}

/**
 * What the file system says of an open file, as one comparable text: device, inode, size, modification time and change
 * time in nanoseconds. Any user may forge the modification time, and every such call sets the change time. It is a
 * hint and no proof: SECURITY.md says who can write a file and leave it as it was.
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
