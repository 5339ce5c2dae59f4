import { DataError } from '../errors.js';
import { MAX_SIGNATURE_LINE_BYTES } from '../limits.js';
import { decodeRadix64, hasChecksum } from './radix64.js';

/** The line that a cleartext-signed text begins with (RFC 9580 §7). */
export const BEGIN_MESSAGE = '-----BEGIN PGP SIGNED MESSAGE-----';
const BEGIN_SIGNATURE = '-----BEGIN PGP SIGNATURE-----';
/** The line that its signature ends with (RFC 9580 §6.2.3). */
export const END_SIGNATURE = '-----END PGP SIGNATURE-----';

/** Longest line of base64 (RFC 9580 §6: "no more than 76 characters"). */
const MAX_BASE64_LINE = 76;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DASH = 0x2d;
const DELETE = 0x7f;

/** A cleartext-signed file taken apart (RFC 9580 §7), nothing of it verified yet. */
export interface CleartextMessage {
  /** What the `Hash` header says, as written. */
  readonly hashName: string;
  /** The text with LF line ends, unescaped, without trailing blanks; each of its lines has an end, and it has one at least. */
  readonly text: Buffer;
  /** The packets inside the signature block. */
  readonly signature: Buffer;
}

/**
 * Takes a cleartext-signed file apart, byte by byte and once. It accepts exactly one block that is the whole file, so
 * that no reader can see text in it that the signature does not cover.
 *
 * Throws {@link DataError} for anything else: text around the block, header lines other than one `Hash`, unescaped
 * dashes, control characters, a damaged armor.
 */
export function parseCleartext(file: Buffer): CleartextMessage {
  const lines = new LineReader(file);
  if (lines.next() !== BEGIN_MESSAGE) throw new DataError(`the file does not begin with ${BEGIN_MESSAGE}`);
  const hashName = readHashHeader(lines);
  const text = readText(lines);
  const signature = readSignatureBlock(lines);
  while (!lines.done) {
    if (lines.next() !== '') throw new DataError(`line ${lines.number}: something follows the signature`);
  }
  return { hashName, text, signature };
}

/** The bytes that the signature of type 0x01 covers: CRLF line ends, none after the last line (RFC 9580 §7.2). */
export function canonicalText(text: Buffer): Buffer {
  const withoutLastEnd = text.toString('latin1', 0, text.length - 1);
  return Buffer.from(withoutLastEnd.replaceAll('\n', '\r\n'), 'latin1');
}

function readHashHeader(lines: LineReader): string {
  const header = lines.next();
  const hashName = /^Hash: ([A-Za-z0-9-]+)$/.exec(header)?.[1];
  if (hashName === undefined) throw new DataError('the header above the text is not exactly one "Hash: <name>" line');
  if (lines.next() !== '') throw new DataError('no empty line follows the "Hash" header');
  return hashName;
}

/** Copies the text up to the signature's first line into one buffer, which is never longer than the file. */
function readText(lines: LineReader): Buffer {
  const text = Buffer.allocUnsafe(lines.bytesLeft + 1);
  let length = 0;
  for (;;) {
    const line = lines.nextBytes();
    let start = 0;
    if (line[0] === DASH) {
      if (line.toString('latin1') === BEGIN_SIGNATURE) {
        // A signature cannot tell no line from one empty line, which is what GnuPG writes for an empty text.
        if (length === 0) throw new DataError('there is no line of text');
        return text.subarray(0, length);
      }
      if (line[1] !== SPACE) throw new DataError(`line ${lines.number} of the text begins with an unescaped dash`);
      start = 2;
    }
    let end = line.length;
    while (end > start && (line[end - 1] === SPACE || line[end - 1] === TAB)) end--;
    length += line.copy(text, length, start, end);
    text[length++] = LF;
  }
}

function readSignatureBlock(lines: LineReader): Buffer {
  for (let line = lines.next(); line !== ''; line = lines.next()) {
    if (!/^(?:Version|Comment|MessageID|Charset): [\x20-\x7e]*$/.test(line)) {
      throw new DataError(`line ${lines.number} is no armor header that belongs above a signature`);
    }
  }
  const body: string[] = [];
  let line = lines.next();
  for (; /^[A-Za-z0-9+/]/.test(line); line = lines.next()) {
    if (line.length > MAX_BASE64_LINE) throw new DataError(`line ${lines.number} of the signature is too long`);
    body.push(line);
  }
  const bytes = decodeRadix64(body.join(''));
  if (line.startsWith('=')) {
    if (!hasChecksum(bytes, line)) throw new DataError('the checksum of the signature block is wrong');
    line = lines.next();
  }
  if (line !== END_SIGNATURE)
    throw new DataError(`line ${lines.number}: the signature block does not end as it should`);
  return bytes;
}

/** Hands out the lines of a file, which end in LF or CRLF, and refuses control characters and overlong lines. */
class LineReader {
  readonly #file: Buffer;
  #offset = 0;
  /** Number of the line handed out last, from 1. */
  number = 0;

  constructor(file: Buffer) {
    this.#file = file;
  }

  get done(): boolean {
    return this.#offset >= this.#file.length;
  }

  get bytesLeft(): number {
    return this.#file.length - this.#offset;
  }

  /** The next line as latin1, without its end. Throws {@link DataError} at the end of the file. */
  next(): string {
    return this.nextBytes().toString('latin1');
  }

  nextBytes(): Buffer {
    if (this.done) throw new DataError('the file ends in the middle of the signed message');
    const start = this.#offset;
    const lineFeed = this.#file.indexOf(LF, start);
    this.#offset = lineFeed < 0 ? this.#file.length : lineFeed + 1;
    this.number++;
    let end = lineFeed < 0 ? this.#file.length : lineFeed;
    if (lineFeed > start && this.#file[end - 1] === CR) end--;
    const line = this.#file.subarray(start, end);
    if (line.length > MAX_SIGNATURE_LINE_BYTES) throw new DataError(`line ${this.number} is too long`);
    for (let index = 0; index < line.length; index++) {
      const byte = line[index] as number;
      if ((byte < SPACE && byte !== TAB) || byte === DELETE) {
        throw new DataError(`line ${this.number} holds a control character`);
      }
    }
    return line;
  }
}
