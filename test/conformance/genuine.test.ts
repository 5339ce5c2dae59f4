import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../src/manifest/manifest.js';
import { Keyring } from '../../src/openpgp/keyring.js';
import { VENDOR_ANCHORS } from '../../src/openpgp/trust.js';
import { Verifier } from '../../src/openpgp/verify.js';

/** What GnuPG said of one genuine file. `signer` is absent where it could not say. */
interface Expected {
  readonly path: string;
  readonly gpg: { readonly status: readonly string[] };
  readonly signer?: string;
  readonly signedAt?: number;
  readonly textSha256?: string;
  readonly entries?: number;
}

const root = resolve(import.meta.dirname, '../../../shared/real');
const isAbsent = !existsSync(resolve(root, 'expected.json'));

if (isAbsent) {
  describe('genuine signatures', () => {
    it.skip(`needs the genuine files, which are not part of the project (expected in ${root})`, () => {});
  });
} else {
  const expected: Expected[] = JSON.parse(readFileSync(resolve(root, 'expected.json'), 'utf8'));
  const verifier = makeVerifier();

  describe('genuine signatures: the verdict is GnuPG’s (cases 45, 97)', () => {
    it('are the 53 good, 2 without a key and 1 damaged that this suite was written for', () => {
      const good = expected.filter(({ gpg }) => gpg.status.includes('GOODSIG'));
      const withoutKey = expected.filter(({ gpg }) => gpg.status.includes('NO_PUBKEY'));
      expect([good.length, withoutKey.length, expected.length]).toEqual([53, 2, 56]);
    });

    it.each(expected.map((item) => [item.path, item] as const))('%s', async (path, item) => {
      const outcome = await verifier.verify(readFileSync(resolve(root, path)));
      if (item.gpg.status.includes('GOODSIG')) {
        if (outcome.verdict !== 'trusted') throw new Error(`${outcome.verdict}: ${outcome.reason}`);
        expect(outcome.signature).toMatchObject({
          signer: item.signer,
          signedAt: new Date((item.signedAt ?? 0) * 1000),
          textSha256: item.textSha256,
          digest: 'sha1',
          warnings: ['weak-digest'],
        });
        expect(parseManifest(outcome.text).entries.size).toBe(item.entries);
      } else if (item.gpg.status.includes('NO_PUBKEY')) {
        expect(outcome).toMatchObject({ verdict: 'key-missing', signature: { textSha256: item.textSha256 } });
      } else {
        expect(outcome.verdict).toBe('invalid');
      }
    });
  });
}

function makeVerifier(): Verifier {
  const keyring = new Keyring();
  for (const name of readdirSync(resolve(root, 'keys'))) keyring.add(readFileSync(resolve(root, 'keys', name)), name);
  return new Verifier(keyring, {
    anchors: new Set(VENDOR_ANCHORS),
    revoked: new Set(),
    policy: 'compat',
    now: new Date(),
  });
}
