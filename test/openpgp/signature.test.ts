import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
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
} from './forge.js';
import { certify, certifyOnlyKey, frame, type Options, publicKey, signatureExpires, signText } from './forge-keys.js';
import {
  ANCHOR_ID,
  anchor,
  anchorKey,
  certifiedKey,
  judge,
  SIGNER_ID,
  signed,
  signer,
  stranger,
  TEXT,
  type World,
} from './world.js';

interface Vector {
  readonly case: number;
  readonly name: string;
  readonly file: string | (() => string);
  readonly verdict: string;
  readonly reason: RegExp;
  readonly world?: World;
}

const good = signText(TEXT, signer);
const bad = signText(`${TEXT}x`, signer);
const byStranger = signText(TEXT, stranger);
const notation = Buffer.concat([Buffer.from([0x80, 0, 0, 0, 0, 3, 0, 1]), Buffer.from('a@bv')]);
const EXACTLY_ONE = /exactly one signature/;

/** A certified signer with a key of another kind, and a file it signed. */
function signerWith(key: ForgedKey, options: Options = {}, hash = 'SHA256'): { file: string; world: World } {
  const keys = [anchorKey, publicKey(key, SIGNER_ID, certify(anchor, key, SIGNER_ID))];
  return { file: signed({ by: key, ...options }, { hash }), world: { keys } };
}

const dsa = packetOfDsa();
const weakRsa = signerWith(new ForgedKey('rsa1024'));
const otherCurve = signerWith(new ForgedKey('secp256k1'));

