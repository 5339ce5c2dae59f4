import { DataError } from '../errors.js';
import { ByteReader, hex } from './bytes.js';

/** Signature type IDs used here (RFC 9580 §5.2.1). */
export const SignatureType = {
  Binary: 0x00,
  Text: 0x01,
  CertificationGeneric: 0x10,
  CertificationPersona: 0x11,
  CertificationCasual: 0x12,
  CertificationPositive: 0x13,
  SubkeyBinding: 0x18,
  PrimaryKeyBinding: 0x19,
  DirectKey: 0x1f,
  KeyRevocation: 0x20,
  SubkeyRevocation: 0x28,
  CertificationRevocation: 0x30,
} as const;

/** Subpacket type IDs used here (RFC 9580 §5.2.3.7). */
export const SubpacketType = {
  Created: 2,
  Expiration: 3,
  Exportable: 4,
  TrustSignature: 5,
  RegularExpression: 6,
  Revocable: 7,
  KeyExpiration: 9,
  PreferredCiphers: 11,
  RevocationKey: 12,
  IssuerKeyId: 16,
  Notation: 20,
  PreferredHashes: 21,
  PreferredCompression: 22,
  KeyServerPreferences: 23,
  PreferredKeyServer: 24,
  PrimaryUserId: 25,
  PolicyUri: 26,
  KeyFlags: 27,
  SignersUserId: 28,
  RevocationReason: 29,
  Features: 30,
  EmbeddedSignature: 32,
  IssuerFingerprint: 33,
} as const;

export interface Subpacket {
  readonly type: number;
  readonly critical: boolean;
  readonly hashed: boolean;
  readonly body: Buffer;
}

/** A version 4 signature packet as it stands (RFC 9580 §5.2.3). Nothing in it is verified. */
export interface Signature {
  readonly type: number;
  readonly keyAlgorithm: number;
  readonly digest: number;
  /** From the version octet through the hashed subpackets: the part that the signature covers itself. */
  readonly hashedPart: Buffer;
  /** The left 16 bits of the digest. */
  readonly digestStart: Buffer;
  /** The numbers of the signature proper, whose form depends on the key's algorithm. */
  readonly material: Buffer;
  readonly subpackets: readonly Subpacket[];
  /** Every key ID that the packet names as its maker, hashed or not: a claim, good for selecting keys to try. */
  readonly claimedIssuers: ReadonlySet<string>;
}

/** Reads a signature packet's body. Throws {@link DataError} for another version or when any length is off. */
export function parseSignature(body: Buffer): Signature {
  const reader = new ByteReader(body);
  const version = reader.uint(1);
  if (version !== 4) throw new DataError(`a signature of version ${version} is not supported`);
  const type = reader.uint(1);
  const keyAlgorithm = reader.uint(1);
  const digest = reader.uint(1);
  const hashedArea = reader.take(reader.uint(2));
  const hashedPart = body.subarray(0, reader.offset);
  const unhashedArea = reader.take(reader.uint(2));
  const subpackets = [...readSubpackets(hashedArea, true), ...readSubpackets(unhashedArea, false)];
  const claimedIssuers = new Set<string>();
  for (const subpacket of subpackets) {
    if (subpacket.type === SubpacketType.IssuerKeyId) claimedIssuers.add(hex(subpacket.body));
    if (subpacket.type === SubpacketType.IssuerFingerprint) claimedIssuers.add(hex(subpacket.body.subarray(-8)));
  }
  const digestStart = reader.take(2);
  return {
    type,
    keyAlgorithm,
    digest,
    hashedPart,
    digestStart,
    material: reader.rest(),
    subpackets,
    claimedIssuers,
  };
}

function* readSubpackets(area: Buffer, hashed: boolean): Generator<Subpacket> {
  const reader = new ByteReader(area);
  while (reader.left > 0) {
    const first = reader.uint(1);
    const length = first < 192 ? first : first < 255 ? ((first - 192) << 8) + reader.uint(1) + 192 : reader.uint(4);
    if (length === 0) throw new DataError('a signature has an empty subpacket');
    const type = reader.uint(1);
    yield { type: type & 0x7f, critical: (type & 0x80) !== 0, hashed, body: reader.take(length - 1) };
  }
}
