import { DataError } from '../errors.js';
import { ByteReader } from './bytes.js';

/** Packet type IDs used here (RFC 9580 §5). */
export const Tag = {
  Signature: 2,
  OnePass: 4,
  SecretKey: 5,
  PublicKey: 6,
  SecretSubkey: 7,
  Compressed: 8,
  Marker: 10,
  Literal: 11,
  Trust: 12,
  UserId: 13,
  PublicSubkey: 14,
  UserAttribute: 17,
  Padding: 21,
} as const;

export interface Packet {
  readonly tag: number;
  readonly body: Buffer;
}

/**
 * Splits a byte string into packets, one at a time, in both header formats (RFC 9580 §4.2). Partial and indeterminate
 * lengths are refused: they exist for streamed data and never occur around keys or signatures.
 *
 * Throws {@link DataError} at the first packet that is not whole; those before it have been yielded by then.
 */
export function* readPackets(bytes: Buffer): Generator<Packet, undefined> {
  const reader = new ByteReader(bytes);
  while (reader.left > 0) {
    const header = reader.uint(1);
    if ((header & 0x80) === 0) throw new DataError('the data is not a sequence of OpenPGP packets');
    const isNewFormat = (header & 0x40) !== 0;
    const tag = isNewFormat ? header & 0x3f : (header >> 2) & 0x0f;
    const length = isNewFormat ? newFormatLength(reader) : oldFormatLength(reader, header & 0x03);
    yield { tag, body: reader.take(length) };
  }
}

/** The one-, two- and five-octet lengths of RFC 9580 §4.2.1. Throws {@link DataError} for a partial length. */
function newFormatLength(reader: ByteReader): number {
  const first = reader.uint(1);
  if (first < 192) return first;
  if (first < 224) return ((first - 192) << 8) + reader.uint(1) + 192;
  if (first === 255) return reader.uint(4);
  throw new DataError('an OpenPGP packet has a partial length');
}

/** The length types of RFC 9580 §4.2.2. Throws {@link DataError} for an indeterminate length. */
function oldFormatLength(reader: ByteReader, lengthType: number): number {
  if (lengthType === 3) throw new DataError('an OpenPGP packet has no definite length');
  return reader.uint(1 << lengthType);
}