const vectors: Vector[] = [
  { case: 31, name: 'type 0x00', file: signed({ type: 0x00 }), verdict: 'invalid', reason: /type 0x01/ },
  ...[0x10, 0x1f, 0x40, 0x50].map((type) => ({
    case: 32,
    name: `type 0x${type.toString(16)}`,
    file: signed({ type }),
    verdict: 'invalid',
    reason: /type 0x01/,
  })),
  {
    case: 33,
    name: 'version 3',
    file: frame(
      TEXT,
      packet(2, Buffer.from([3, ...signatureBody({ by: signer, type: 1, over: Buffer.alloc(0) }).subarray(1)])),
    ),
    verdict: 'invalid',
    reason: /version 3/,
  },
  {
    case: 34,
    name: 'good and bad',
    file: frame(TEXT, Buffer.concat([good, bad])),
    verdict: 'invalid',
    reason: EXACTLY_ONE,
  },
  {
    case: 34,
    name: 'bad and good',
    file: frame(TEXT, Buffer.concat([bad, good])),
    verdict: 'invalid',
    reason: EXACTLY_ONE,
  },
  {
    case: 35,
    name: 'good and unknown',
    file: frame(TEXT, Buffer.concat([good, byStranger])),
    verdict: 'invalid',
    reason: EXACTLY_ONE,
  },
  {
    case: 37,
    name: 'expired',
    file: signed({ hashed: [signatureExpires(60)] }),
    verdict: 'expired',
    reason: /signature has expired/,
  },
  {
    case: 37,
    name: 'expiring this second',
    file: signed({ hashed: [signatureExpires(NOW - SIGNED)] }),
    verdict: 'expired',
    reason: /signature has expired/,
  },
  { case: 38, name: 'dated in the future', file: signed({ created: NOW + 1 }), verdict: 'invalid', reason: /future/ },
  {
    case: 38,
    name: 'older than its key',
    file: signed({ created: KEY_CREATED - 1 }),
    verdict: 'invalid',
    reason: /older than the key/,
  },
  { case: 38, name: 'without a date', file: signed({ created: null }), verdict: 'invalid', reason: /when it was made/ },
  {
    case: 38,
    name: 'with two dates',
    file: signed({ hashed: [subpacket(2, Buffer.alloc(4))] }),
    verdict: 'invalid',
    reason: /twice/,
  },
  {
    case: 39,
    name: 'MD5',
    file: signed({ digest: 'md5' }, { hash: 'MD5' }),
    verdict: 'invalid',
    reason: /MD5 is not accepted/,
  },
  {
    case: 39,
    name: 'MD5 under another header',
    file: signed({ digest: 'md5' }),
    verdict: 'invalid',
    reason: /the signature md5/,
  },
  {
    case: 39,
    name: 'RIPEMD-160',
    file: signed({ digest: 'ripemd160' }, { hash: 'RIPEMD160' }),
    verdict: 'invalid',
    reason: /not accepted/,
  },
  {
    case: 39,
    name: 'SHA-224',
    file: signed({ digest: 'sha224' }, { hash: 'SHA224' }),
    verdict: 'invalid',
    reason: /not accepted/,
  },
  {
    case: 39,
    name: 'SHA-1, strict',
    file: signed({ digest: 'sha1' }, { hash: 'SHA1' }),
    verdict: 'invalid',
    reason: /SHA-1/,
    world: { policy: 'strict' },
  },
  {
    case: 40,
    name: 'RSA-1024',
    file: weakRsa.file,
    verdict: 'invalid',
    reason: /only 1024 bits/,
    world: weakRsa.world,
  },
  {
    case: 40,
    name: 'a curve of coins',
    file: otherCurve.file,
    verdict: 'invalid',
    reason: /curve/,
    world: otherCurve.world,
  },
  {
    case: 37,
    name: 'a malformed expiration',
    file: signed({ hashed: [subpacket(3, Buffer.alloc(3))] }),
    verdict: 'invalid',
    reason: /malformed subpacket/,
  },
  { case: 40, name: 'DSA-1024', file: dsa.file, verdict: 'invalid', reason: /number 17/, world: dsa.world },
  ...[true, false].flatMap((isHashed) =>
    [
      { what: 'subpacket', extra: subpacket(100, Buffer.from([1]), true), reason: /critical subpacket/ },
      { what: 'notation', extra: subpacket(20, notation, true), reason: /critical notation/ },
      {
        what: 'subpacket that belongs on keys',
        extra: subpacket(9, Buffer.alloc(4), true),
        reason: /critical subpacket/,
      },
    ].map(({ what, extra, reason }) => ({
      case: 41,
      name: `critical ${what}, ${isHashed ? 'hashed' : 'unhashed'}`,
      file: signed({ [isHashed ? 'hashed' : 'unhashed']: [extra] }),
      verdict: 'invalid',
      reason,
    })),
  ),
  {
    case: 42,
    name: 'hashed issuer fingerprint of another key',
    file: signed({ hashed: [issuerFingerprint(stranger)] }),
    verdict: 'invalid',
    reason: /at odds/,
  },
  {
    case: 42,
    name: 'hashed fingerprint of another key alone',
    file: signed({ hashed: [issuerFingerprint(stranger)], issuer: 'none' }),
    verdict: 'invalid',
    reason: /does not match the text/,
    world: { keys: [anchorKey, certifiedKey, publicKey(stranger, 'x')] },
  },
  {
    case: 42,
    name: 'fingerprint with the right key ID only',
    file: signed({ hashed: [subpacket(33, Buffer.from(`04${'0'.repeat(24)}${signer.keyId}`, 'hex'))] }),
    verdict: 'key-missing',
    reason: /not in the keyring/,
  },
  {
    case: 42,
    name: 'no issuer at all',
    file: signed({ issuer: 'none' }),
    verdict: 'invalid',
    reason: /does not say which key/,
  },
  {
    case: 44,
    name: 'no key',
    file: signed(),
    verdict: 'key-missing',
    reason: new RegExp(signer.keyId),
    world: { keys: [anchorKey] },
  },
  {
    case: 44,
    name: 'no key, and bad',
    file: frame(TEXT, bad),
    verdict: 'key-missing',
    reason: /keyring/,
    world: { keys: [] },
  },
  {
    case: 54,
    name: 'a primary key not meant for signing',
    file: signed(),
    verdict: 'invalid',
    reason: /not meant for signing/,
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

describe('the signature packet', () => {
  it.each(vectors)('case $case: $name → $verdict', async ({ file, verdict, reason, world }) => {
    const outcome = await judge(typeof file === 'string' ? file : file(), world);
    expect(outcome.reason).toMatch(reason);
    expect(outcome.verdict).toBe(verdict);
  });

  it('case 36: two hundred signatures → invalid, in under a second', async () => {
    const file = frame(TEXT, Buffer.concat(Array(200).fill(good)));
    const start = performance.now();
    expect((await judge(file)).verdict).toBe('invalid');
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('case 43: one flipped bit anywhere in the text → invalid', async () => {
    const file = Buffer.from(signed(), 'latin1');
    const start = file.indexOf('\n\n') + 2;
    const end = file.indexOf('\n-----BEGIN PGP SIGNATURE');
    for (let bit = start * 8; bit < end * 8; bit++) {
      const outcome = await judge(flip(file, bit));
      expect(outcome.verdict, `bit ${bit}`).toBe('invalid');
    }
  });

  it('case 43: one flipped bit anywhere in the packet → invalid, or no key where it names another one', async () => {
    for (let bit = 0; bit < good.length * 8; bit++) {
      const outcome = await judge(frame(TEXT, flip(good, bit)));
      expect(['invalid', 'key-missing'], `bit ${bit}: ${outcome.verdict}`).toContain(outcome.verdict);
    }
  });

  const accepted = [
    { name: 'SHA-1', file: signed({ digest: 'sha1' }, { hash: 'SHA1' }), warnings: ['weak-digest'] },
    { name: 'SHA-384', file: signed({ digest: 'sha384' }, { hash: 'SHA384' }), warnings: [] },
    { name: 'SHA-512', file: signed({ digest: 'sha512' }, { hash: 'SHA512' }), warnings: [] },
    {
      name: 'hashed issuer and fingerprint',
      file: signed({ issuer: 'hashed', hashed: [issuerFingerprint(signer)] }),
      warnings: [],
    },
    { name: 'fingerprint alone', file: signed({ issuer: 'none', hashed: [issuerFingerprint(signer)] }), warnings: [] },
    { name: 'a notation that is not critical', file: signed({ hashed: [subpacket(20, notation)] }), warnings: [] },
    { name: 'an expiration yet to come', file: signed({ hashed: [signatureExpires(NOW - SIGNED + 1)] }), warnings: [] },
    { name: 'dated this second', file: signed({ created: NOW }), warnings: [] },
  ];

  it.each(accepted)('$name → trusted', async ({ file, warnings }) => {
    expect(await judge(file)).toMatchObject({ verdict: 'trusted', signature: { warnings, trust: 'certified' } });
  });

  it.each([
    ['rsa2048', 'sha256'],
    ['rsa2048', 'sha1'],
    ['ed25519', 'sha256'],
    ['p256', 'sha512'],
    ['p384', 'sha384'],
    ['p521', 'sha512'],
    ['ed25519-new', 'sha256'],
    ['ed448', 'sha512'],
  ] as const)('%s with %s → trusted', async (type, digest) => {
    const { file, world } = signerWith(new ForgedKey(type), { digest }, digest.toUpperCase());
    expect(await judge(file, world)).toMatchObject({ verdict: 'trusted', reason: '' });
  });

  it('an anchor may sign itself', async () => {
    const file = signed({ by: anchor });
    const outcome = await judge(file, { keys: [publicKey(anchor, ANCHOR_ID)] });
    expect(outcome).toMatchObject({ verdict: 'trusted', signature: { trust: 'anchor', signer: anchor.fingerprint } });
  });
});

function flip(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}
