import { inflateRawSync, inflateSync } from 'node:zlib';
import { DataError } from '../errors.js';
import { MAX_SIGNED_PACKAGE_BYTES } from '../limits.js';
import { ByteReader, hex } from './bytes.js';
import { type Packet, readPackets, Tag } from './packets.js';
import { claimedKeyId } from './signature-form.js';
import { parseSignature, type Signature } from './signature-packet.js';

/** A one-pass signed message (RFC 9580 §10.3) taken apart, nothing of it verified yet. */
export interface SignedMessage {
  /** The bytes that it holds, which the signature covers. */
  readonly content: Buffer;
  readonly signature: Signature;
}

/** Compression algorithm IDs (RFC 9580 §9.4). */
const Compression = { Zip: 1, Zlib: 2 } as const;

/** What GnuPG streams: it does not know how long they will be when it begins to write them. */
const STREAMED: ReadonlySet<number> = new Set([Tag.Compressed, Tag.Literal]);

/** Before the data of a literal packet: format, a length and the name, four octets of time. */
const LITERAL_FORMAT_BINARY = 0x62;

/** How text begins that GnuPG makes of packets, for mails. */
const ARMOR = Buffer.from('-----BEGIN PGP ');

/**
 * Takes a signed message apart: one-pass signature, literal data, signature, each exactly once, inside one compressed
 * packet or without one. Anything besides could be taken for what is signed.
 *
 * Throws {@link DataError} for anything else, and where it unpacks to more than {@link MAX_SIGNED_PACKAGE_BYTES}.
 */
export function parseSignedMessage(file: Buffer): SignedMessage {
  if (file.subarray(0, ARMOR.length).equals(ARMOR)) throw new DataError('the message is armored, and must be binary');
  const outer = packetsOf(file);
  const compressed = outer.length === 1 && outer[0]?.tag === Tag.Compressed ? outer[0] : null;
  const [onePass, literal, last, ...others] = compressed === null ? outer : packetsOf(inflate(compressed.body));
  if (
    onePass?.tag !== Tag.OnePass ||
    literal?.tag !== Tag.Literal ||
    last?.tag !== Tag.Signature ||
    others.length > 0
  ) {
    throw new DataError('the message is not one piece of data with one signature');
  }
  const signature = parseSignature(last.body);
  checkOnePass(onePass.body, signature);
  return { content: contentOf(literal.body), signature };
}

/** At most a few: a message of many packets is none of those that are looked for. */
function packetsOf(bytes: Buffer): Packet[] {
  const packets: Packet[] = [];
  for (const packet of readPackets(bytes, STREAMED)) {
    packets.push(packet);
    if (packets.length > 3) break;
  }
  return packets;
}

function inflate(body: Buffer): Buffer {
  const [algorithm, packed] = [body[0], body.subarray(1)];
  const unpack = algorithm === Compression.Zip ? inflateRawSync : algorithm === Compression.Zlib ? inflateSync : null;
  if (unpack === null) throw new DataError('the message is compressed in a way that is not supported');
  let unpacked: { buffer: Buffer; engine: { bytesWritten: number } };
  try {
    const options = { maxOutputLength: MAX_SIGNED_PACKAGE_BYTES, info: true };
    // With `info`, which the published types leave out, it says how much of its input it read.
    unpacked = unpack(packed, options) as unknown as typeof unpacked;
  } catch (cause) {
    throw new DataError('the message does not unpack, or to too much', { cause });
  }
  if (unpacked.engine.bytesWritten !== packed.length) throw new DataError('bytes follow the compressed data');
  return unpacked.buffer;
}

/** The announcement must be of this signature: a program that reads a stream computes by it. */
function checkOnePass(body: Buffer, signature: Signature): void {
  const reader = new ByteReader(body);
  const [version, type, digest, algorithm] = [reader.uint(1), reader.uint(1), reader.uint(1), reader.uint(1)];
  const keyId = hex(reader.take(8));
  const isLast = reader.uint(1) === 1;
  if (
    version !== 3 ||
    !isLast ||
    reader.left > 0 ||
    type !== signature.type ||
    digest !== signature.digest ||
    algorithm !== signature.keyAlgorithm ||
    keyId !== claimedKeyId(signature)
  ) {
    throw new DataError('the message announces another signature than it carries');
  }
}

function contentOf(body: Buffer): Buffer {
  const reader = new ByteReader(body);
  if (reader.uint(1) !== LITERAL_FORMAT_BINARY) throw new DataError('the message does not hold bytes but text');
  reader.take(reader.uint(1));
  reader.take(4);
  return reader.rest();
}
