import { setImmediate } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalText, parseCleartext } from '../../src/openpgp/armor.js';
import { isSignedBy } from '../../src/openpgp/crypto.js';
import { type KeyPacket, parseKeyPacket } from '../../src/openpgp/key-packet.js';
import type { Digest } from '../../src/openpgp/make-signature.js';
import { readPackets } from '../../src/openpgp/packets.js';
import { isSignedByRsa } from '../../src/openpgp/rsa.js';
import { generateKey, type SecretKey } from '../../src/openpgp/secret-key.js';
import { clearsign } from '../../src/openpgp/sign.js';
import { parseSignature, type Signature } from '../../src/openpgp/signature-packet.js';

let secret: SecretKey;
let key: KeyPacket;
let stranger: KeyPacket;
beforeAll(async () => {
  const make = (name: string) => generateKey({ name, email: 'somebody@example.org', type: 'rsa2048' });
  secret = await make('Signer');
  key = keyOf(secret);
  stranger = keyOf(await make('Stranger'));
});

function keyOf(made: SecretKey): KeyPacket {
  return parseKeyPacket(firstBody(Buffer.from(made.publicKey())));
}

function firstBody(packets: Buffer): Buffer {
  const [first] = readPackets(packets);
  if (first === undefined) throw new Error('no packet');
  return first.body;
}

async function signed(digest: Digest = 'sha256'): Promise<{ signature: Signature; bytes: Buffer }> {
  const message = parseCleartext(await clearsign(Buffer.from('one\ntwo\n'), secret, { digest }));
  return { signature: parseSignature(firstBody(message.signature)), bytes: canonicalText(message.text) };
}

/** The same numbers under other bits: length, then bytes. */
function number(bits: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([bits >> 8, bits & 0xff]), bytes]);
}

describe('an RSA signature', () => {
  it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)(
    'with %s is its maker’s over these bytes alone',
    async (digest) => {
      const { signature, bytes } = await signed(digest);
      expect(isSignedByRsa(signature, key, bytes)).toBe(true);
      expect(isSignedByRsa(signature, stranger, bytes)).toBe(false);
      expect(isSignedByRsa(signature, key, Buffer.concat([bytes, Buffer.from('.')]))).toBe(false);
      expect(await isSignedBy(signature, key, bytes)).toBe(true);
    },
  );

  it('counts in no other form', async () => {
    const { signature, bytes } = await signed();
    const material = Buffer.from(signature.material);
    const flipped = Buffer.from(material);
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    const forms: Record<string, Partial<Signature>> = {
      'a flipped bit': { material: flipped },
      'a byte behind': { material: Buffer.concat([material, Buffer.from([0])]) },
      'a second number': { material: Buffer.concat([material, material]) },
      'longer than the modulus': { material: number(2056, Buffer.concat([Buffer.from([1]), Buffer.alloc(256)])) },
      'cut off': { material: material.subarray(0, -1) },
      'much shorter than the modulus': { material: number(8, Buffer.from([0xff])) },
      zero: { material: number(0, Buffer.alloc(0)) },
      'another begin of the digest': { digestStart: Buffer.from(signature.digestStart).fill(0x5a) },
      'another type in what is covered': { hashedPart: Buffer.from(signature.hashedPart).fill(0, 1, 2) },
      'another algorithm': { keyAlgorithm: 17 },
    };
    for (const [name, change] of Object.entries(forms)) {
      expect(await isSignedBy({ ...signature, ...change }, key, bytes), name).toBe(false);
    }
  });

  it('with a digest that OpenSSL is not asked about is left to the library', async () => {
    const { signature, bytes } = await signed();
    expect(isSignedByRsa({ ...signature, digest: 1 }, key, bytes)).toBe(null);
    expect(isSignedByRsa({ ...signature, digest: 99 }, key, bytes)).toBe(null);
  });
});

it('thousands of signatures let the event loop turn: a Ctrl-C is heard', async () => {
  const { signature, bytes } = await signed();
  let done = false;
  let turns = 0;
  const turning = (async () => {
    for (; !done; turns += 1) await setImmediate();
  })();
  const answers = await Promise.all(Array.from({ length: 6000 }, () => isSignedBy(signature, key, bytes)));
  done = true;
  await turning;
  expect(answers.every((answer) => answer)).toBe(true);
  expect(turns).toBeGreaterThan(3);
});
