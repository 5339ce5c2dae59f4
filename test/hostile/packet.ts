import { randomBytes } from 'node:crypto';
import {
  ForgedKey,
  issuerFingerprint,
  KEY_CREATED,
  mpi,
  NOW,
  packet,
  SIGNED,
  signatureBody,
  subpacket,
} from '../openpgp/forge.js';
import {
  certify,
  certifyOnlyKey,
  frame,
  type Options,
  publicKey,
  signatureExpires,
  signText,
} from '../openpgp/forge-keys.js';
import {
  anchor,
  anchorKey,
  certifiedKey,
  SIGNER_ID,
  signed,
  signer,
  stranger,
  TEXT,
  type World,
} from '../openpgp/world.js';
import type { Vector } from './vector.js';

/** The packet of an ordinary signature over the text. */
export const goodSignature = signText(TEXT, signer);
const good = goodSignature;
const bad = signText(`${TEXT}x`, signer);
const byStranger = signText(TEXT, stranger);
export const notation = Buffer.concat([Buffer.from([0x80, 0, 0, 0, 0, 3, 0, 1]), Buffer.from('a@bv')]);
const EXACTLY_ONE = /exactly one signature/;

/** A certified signer with a key of another kind, and a file it signed. */
export function signerWith(key: ForgedKey, options: Options = {}, hash = 'SHA256'): { file: string; world: World } {
  const keys = [anchorKey, publicKey(key, SIGNER_ID, certify(anchor, key, SIGNER_ID))];
  return { file: signed({ by: key, ...options }, { hash }), world: { keys } };
}

const dsa = packetOfDsa();
const weakRsa = signerWith(new ForgedKey('rsa1024'));
const otherCurve = signerWith(new ForgedKey('secp256k1'));

