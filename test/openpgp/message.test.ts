/** Signed messages, the form of downloaded packages: what is taken, and what never is. */
import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_SIGNED_PACKAGE_BYTES } from '../../src/limits.js';
import { Keyring } from '../../src/openpgp/keyring.js';
import { Tag } from '../../src/openpgp/packets.js';
import { signMessage } from '../../src/openpgp/sign.js';
import { type MessageOutcome, Verifier } from '../../src/openpgp/verify.js';
import { GNUPG_MISSING, GnuPg } from '../conformance/gnupg.js';
import { testKeys } from '../helpers/keys.js';
import { type DigestName, packet, signatureBody } from './forge.js';
import { signer, stranger, verifierOf } from './world.js';

const CONTENT = Buffer.from('any bytes: \0\r\n\xff', 'latin1');

interface Parts {
  readonly onePass?: Buffer;
  readonly literal?: Buffer;
  readonly signature?: Buffer;
}

describe('a signed message', () => {
  it('counts as its signature does, and only then hands out what it holds', async () => {
    expect(await judge(message({}))).toMatchObject({ verdict: 'trusted', content: CONTENT, reason: '' });
    const byStranger = message({ onePass: onePass({ by: stranger }), signature: signed({ by: stranger }) });
    const outcome = await judge(byStranger);
    expect(outcome.verdict).toBe('key-missing');
    expect(outcome).not.toHaveProperty('content');
  });

  it.each([
    ['without compression', message({})],
    ['in an old packet to the end of the file', old(message({}))],
    [
      'in a packet with a length',
      packet(Tag.Compressed, Buffer.concat([Buffer.from([1]), deflateRawSync(message({}))])),
    ],
    ['compressed with zlib', packet(Tag.Compressed, Buffer.concat([Buffer.from([2]), deflateSync(message({}))]))],
    ['its data in parts', message({ literal: inParts(literal(Buffer.alloc(1500, 'x'))) }, Buffer.alloc(1500, 'x'))],
  ])('%s: trusted', async (_, file) => {
    expect(await judge(file)).toMatchObject({ verdict: 'trusted' });
  });

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['no packets', Buffer.from('text')],
    ['the data alone', packet(Tag.Literal, literal())],
    ['no announcement', Buffer.concat([packet(Tag.Literal, literal()), packet(Tag.Signature, signed())])],
    ['no signature', Buffer.concat([packet(Tag.OnePass, onePass()), packet(Tag.Literal, literal())])],
    ['a second signature', Buffer.concat([message({}), packet(Tag.Signature, signed())])],
    ['unsigned data behind it', Buffer.concat([message({}), packet(Tag.Literal, literal(Buffer.from('evil')))])],
    ['unsigned data before it', Buffer.concat([packet(Tag.Literal, literal(Buffer.from('evil'))), message({})])],
    ['a marker before it', Buffer.concat([packet(Tag.Marker, Buffer.from('PGP')), message({})])],
    ['two messages', Buffer.concat([message({}), message({})])],
    ['compressed twice', old(old(message({})))],
    ['bytes behind the compressed data', Buffer.concat([old(message({})), Buffer.from('x')])],
    ['compressed data that is cut off', old(message({})).subarray(0, -3)],
    ['another compression', packet(Tag.Compressed, Buffer.concat([Buffer.from([3]), message({})]))],
    ['text instead of bytes', message({ literal: Buffer.concat([Buffer.from('t'), literal().subarray(1)]) })],
    ['an announcement of another digest', message({ onePass: onePass({ digest: 'sha512' }) })],
    ['an announcement of another key', message({ onePass: onePass({ by: stranger }) })],
    ['an announcement of another type', message({ onePass: onePass({ type: 1 }) })],
    ['an announcement that more follow', message({ onePass: onePass({ last: 0 }) })],
    ['a signature on text', message({ onePass: onePass({ type: 1 }), signature: signed({ type: 1 }) })],
    ['a standalone signature', message({ onePass: onePass({ type: 2 }), signature: signed({ type: 2 }) })],
    ['MD5', message({ onePass: onePass({ digest: 'md5' }), signature: signed({ digest: 'md5' }) })],
    ['other data than was signed', message({ literal: literal(Buffer.from('evil')) })],
  ])('%s: never', async (_, file) => {
    const outcome = await judge(file);
    expect(outcome).toMatchObject({ verdict: 'invalid' });
    expect(outcome).not.toHaveProperty('content');
  });

  it('is refused where it unpacks to more than can be held, without unpacking all of it', async () => {
    const bomb = (size: number) => {
      const zeros = deflateRawSync(Buffer.alloc(size), { level: constants.Z_BEST_SPEED });
      return Buffer.concat([Buffer.from([0xa3, 1]), zeros]);
    };
    expect(await judge(bomb(MAX_SIGNED_PACKAGE_BYTES + 1))).toMatchObject({
      verdict: 'invalid',
      reason: expect.stringMatching(/unpack/),
    });
    expect(await judge(bomb(MAX_SIGNED_PACKAGE_BYTES))).toMatchObject({
      reason: expect.stringMatching(/no sequence|not a sequence/),
    });
  });
});

