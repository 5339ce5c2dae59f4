import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.js';
import { MAX_SUBKEYS_PER_KEY, MAX_USER_ID_BYTES } from '../../src/limits.js';
import { Keyring } from '../../src/openpgp/keyring.js';
import { ForgedKey, packet, uint } from './forge.js';
import {
  keyPacket,
  publicKey,
  revokeKey,
  revokeSubkey,
  selfCertify,
  signatureBlock,
  subkeyPacket,
  userIdPacket,
} from './forge-keys.js';
import { anchor, anchorKey, certifiedKey, judge, SIGNER_ID, signed, signer, stranger } from './world.js';

const armor = (...keys: Buffer[]): string =>
  `${signatureBlock(Buffer.concat(keys)).join('\n').replaceAll('SIGNATURE', 'PUBLIC KEY BLOCK')}\n`;

function read(file: string | Buffer): { count: number; keyring: Keyring } {
  const keyring = new Keyring();
  return { count: keyring.add(Buffer.from(file as string, 'latin1'), 'file.key'), keyring };
}

describe('Keyring', () => {
  it.each([
    ['one armored block', armor(anchorKey, certifiedKey)],
    ['two armored blocks', armor(anchorKey) + armor(certifiedKey)],
    ['blocks with text around them', `Our keys:\n${armor(anchorKey)}and\n${armor(certifiedKey)}\n`],
    ['CRLF line ends', armor(anchorKey, certifiedKey).replaceAll('\n', '\r\n')],
    ['armor headers', armor(anchorKey, certifiedKey).replace('BLOCK-----\n', 'BLOCK-----\nComment: x\nVersion: y\n')],
    ['binary', Buffer.concat([anchorKey, certifiedKey])],
  ])('reads %s', (_, file) => {
    const { count, keyring } = read(file);
    expect(count).toBe(2);
    expect(keyring.size).toBe(2);
    expect(keyring.problems).toEqual([]);
    expect(keyring.fingerprints()).toEqual([anchor.fingerprint, signer.fingerprint].sort());
  });

  it.each([
    ['text', 'hello'],
    ['nothing', ''],
    ['a signed file', signed()],
    ['a binary signature', packet(2, Buffer.from([4]))],
    ['a secret key', packet(5, Buffer.from([4]))],
    ['an empty block', armor()],
    ['a block without an end', armor(anchorKey).replace(/-----END.*/s, '')],
    ['a block that is not base64', armor(anchorKey).replace(/\n\n.{10}/, '\n\n!!!!!!!!!!')],
    ['a wrong checksum', armor(anchorKey).replace(/\n=(.)/, (_, c) => `\n=${c === 'A' ? 'B' : 'A'}`)],
    ['a key of version 3', packet(6, Buffer.from([3, 0, 0, 0, 0, 0, 0, 1]))],
    ['a key of version 6', packet(6, Buffer.from([6, 0, 0, 0, 0, 27, 0, 0, 0, 32]))],
    ['half a key packet', anchorKey.subarray(0, 20)],
    ['a partial length', Buffer.concat([Buffer.from([0xc6, 0xe1]), anchorKey])],
  ])('refuses %s', (_, file) => {
    const keyring = new Keyring();
    expect(() => keyring.add(Buffer.from(file as string, 'latin1'), 'file.key')).toThrow(DataError);
    expect(() => keyring.add(Buffer.from(file as string, 'latin1'), 'file.key')).toThrow(
      /file\.key holds no public key/,
    );
    expect(keyring.size).toBe(0);
  });

  it.each([
    ['a secret key', Buffer.concat([packet(5, Buffer.from([4])), anchorKey]), /secret key/],
    [
      'a key of version 6',
      Buffer.concat([anchorKey, packet(6, Buffer.from([6, 0, 0, 0, 0, 27, 0, 0, 0, 32]))]),
      /version 6/,
    ],
    [
      'a broken end',
      Buffer.concat([anchorKey, certifiedKey.subarray(0, -1)]),
      new RegExp(`${signer.fingerprint}: .*past the end`),
    ],
    ['a broken block', armor(anchorKey) + armor(certifiedKey).replace('=', '!'), /not base64/],
    ['a signature of version 3', Buffer.concat([anchorKey, packet(2, Buffer.alloc(16, 3))]), /signature of version 3/],
    [
      'an empty signature',
      Buffer.concat([anchorKey, packet(2, Buffer.alloc(0))]),
      new RegExp(`${anchor.fingerprint}: .*too short`),
    ],
    ['an empty subkey', Buffer.concat([anchorKey, packet(14, Buffer.alloc(0))]), /too short/],
    ['a key with half its numbers', Buffer.concat([anchorKey, packet(6, signer.body.subarray(0, -1))]), /past the end/],
    [
      'a key with more than its numbers',
      Buffer.concat([anchorKey, packet(6, Buffer.concat([signer.body, Buffer.alloc(1)]))]),
      /bytes after its key material/,
    ],
    [
      'a subkey with half its numbers',
      Buffer.concat([anchorKey, packet(14, signer.body.subarray(0, -1))]),
      /past the end/,
    ],
    [
      'a broken signature',
      Buffer.concat([anchorKey, packet(2, Buffer.from([4, 0x13, 1, 8, 0xff, 0, 0, 0]))]),
      /past the end/,
    ],
  ])('skips %s, says so and keeps the rest', (_, file, problem) => {
    const { count, keyring } = read(file);
    expect(count).toBe(1);
    expect(keyring.fingerprints()).toEqual([anchor.fingerprint]);
    expect(keyring.problems).toEqual([{ source: 'file.key', problem: expect.stringMatching(problem) }]);
  });

  it('does not give the signatures on a secret key or an unknown packet to the key before it', async () => {
    const between = Buffer.concat([keyPacket(stranger), packet(5, Buffer.from([4]))]);
    const { keyring } = read(Buffer.concat([between, certifiedKey.subarray(keyPacket(signer).length)]));
    expect(keyring.get(stranger.fingerprint)).toMatchObject({ signatures: new Map(), userIds: new Map() });
  });

  it('merges copies of one key, whatever each of them holds', () => {
    const keyring = new Keyring();
    const first = publicKey(signer, 'First');
    keyring.add(first, 'a');
    keyring.add(publicKey(signer, 'Second'), 'b');
    keyring.add(first, 'c');
    expect(keyring.size).toBe(1);
    const merged = keyring.get(signer.fingerprint);
    expect([...(merged?.userIds.keys() ?? [])]).toEqual(['First', 'Second']);
    expect(merged?.userIds.get('First')?.signatures.size).toBe(1);
  });

  it('refuses a key whose numbers are written in a second way', async () => {
    const key = new ForgedKey('rsa2048');
    // One more octet of zero in front of the modulus.
    const padded = Buffer.concat([key.body.subarray(0, 6), uint(2056, 2), Buffer.from([0]), key.body.subarray(8)]);
    const file = signed({ by: key });
    const { keyring } = read(Buffer.concat([anchorKey, packet(6, padded)]));
    expect(keyring.fingerprints()).toEqual([anchor.fingerprint]);
    expect(await judge(file, { keys: [Buffer.concat([anchorKey, packet(6, padded)])] })).toMatchObject({
      verdict: 'key-missing',
    });
  });

  it('passes over a user ID that is too long, with the signatures on it', () => {
    const long = 'x'.repeat(MAX_USER_ID_BYTES + 1);
    const { keyring } = read(publicKey(signer, SIGNER_ID, userIdPacket(long), selfCertify(signer, long)));
    const [userId, ...others] = [...(keyring.get(signer.fingerprint)?.userIds.values() ?? [])];
    expect(others).toEqual([]);
    expect(userId?.signatures.size).toBe(1);
    expect(keyring.problems).toEqual([
      { source: 'file.key', problem: expect.stringMatching(/user ID is longer than/) },
    ]);
  });

  it('keeps to the most subkeys of a key, wherever they come from, and learns more of those it has', () => {
    const subkeys = Array.from({ length: MAX_SUBKEYS_PER_KEY + 1 }, (_, index) => new ForgedKey('ed25519-new', index));
    const keyring = new Keyring();
    const half = subkeys.length / 2;
    keyring.add(Buffer.concat([anchorKey, ...subkeys.slice(0, half).map(subkeyPacket)]), 'a');
    keyring.add(Buffer.concat([anchorKey, ...subkeys.slice(half).map(subkeyPacket)]), 'b');
    expect(keyring.problems).toEqual([{ source: 'b', problem: expect.stringMatching(/more than 100 subkeys/) }]);
    expect(subkeys.map(({ keyId }) => keyring.find(keyId).length)).toEqual([...subkeys.slice(1).map(() => 1), 0]);
    const [first, last] = [subkeys[0], subkeys.at(-1)] as [ForgedKey, ForgedKey];
    const revocations = [first, last].map((subkey) =>
      Buffer.concat([subkeyPacket(subkey), revokeSubkey(anchor, subkey)]),
    );
    keyring.add(Buffer.concat([anchorKey, ...revocations]), 'c');
    expect(keyring.find(first.keyId)[0]?.subkey?.signatures.size).toBe(1);
    expect(keyring.find(last.keyId)).toEqual([]);
  });

  it('passes over new keys past the most, and learns more of those it has', () => {
    const keyring = new Keyring();
    keyring.add(certifiedKey, 'a', 1);
    keyring.add(
      Buffer.concat([anchorKey, publicKey(stranger, 'x'), publicKey(signer, SIGNER_ID, revokeKey(signer))]),
      'b',
      1,
    );
    expect(keyring.fingerprints()).toEqual([signer.fingerprint]);
    expect(keyring.get(signer.fingerprint)?.signatures.size).toBe(1);
    expect(keyring.problems).toEqual([{ source: 'b', problem: expect.stringMatching(/more keys than/) }]);
  });

  it('reads anything or throws a DataError', () => {
    const start = Buffer.concat([anchorKey, certifiedKey]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(start.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const bytes = Buffer.from(start);
        for (const [index, value] of changes) bytes[index] = value;
        try {
          expect(new Keyring().add(bytes, 'x')).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('key material that was changed at random never makes a stranger trusted', async () => {
    const stolen = publicKey(stranger, SIGNER_ID, certifiedKey.subarray(keyPacket(signer).length));
    const file = signed({ by: stranger });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(stolen.length - 1), fc.nat(255)), { maxLength: 4 }),
        async (changes) => {
          const bytes = Buffer.from(stolen);
          for (const [index, value] of changes) bytes[index] = value;
          try {
            expect((await judge(file, { keys: [anchorKey, bytes] })).verdict).not.toBe('trusted');
          } catch (error) {
            expect(error).toBeInstanceOf(DataError);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