export const packetVectors: readonly Vector[] = [
  { case: 31, name: 'type 0x00', file: signed({ type: 0x00 }), verdict: 'invalid' as const, says: /type 0x01/ },
  ...[0x10, 0x1f, 0x40, 0x50].map((type) => ({
    case: 32,
    name: `type 0x${type.toString(16)}`,
    file: signed({ type }),
    verdict: 'invalid' as const,
    says: /type 0x01/,
  })),
  {
    case: 33,
    name: 'version 3',
    file: frame(
      TEXT,
      packet(2, Buffer.from([3, ...signatureBody({ by: signer, type: 1, over: Buffer.alloc(0) }).subarray(1)])),
    ),
    verdict: 'invalid' as const,
    says: /version 3/,
  },
  {
    case: 34,
    name: 'good and bad',
    file: frame(TEXT, Buffer.concat([good, bad])),
    verdict: 'invalid' as const,
    says: EXACTLY_ONE,
  },
  {
    case: 34,
    name: 'bad and good',
    file: frame(TEXT, Buffer.concat([bad, good])),
    verdict: 'invalid' as const,
    says: EXACTLY_ONE,
  },
  {
    case: 35,
    name: 'good and unknown',
    file: frame(TEXT, Buffer.concat([good, byStranger])),
    verdict: 'invalid' as const,
    says: EXACTLY_ONE,
  },
  {
    case: 37,
    name: 'expired',
    file: signed({ hashed: [signatureExpires(60)] }),
    verdict: 'expired',
    says: /signature has expired/,
  },
  {
    case: 37,
    name: 'expiring this second',
    file: signed({ hashed: [signatureExpires(NOW - SIGNED)] }),
    verdict: 'expired',
    says: /signature has expired/,
  },
  {
    case: 38,
    name: 'dated in the future',
    file: signed({ created: NOW + 1 }),
    verdict: 'invalid' as const,
    says: /future/,
  },
  {
    case: 38,
    name: 'older than its key',
    file: signed({ created: KEY_CREATED - 1 }),
    verdict: 'invalid' as const,
    says: /older than the key/,
  },
  {
    case: 38,
    name: 'without a date',
    file: signed({ created: null }),
    verdict: 'invalid' as const,
    says: /when it was made/,
  },
  {
    case: 38,
    name: 'with two dates',
    file: signed({ hashed: [subpacket(2, Buffer.alloc(4))] }),
    verdict: 'invalid' as const,
    says: /twice/,
  },
  {
    case: 39,
    name: 'MD5',
    file: signed({ digest: 'md5' }, { hash: 'MD5' }),
    verdict: 'invalid' as const,
    says: /MD5 is not accepted/,
  },
  {
    case: 39,
    name: 'MD5 under another header',
    file: signed({ digest: 'md5' }),
    verdict: 'invalid' as const,
    says: /the signature md5/,
  },
  {
    case: 39,
    name: 'RIPEMD-160',
    file: signed({ digest: 'ripemd160' }, { hash: 'RIPEMD160' }),
    verdict: 'invalid' as const,
    says: /not accepted/,
  },
  {
    case: 39,
    name: 'SHA-224',
    file: signed({ digest: 'sha224' }, { hash: 'SHA224' }),
    verdict: 'invalid' as const,
    says: /not accepted/,
  },
  {
    case: 39,
    name: 'SHA-1, strict',
    file: signed({ digest: 'sha1' }, { hash: 'SHA1' }),
    verdict: 'invalid' as const,
    says: /SHA-1/,
    world: { policy: 'strict' },
  },
  {
    case: 40,
    name: 'RSA-1024',
    file: weakRsa.file,
    verdict: 'invalid' as const,
    says: /only 1024 bits/,
    world: weakRsa.world,
  },
  {
    case: 40,
    name: 'a curve of coins',
    file: otherCurve.file,
    verdict: 'invalid' as const,
    says: /curve/,
    world: otherCurve.world,
  },
  {
    case: 37,
    name: 'a malformed expiration',
    file: signed({ hashed: [subpacket(3, Buffer.alloc(3))] }),
    verdict: 'invalid' as const,
    says: /malformed subpacket/,
  },
  { case: 40, name: 'DSA-1024', file: dsa.file, verdict: 'invalid' as const, says: /number 17/, world: dsa.world },
  ...[true, false].flatMap((isHashed) =>
    [
      { what: 'subpacket', extra: subpacket(100, Buffer.from([1]), true), says: /critical subpacket/ },
      { what: 'notation', extra: subpacket(20, notation, true), says: /critical notation/ },
      {
        what: 'subpacket that belongs on keys',
        extra: subpacket(9, Buffer.alloc(4), true),
        says: /critical subpacket/,
      },
    ].map(({ what, extra, says }) => ({
      case: 41,
      name: `critical ${what}, ${isHashed ? 'hashed' : 'unhashed'}`,
      file: signed({ [isHashed ? 'hashed' : 'unhashed']: [extra] }),
      verdict: 'invalid' as const,
      says,
    })),
  ),
  {
    case: 42,
    name: 'hashed issuer fingerprint of another key',
    file: signed({ hashed: [issuerFingerprint(stranger)] }),
    verdict: 'invalid' as const,
    says: /at odds/,
  },
  {
    case: 42,
    name: 'hashed fingerprint of another key alone',
    file: signed({ hashed: [issuerFingerprint(stranger)], issuer: 'none' }),
    verdict: 'invalid' as const,
    says: /does not match the text/,
    world: { keys: [anchorKey, certifiedKey, publicKey(stranger, 'x')] },
  },
  {
    case: 42,
    name: 'fingerprint with the right key ID only',
    file: signed({ hashed: [subpacket(33, Buffer.from(`04${'0'.repeat(24)}${signer.keyId}`, 'hex'))] }),
    verdict: 'key-missing',
    says: /not in the keyring/,
  },
  {
    case: 42,
    name: 'no issuer at all',
    file: signed({ issuer: 'none' }),
    verdict: 'invalid' as const,
    says: /does not say which key/,
  },
  {
    case: 44,
    name: 'no key',
    file: signed(),
    verdict: 'key-missing',
    says: new RegExp(signer.keyId),
    world: { keys: [anchorKey] },
  },
  {
    case: 44,
    name: 'no key, and bad',
    file: frame(TEXT, bad),
    verdict: 'key-missing',
    says: /keyring/,
    world: { keys: [] },
  },
  {
    case: 54,
    name: 'a primary key not meant for signing',
    file: signed(),
    verdict: 'invalid' as const,
    says: /not meant for signing/,
    world: { keys: [anchorKey, certifyOnlyKey(signer, SIGNER_ID, certify(anchor, signer, SIGNER_ID))] },
  },
];

/** A key and a signature of DSA-1024, of random numbers: neither may even be tried. */
function packetOfDsa(): { file: string; world: World } {
  const numbers = [128, 20, 128, 128].map((length) => mpi(Buffer.from([0x80, ...randomBytes(length - 1)])));
  const key = new ForgedKey();
  const body = Buffer.concat([key.body.subarray(0, 5), Buffer.from([17]), ...numbers]);
  const dsaKey = Object.assign(Object.create(key), { body, algorithm: 17 });
  dsaKey.sign = () => Buffer.concat([mpi(randomBytes(20)), mpi(randomBytes(20))]);
  return { file: frame(TEXT, signText(TEXT, dsaKey)), world: { keys: [anchorKey, packet(6, body)] } };
}