describe('the parts of a message', () => {
  it('may have 512 bytes and no less, so that not very many of them have to be kept', async () => {
    const data = Buffer.alloc(1500, 'x');
    const inPartsOf = (power: number) =>
      message({ literal: inParts(literal(data), power), signature: signed({}, data) });
    expect(await judge(inPartsOf(9))).toMatchObject({ verdict: 'trusted', content: data });
    const shorter = { verdict: 'invalid', reason: expect.stringContaining('shorter than 512 bytes') };
    expect(await judge(inPartsOf(8))).toMatchObject(shorter);
    const many = Buffer.alloc(16 * 1024 * 1024, Buffer.from([0xe0, 0x41]));
    const before = process.memoryUsage().heapUsed;
    expect(await judge(old(Buffer.concat([Buffer.from([0xc0 | Tag.Literal]), many])))).toMatchObject(shorter);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024);
  });
});

describe.skipIf(GNUPG_MISSING)('messages and GnuPG (gpg has to be installed)', () => {
  it('what GnuPG signs counts here, and what is signed here counts for GnuPG', async () => {
    const gnupg = await GnuPg.create();
    try {
      const fingerprint = await gnupg.makeKey('Mirror <mirror@example.org>', 'rsa2048');
      const large = Buffer.alloc(100_000, 'package');
      const file = await gnupg.file('package.tgz', large);
      const keyring = new Keyring();
      keyring.add(await gnupg.gpg('--export', fingerprint), 'gpg');
      const { anchor } = await testKeys();
      keyring.add(anchor.publicKey(), 'own');
      const anchors = new Set([fingerprint, anchor.fingerprint]);
      const settings = {
        anchors,
        revoked: new Set<string>(),
        policy: 'compat',
        now: new Date(Date.now() + 60_000),
      } as const;
      const verifier = new Verifier(keyring, settings);
      for (const [digest, compression] of [
        ['SHA1', 'zip'],
        ['SHA256', 'none'],
        ['SHA512', 'zlib'],
      ] as const) {
        const how = ['--digest-algo', digest, '--compress-algo', compression];
        const signed = await gnupg.gpg(...how, '--output', '-', '--sign', file);
        expect(await verifier.verifyMessage(signed)).toMatchObject({ verdict: 'trusted', content: large });
      }
      await gnupg.gpg('--import', await gnupg.file('own.key', anchor.publicKey()));
      const theirs = await gnupg.verify(await signMessage(large, 'package.tgz', anchor));
      expect(theirs.words).toContain('GOODSIG');
      expect(theirs.text).toEqual(large);
    } finally {
      await gnupg.remove();
    }
  });
});

function judge(file: Buffer): Promise<MessageOutcome> {
  return verifierOf({}).verifyMessage(file);
}

function message(parts: Parts, content = CONTENT): Buffer {
  const data = parts.literal ?? literal(content);
  const isFramed = (data[0] ?? 0) >= 0x80;
  return Buffer.concat([
    packet(Tag.OnePass, parts.onePass ?? onePass()),
    isFramed ? data : packet(Tag.Literal, data),
    packet(Tag.Signature, parts.signature ?? signed({}, content)),
  ]);
}

function old(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xa3, 1]), deflateRawSync(content)]);
}

function literal(content = CONTENT): Buffer {
  return Buffer.concat([Buffer.from('b\x04name\0\0\0\0', 'latin1'), content]);
}

/** A first part of 2 to the power of so many bytes, and the rest (RFC 9580 §4.2.1.4). */
function inParts(body: Buffer, power = 10): Buffer {
  const rest = packet(Tag.Literal, body.subarray(2 ** power)).subarray(1);
  return Buffer.concat([Buffer.from([0xc0 | Tag.Literal, 0xe0 | power]), body.subarray(0, 2 ** power), rest]);
}

interface Announced {
  readonly by?: typeof signer;
  readonly type?: number;
  readonly digest?: DigestName;
  readonly last?: number;
}

const DIGEST_IDS: Partial<Record<DigestName, number>> = { md5: 1, sha256: 8, sha512: 10 };

function onePass({ by = signer, type = 0, digest = 'sha256', last = 1 }: Announced = {}): Buffer {
  const head = Buffer.from([3, type, DIGEST_IDS[digest] ?? 0, by.algorithm]);
  return Buffer.concat([head, Buffer.from(by.keyId, 'hex'), Buffer.from([last])]);
}

function signed({ by = signer, type = 0, digest = 'sha256' }: Announced = {}, over = CONTENT): Buffer {
  return signatureBody({ by, type, digest, over });
}
