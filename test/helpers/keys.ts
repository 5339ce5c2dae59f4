import { certify } from '../../src/openpgp/certify.js';
import { generateKey, type SecretKey } from '../../src/openpgp/secret-key.js';

/** When the keys of {@link testKeys} were made and certified: long enough ago to date signatures before the present. */
export const KEYS_CREATED = new Date('2024-01-01T00:00:00Z');

export interface TestKeys {
  anchor: SecretKey;
  signer: SecretKey;
  /** The signer's public key with the anchor's certification. */
  certified: Uint8Array;
}

let keys: Promise<TestKeys> | undefined;

/** An anchor and a signer it has certified, both Ed25519: made once per test file. */
export function testKeys(): Promise<TestKeys> {
  keys ??= makeKeys();
  return keys;
}

async function makeKeys(): Promise<TestKeys> {
  const [anchor, signer] = await Promise.all([
    generateKey({ name: 'Test anchor', email: 'anchor@example.org', created: KEYS_CREATED }),
    generateKey({ name: 'Test signer', email: 'signer@example.org', created: KEYS_CREATED }),
  ]);
  return { anchor, signer, certified: await certify(signer.publicKey(), anchor, { date: KEYS_CREATED }) };
}
