import { DataError } from '../errors.js';
import { MIN_PART_BYTES } from '../limits.js';
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

const NONE: ReadonlySet<number> = new Set();

/**
 * Splits a byte string into packets, one at a time, in both header formats (RFC 9580 §4.2). Partial and indeterminate
 * lengths exist for streamed data and never occur around keys or signatures: they are refused except for the tags in
 * `streamed`.
 *
 * Throws {@link DataError} at the first packet that is not whole; those before it have been yielded by then.
 */
export function* readPackets(bytes: Buffer, streamed: ReadonlySet<number> = NONE): Generator<Packet, undefined> {
  const reader = new ByteReader(bytes);
  while (reader.left > 0) {
    const header = reader.uint(1);
    if ((header & 0x80) === 0) throw new DataError('the data is not a sequence of OpenPGP packets');
    const isNewFormat = (header & 0x40) !== 0;
    const tag = isNewFormat ? header & 0x3f : (header >> 2) & 0x0f;
    const mayStream = streamed.has(tag);
    yield {
      tag,
      body: isNewFormat ? newFormatBody(reader, mayStream) : oldFormatBody(reader, header & 0x03, mayStream),
    };
  }
}

/** The one-, two- and five-octet lengths of RFC 9580 §4.2.1, and the parts of §4.2.1.4 where they may be. */
function newFormatBody(reader: ByteReader, mayStream: boolean): Buffer {
  const parts: Buffer[] = [];
  for (;;) {
    const first = reader.uint(1);
    if (first < 224 || first === 255) {
      const last = reader.take(definiteLength(reader, first));
      return parts.length === 0 ? last : Buffer.concat([...parts, last]);
    }
    if (!mayStream) throw new DataError('an OpenPGP packet has a partial length');
    const length = 2 ** (first & 0x1f);
    if (length < MIN_PART_BYTES)
      throw new DataError(`a part of an OpenPGP packet is shorter than ${MIN_PART_BYTES} bytes`);
    parts.push(reader.take(length));
  }
}

function definiteLength(reader: ByteReader, first: number): number {
  if (first < 192) return first;
  return first === 255 ? reader.uint(4) : ((first - 192) << 8) + reader.uint(1) + 192;
}

/** The length types of RFC 9580 §4.2.2; the last of them, where it may be, goes to the end of the data. */
function oldFormatBody(reader: ByteReader, lengthType: number, mayStream: boolean): Buffer {
  if (lengthType < 3) return reader.take(reader.uint(1 << lengthType));
  if (!mayStream) throw new DataError('an OpenPGP packet has no definite length');
  return reader.rest();
}
