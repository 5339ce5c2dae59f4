import { DataError } from '../errors.js';

/** Reads big-endian fields from the front of a buffer and refuses to read past its end. */
export class ByteReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  get offset(): number {
    return this.#offset;
  }

  /** The next `length` bytes. Throws {@link DataError} when fewer are left. */
  take(length: number): Buffer {
    if (length > this.left) throw new DataError('an OpenPGP field runs past the end of its packet');
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }

  /** A big-endian unsigned number of `length` bytes (1 to 4). */
  uint(length: number): number {
    return this.take(length).readUIntBE(0, length);
  }

  /**
   * Skips a multiprecision integer and returns its size in bits (RFC 9580 §3.2). Throws {@link DataError} when it
   * claims another size than it has: one number must have one form.
   */
  mpiBits(): number {
    const bits = this.uint(2);
    const bytes = this.take((bits + 7) >> 3);
    const actual = bytes.length === 0 ? 0 : bytes.length * 8 - (Math.clz32(bytes[0] ?? 0) - 24);
    if (actual !== bits) throw new DataError('a number has a wrong length');
    return bits;
  }

  rest(): Buffer {
    return this.take(this.left);
  }
}

/** Upper-case hexadecimal, the way fingerprints and key IDs are written. */
export function hex(bytes: Buffer): string {
  return bytes.toString('hex').toUpperCase();
}
