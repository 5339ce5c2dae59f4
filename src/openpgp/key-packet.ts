import { createHash } from 'node:crypto';
import { DataError } from '../errors.js';
import { MAX_RSA_BITS, MAX_RSA_EXPONENT_BITS, MIN_RSA_BITS } from '../limits.js';
import { ByteReader, hex } from './bytes.js';

/** A version 4 public key or subkey packet (RFC 9580 §5.5.2.2). Times are Unix seconds. */
export interface KeyPacket {
  readonly body: Buffer;
  /** 40 upper-case hexadecimal digits, computed from the bytes: nothing in the packet can claim another. */
  readonly fingerprint: string;
  /** The last 16 digits of the fingerprint. */
  readonly keyId: string;
  readonly created: number;
  readonly algorithm: number;
}

/** Public-key algorithm IDs that sign (RFC 9580 §9.1). */
export const Algorithm = { Rsa: 1, Ecdsa: 19, EdDsaLegacy: 22, Ed25519: 27, Ed448: 28 } as const;

/** Where a key's numbers begin: after version, creation time and algorithm. */
const MATERIAL_OFFSET = 6;

/** Object identifiers of curves (RFC 9580 §9.2), in hexadecimal without their length. */
const ECDSA_CURVES = new Set(['2A8648CE3D030107', '2B81040022', '2B81040023']);
const ED25519_LEGACY_CURVE = '2B06010401DA470F01';

/**
 * Reads a key packet. Throws {@link DataError} for any version but 4, the only one with 20-byte fingerprints, and where
 * the numbers of a known algorithm are not whole or have another form than the one they may have.
 */
export function parseKeyPacket(body: Buffer): KeyPacket {
  const reader = new ByteReader(body);
  const version = reader.uint(1);
  if (version !== 4) throw new DataError(`a key packet of version ${version} is not supported`);
  const created = reader.uint(4);
  const algorithm = reader.uint(1);
  if (body.length > 0xffff) throw new DataError('a key packet is too long');
  const weakness = materialWeakness(algorithm, reader);
  // Of an algorithm that is not known, nobody can tell where its numbers end.
  if (weakness === null && reader.left > 0) throw new DataError('a key packet has bytes after its key material');
  const fingerprint = hex(createHash('sha1').update(keyHashInput(body)).digest());
  return { body, fingerprint, keyId: fingerprint.slice(-16), created, algorithm };
}

/** The form in which a key enters fingerprints and signatures: 0x99, two octets of length, the body (RFC 9580 §5.5.4). */
export function keyHashInput(body: Buffer): Buffer {
  const header = Buffer.from([0x99, 0, 0]);
  header.writeUInt16BE(body.length, 1);
  return Buffer.concat([header, body]);
}

/** Why no signature by this key can count, in words that follow "the key …", or `null` when it may count. */
export function weaknessOf(key: KeyPacket): string | null {
  return materialWeakness(key.algorithm, new ByteReader(keyMaterial(key)));
}

/** The numbers of the key. */
export function keyMaterial({ body }: KeyPacket): Buffer {
  return body.subarray(MATERIAL_OFFSET);
}

/** Reads the numbers of a key. Throws {@link DataError} when they are malformed. */
function materialWeakness(algorithm: number, reader: ByteReader): string | null {
  switch (algorithm) {
    case Algorithm.Rsa: {
      const modulusBits = reader.mpiBits();
      const exponentBits = reader.mpiBits();
      if (modulusBits < MIN_RSA_BITS) return `has only ${modulusBits} bits`;
      if (modulusBits > MAX_RSA_BITS || exponentBits > MAX_RSA_EXPONENT_BITS) return 'is too large';
      return exponentBits < 2 ? 'has no usable exponent' : null;
    }
    case Algorithm.Ecdsa: {
      const curve = readCurve(reader);
      reader.mpiBits();
      return ECDSA_CURVES.has(curve) ? null : 'is on a curve that is not supported';
    }
    case Algorithm.EdDsaLegacy: {
      const curve = readCurve(reader);
      reader.mpiBits();
      return curve === ED25519_LEGACY_CURVE ? null : 'is on a curve that is not supported';
    }
    case Algorithm.Ed25519:
      reader.take(32);
      return null;
    case Algorithm.Ed448:
      reader.take(57);
      return null;
    default:
      return `has an algorithm that is not supported (number ${algorithm})`;
  }
}

/** Names of the curves that may sign, and of the one that only encrypts, by their object identifiers. */
const CURVE_NAMES: ReadonlyMap<string, string> = new Map([
  ['2A8648CE3D030107', 'NIST P-256'],
  ['2B81040022', 'NIST P-384'],
  ['2B81040023', 'NIST P-521'],
  [ED25519_LEGACY_CURVE, 'Ed25519'],
  ['2B060104019755010501', 'Curve25519'],
]);

const ALGORITHM_NAMES: ReadonlyMap<number, string> = new Map([
  [16, 'Elgamal'],
  [17, 'DSA'],
  [25, 'X25519'],
  [26, 'X448'],
  [Algorithm.Ed25519, 'Ed25519'],
  [Algorithm.Ed448, 'Ed448'],
]);

/** Algorithm and size as people name them: `RSA 4096`, `Ed25519`, `NIST P-256`. */
export function keySizeInWords(key: KeyPacket): string {
  const reader = new ByteReader(keyMaterial(key));
  switch (key.algorithm) {
    case Algorithm.Rsa:
      return `RSA ${reader.mpiBits()}`;
    case Algorithm.Ecdsa:
    case Algorithm.EdDsaLegacy:
    case ECDH:
      return CURVE_NAMES.get(readCurve(reader)) ?? 'an unknown curve';
    default:
      return ALGORITHM_NAMES.get(key.algorithm) ?? `algorithm ${key.algorithm}`;
  }
}

/** Encrypts only. */
const ECDH = 18;

function readCurve(reader: ByteReader): string {
  return hex(reader.take(reader.uint(1)));
}
