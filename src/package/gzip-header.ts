import { DataError } from '../errors.js';

/** The bytes that every gzip file begins with. */
export const GZIP_MAGIC = [0x1f, 0x8b] as const;

const FIXED_BYTES = 10;
const DEFLATE = 8;

/** Flags: the data is said to be text; a file name follows. */
const TEXT = 0x01;
const NAME = 0x08;

/** Longest file name in a header, in bytes. */
const MAX_NAME_BYTES = 1024;

/**
 * The length of the header that gzip data begins with; `null` where more bytes are needed to tell. Of what may follow its
 * fixed part only a file's name is taken: writers of packages put nothing else there.
 * @throws DataError where it is none.
 */
export function gzipHeaderLength(bytes: Buffer): number | null {
  for (const [index, expected] of [...GZIP_MAGIC, DEFLATE].entries()) {
    if (index < bytes.length && bytes[index] !== expected) throw new DataError('this is no gzip data');
  }
  if (bytes.length < FIXED_BYTES) return null;
  const flags = bytes[3] ?? 0;
  if ((flags & ~(TEXT | NAME)) !== 0) throw new DataError('the gzip header holds more than packages have use for');
  if ((flags & NAME) === 0) return FIXED_BYTES;
  const end = bytes.indexOf(0, FIXED_BYTES);
  if (end >= 0 && end - FIXED_BYTES <= MAX_NAME_BYTES) return end + 1;
  if (bytes.length - FIXED_BYTES > MAX_NAME_BYTES) throw new DataError('the gzip header holds too long a file name');
  return null;
}
