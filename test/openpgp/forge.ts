/**
 * Packets made by hand, with node:crypto alone: tests need what no honest program writes, and must not share an
 * encoder with the code they test. Times are Unix seconds.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign as signWith } from 'node:crypto';

/** The time at which the tests judge, and when their keys and signatures were made unless they say otherwise. */
export const NOW = 1_750_000_000;
export const KEY_CREATED = 1_400_000_000;
export const SIGNED = 1_700_000_000;

const DIGESTS = { md5: 1, sha1: 2, ripemd160: 3, sha256: 8, sha384: 9, sha512: 10, sha224: 11 } as const;
export type DigestName = keyof typeof DIGESTS;

type KeyType = 'p256' | 'p384' | 'p521' | 'secp256k1' | 'ed448' | 'ed25519-new' | 'rsa2048' | 'rsa1024' | 'ed25519';

/** A key that signs anything. `body` is its packet's, from which fingerprint and ID follow. */
export class ForgedKey {
  readonly body: Buffer;
  readonly fingerprint: string;
  readonly keyId: string;
  readonly algorithm: number;
  readonly #secret: KeyObject;

  constructor(type: KeyType = 'p256', created = KEY_CREATED) {
    const { secret, algorithm, material } = generate(type);
    this.#secret = secret;
    this.algorithm = algorithm;
    this.body = Buffer.concat([Buffer.from([4]), uint(created, 4), Buffer.from([algorithm]), material]);
    this.fingerprint = createHash('sha1').update(hashedKey(this.body)).digest('hex').toUpperCase();
    this.keyId = this.fingerprint.slice(-16);
  }

  /** The numbers of a signature over the bytes. */
  sign(bytes: Buffer, digest: DigestName): Buffer {
    if (this.algorithm === 1) return mpi(signWith(digest, bytes, this.#secret));
    const isRaw = this.algorithm === 27 || this.algorithm === 28;
    const pair =
      this.algorithm === 22 || isRaw
        ? signWith(null, createHash(digest).update(bytes).digest(), this.#secret)
        : signWith(digest, bytes, { key: this.#secret, dsaEncoding: 'ieee-p1363' });
    if (isRaw) return pair;
    return Buffer.concat([mpi(pair.subarray(0, pair.length / 2)), mpi(pair.subarray(pair.length / 2))]);
  }
}

const CURVES = {
  p256: { namedCurve: 'P-256', oid: '2a8648ce3d030107' },
  p384: { namedCurve: 'P-384', oid: '2b81040022' },
  p521: { namedCurve: 'P-521', oid: '2b81040023' },
  secp256k1: { namedCurve: 'secp256k1', oid: '2b8104000a' },
} as const;

function generate(type: KeyType): { secret: KeyObject; algorithm: number; material: Buffer } {
  if (type in CURVES) {
    const { namedCurve, oid } = CURVES[type as keyof typeof CURVES];
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const point = Buffer.concat([Buffer.from([4]), fromJwk(x), fromJwk(y)]);
    return {
      secret: privateKey,
      algorithm: 19,
      material: curvePoint(oid, point),
    };
  }
  if (type === 'ed25519') {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const point = Buffer.concat([Buffer.from([0x40]), fromJwk(publicKey.export({ format: 'jwk' }).x ?? '')]);
    return { secret: privateKey, algorithm: 22, material: curvePoint('2b06010401da470f01', point) };
  }
  if (type === 'ed25519-new' || type === 'ed448') {
    const algorithm = type === 'ed448' ? 28 : 27;
    // The two calls differ in their types alone.
    const { privateKey, publicKey } = type === 'ed448' ? generateKeyPairSync('ed448') : generateKeyPairSync('ed25519');
    return { secret: privateKey, algorithm, material: fromJwk(publicKey.export({ format: 'jwk' }).x ?? '') };
  }
  const modulusLength = type === 'rsa1024' ? 1024 : 2048;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return { secret: privateKey, algorithm: 1, material: Buffer.concat([mpi(fromJwk(n)), mpi(fromJwk(e))]) };
}

export interface SignatureParts {
  readonly by: ForgedKey;
  readonly type: number;
  /** What the signature covers besides itself. */
  readonly over: Buffer;
  readonly digest?: DigestName;
  readonly created?: number | null;
  /** Further subpackets. */
  readonly hashed?: readonly Buffer[];
  readonly unhashed?: readonly Buffer[];
  /** Where the maker's key ID is claimed. @default 'unhashed' */
  readonly issuer?: 'hashed' | 'unhashed' | 'none';
  /** Bytes after everything else, inside the packet. */
  readonly trailing?: Buffer;
}

/** The body of a version 4 signature packet. */
export function signatureBody(parts: SignatureParts): Buffer {
  const { by, type, over, created = SIGNED, issuer = 'unhashed' } = parts;
  // Ed448 takes no shorter digest (RFC 9580 §5.2.3.5).
  const { digest = by.algorithm === 28 ? 'sha512' : 'sha256' } = parts;
  const claim = subpacket(16, Buffer.from(by.keyId, 'hex'));
  const hashed = Buffer.concat([
    ...(created === null ? [] : [subpacket(2, uint(created, 4))]),
    ...(issuer === 'hashed' ? [claim] : []),
    ...(parts.hashed ?? []),
  ]);
  const unhashed = Buffer.concat([...(issuer === 'unhashed' ? [claim] : []), ...(parts.unhashed ?? [])]);
  const covered = Buffer.concat([
    Buffer.from([4, type, by.algorithm, DIGESTS[digest]]),
    uint(hashed.length, 2),
    hashed,
  ]);
  const input = Buffer.concat([over, covered, Buffer.from([4, 0xff]), uint(covered.length, 4)]);
  const start = createHash(digest).update(input).digest().subarray(0, 2);
  const material = by.sign(input, digest);
  return Buffer.concat([
    covered,
    uint(unhashed.length, 2),
    unhashed,
    start,
    material,
    parts.trailing ?? Buffer.alloc(0),
  ]);
}

export function signature(parts: SignatureParts): Buffer {
  return packet(2, signatureBody(parts));
}

/** A packet with a new-format header. */
export function packet(tag: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xc0 | tag, 0xff]), uint(body.length, 4), body]);
}

export function subpacket(type: number, body: Buffer, critical = false): Buffer {
  const head = Buffer.from([critical ? type | 0x80 : type]);
  const length = body.length + 1;
  const octets = length < 192 ? Buffer.from([length]) : Buffer.concat([Buffer.from([0xff]), uint(length, 4)]);
  return Buffer.concat([octets, head, body]);
}

export function issuerFingerprint(key: ForgedKey): Buffer {
  return subpacket(33, Buffer.concat([Buffer.from([4]), Buffer.from(key.fingerprint, 'hex')]));
}

export function uint(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}

export function mpi(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const number = bytes.subarray(start);
  return Buffer.concat([uint(number.length * 8 - (Math.clz32(number[0] ?? 0) - 24), 2), number]);
}

export function hashedKey(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x99]), uint(body.length, 2), body]);
}

function curvePoint(oid: string, point: Buffer): Buffer {
  const bytes = Buffer.from(oid, 'hex');
  return Buffer.concat([Buffer.from([bytes.length]), bytes, mpi(point)]);
}

function fromJwk(value: string): Buffer {
  return Buffer.from(value, 'base64url');
}
