import { describe, expect, it } from 'vitest';
import { ForgedKey, issuerFingerprint, NOW, SIGNED, subpacket } from '../openpgp/forge.js';
import { frame, publicKey, signatureExpires } from '../openpgp/forge-keys.js';
import { ANCHOR_ID, anchor, judge, signed, signer, TEXT } from '../openpgp/world.js';
import { goodSignature as good, notation, packetVectors, signerWith } from './packet.js';
import { testVectors } from './vector.js';

testVectors('the signature packet', packetVectors, 34);

describe('the signature packet, bit by bit and key by key', () => {
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
