/** Makes archives byte by byte, wrong ones above all. Not with the code that is tested. */
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

/** What a header may be made of; the rest is as a packer would write it. */
export interface HeaderParts {
  readonly name?: string;
  /** @default '0', a regular file */
  readonly type?: string;
  /** The whole field. @default the size of the content in octal digits */
  readonly size?: string;
  readonly mode?: string;
  readonly uid?: string;
  readonly mtime?: string;
  readonly linkName?: string;
  /** Magic and version. @default POSIX's */
  readonly magic?: string;
  readonly prefix?: string;
  /** What follows the prefix. */
  readonly rest?: string;
  /** The whole field. @default the right one */
  readonly checksum?: string;
}

export const GNU = 'ustar  \0';

/** A header and its content, filled up to whole blocks. */
export function entry(parts: HeaderParts, content: string | Uint8Array = '', padding = 0): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : Buffer.from(content);
  return Buffer.concat([header(parts, bytes.length), bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512, padding)]);
}

export const file = (name: string, content: string | Uint8Array = '', parts: HeaderParts = {}): Buffer =>
  entry({ name, ...parts }, content);

export const folder = (name: string, parts: HeaderParts = {}): Buffer =>
  entry({ name, type: '5', mode: '0000755\0', ...parts });

/** What GNU tar puts before an entry with a long name. */
export const longName = (name: string, end = '\0'): Buffer =>
  entry({ name: '././@LongLink', type: 'L', magic: GNU }, name + end);

/** What POSIX puts before an entry. */
export const pax = (records: Readonly<Record<string, string>>, type = 'x'): Buffer =>
  entry(
    { name: 'PaxHeaders/x', type },
    Object.entries(records)
      .map(([key, value]) => record(key, value))
      .join(''),
  );

/** `length key=value\n`, with its own digits in the length. */
export function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

export const END = Buffer.alloc(1024);

/** A whole package. */
export function packed(...parts: readonly Uint8Array[]): Buffer {
  return gzipSync(Buffer.concat([...parts, END]));
}

/** Gzip data of which every part can be another. */
export function member(
  data: Uint8Array,
  parts: { flags?: number; extra?: string; crc?: number; length?: number } = {},
) {
  const { flags = 0, extra = '', crc = crc32(data), length = data.length } = parts;
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(length % 2 ** 32, 4);
  const head = Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]);
  return Buffer.concat([head, Buffer.from(extra, 'latin1'), deflateRawSync(data), trailer]);
}

function header(parts: HeaderParts, length: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(parts.name ?? 'cdr/file', 0, 100, 'latin1');
  block.write(parts.mode ?? '0000644\0', 100, 8, 'latin1');
  block.write(parts.uid ?? '0000000\0', 108, 8, 'latin1');
  block.write('0000000\0', 116, 8, 'latin1');
  block.write(parts.size ?? `${length.toString(8).padStart(11, '0')}\0`, 124, 12, 'latin1');
  block.write(parts.mtime ?? '14000000000\0', 136, 12, 'latin1');
  block.write(parts.type ?? '0', 156, 1, 'latin1');
  block.write(parts.linkName ?? '', 157, 100, 'latin1');
  block.write(parts.magic ?? 'ustar\x0000', 257, 8, 'latin1');
  block.write(parts.prefix ?? '', 345, 155, 'latin1');
  block.write(parts.rest ?? '', 500, 12, 'latin1');
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(parts.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return block;
}
