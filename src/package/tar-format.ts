/** The format of tar archives, as POSIX (`ustar`) and GNU tar write them. */

/** Everything in an archive begins at a multiple of it. */
export const BLOCK_BYTES = 512;

/** A field of a header: where it begins, and its length in bytes. */
export type Field = readonly [start: number, length: number];

/** The fields of a header. What follows `prefix` is not used; GNU tar's own archives use nothing from `prefix` on. */
export const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  linkName: [157, 100],
  magic: [257, 8],
  userName: [265, 32],
  groupName: [297, 32],
  deviceMajor: [329, 8],
  deviceMinor: [337, 8],
  prefix: [345, 155],
  unused: [500, 12],
} as const satisfies Record<string, Field>;

/** Magic and version in one. */
export const MAGIC = { ustar: 'ustar\x0000', gnu: 'ustar  \0' } as const;

/** The types of entries and of what is said of the next one. */
export const TYPE = { file: '0', oldFile: '\0', folder: '5', longName: 'L', pax: 'x', paxGlobal: 'g' } as const;

/** The name that GNU tar gives to what holds the long name of the next entry. */
export const LONG_NAME_HOLDER = '././@LongLink';

const SPACE = 0x20;

/** The sum of a header's bytes, its own field taken as spaces. */
export function checksumOf(block: Buffer): number {
  const [start, length] = FIELD.checksum;
  let sum = SPACE * length;
  for (let index = 0; index < BLOCK_BYTES; index += 1) {
    if (index < start || index >= start + length) sum += block[index] ?? 0;
  }
  return sum;
}

/** How many bytes follow so many to fill the last block. */
export function paddingAfter(bytes: number): number {
  return (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

const ZEROES = Buffer.alloc(64 * 1024);

/** Whether there is no byte other than 0. */
export function isZero(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += ZEROES.length) {
    const piece = bytes.subarray(at, at + ZEROES.length);
    if (!piece.equals(ZEROES.subarray(0, piece.length))) return false;
  }
  return true;
}
