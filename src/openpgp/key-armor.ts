import { DataError } from '../errors.js';
import { decodeRadix64, hasChecksum } from './radix64.js';

const BEGIN = '-----BEGIN PGP PUBLIC KEY BLOCK-----';
const END = '-----END PGP PUBLIC KEY BLOCK-----';

/** A key file taken apart: one packet sequence for each armored block, or the file itself when it is binary. */
export interface KeyBlocks {
  readonly blocks: Buffer[];
  readonly problems: string[];
}

/**
 * Takes a key file apart. Unlike a signed message it may hold anything around its blocks, since every key and
 * signature in it proves itself; a block that does not decode is left out and named in `problems`.
 */
export function readKeyBlocks(file: Buffer): KeyBlocks {
  const problems: string[] = [];
  // The first octet of a packet has its highest bit set, which no octet of an armor has (RFC 9580 §4.2).
  if (((file[0] ?? 0) & 0x80) !== 0 && !file.includes(BEGIN)) return { blocks: [file], problems };
  const blocks: Buffer[] = [];
  const text = file.toString('latin1');
  let begin = text.indexOf(BEGIN);
  while (begin >= 0) {
    const start = begin + BEGIN.length;
    const next = text.indexOf(BEGIN, start);
    // Looked for only up to the next block: otherwise many blocks without an end would be searched through each time.
    const block = text.slice(start, next < 0 ? text.length : next);
    try {
      blocks.push(decodeBlock(block));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      problems.push(error.message);
    }
    begin = next;
  }
  return { blocks, problems };
}

/** Decodes what stands between the BEGIN line and the END line. Throws {@link DataError} when it is no armor. */
function decodeBlock(block: string): Buffer {
  const end = block.indexOf(END);
  if (end < 0) throw new DataError('a key block has no end');
  const lines = block.slice(0, end).split(/\r?\n/);
  const blank = lines.findIndex((line, index) => index > 0 && line.trim() === '');
  const body = lines.slice(blank + 1).map((line) => line.trim());
  const checksum = body.findIndex((line) => line.startsWith('='));
  const bytes = decodeRadix64(body.slice(0, checksum < 0 ? body.length : checksum).join(''));
  if (checksum >= 0 && !hasChecksum(bytes, body[checksum] ?? '')) {
    throw new DataError('the checksum of a key block is wrong');
  }
  return bytes;
}
