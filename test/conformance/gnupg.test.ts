import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Keyring } from '../../src/openpgp/keyring.js';
import { generateKey } from '../../src/openpgp/secret-key.js';
import { clearsign } from '../../src/openpgp/sign.js';
import { type SignatureOutcome, Verifier } from '../../src/openpgp/verify.js';
import { GNUPG_MISSING, GnuPg } from './gnupg.js';

const TEXT = Buffer.from(
  `[config]\nversion=1\nhash=sha256\n[hashes]\n-x.php = ${'0'.repeat(64)}\nFrom here = ${'1'.repeat(64)}\n\xe4 \t \n;# End\n`,
  'latin1',
);
const ANCHOR = 'Anchor <anchor@example.org>';

describe.skipIf(GNUPG_MISSING)('GnuPG and sigsweep say the same (gpg has to be installed)', () => {
  let gnupg: GnuPg;
  let anchor: string;

  beforeAll(async () => {
    gnupg = await GnuPg.create();
    anchor = await gnupg.makeKey(ANCHOR, 'ed25519');
  });

  afterAll(async () => {
    await gnupg.remove();
  });

  async function sign(signer: string, digest: string): Promise<Buffer> {
    const path = await gnupg.file(`text-${signer}`, TEXT);
    return gnupg.gpg('--local-user', `${signer}!`, '--digest-algo', digest, '--output', '-', '--clearsign', path);
  }

  async function judge(file: Uint8Array, ...fingerprints: string[]): Promise<SignatureOutcome> {
    const keyring = new Keyring();
    for (const [index, fingerprint] of [anchor, ...fingerprints].entries()) {
      const armored = index % 2 === 0 ? ['--armor'] : [];
      keyring.add(await gnupg.gpg(...armored, '--export', fingerprint), fingerprint);
    }
    expect(keyring.problems).toEqual([]);
    return new Verifier(keyring, {
      anchors: new Set([anchor]),
      revoked: new Set(),
      policy: 'compat',
      // Keys and signatures of this very second are not from the future.
      now: new Date(Date.now() + 1000),
    }).verify(file);
  }

  it.each([
    ['rsa2048', 'SHA256'],
    ['rsa2048', 'SHA512'],
    ['rsa4096', 'SHA256'],
    ['rsa4096', 'SHA1'],
    ['ed25519', 'SHA256'],
    ['ed25519', 'SHA512'],
    ['nistp256', 'SHA256'],
    ['nistp256', 'SHA512'],
  ])('case 98: %s with %s, before, while and after the anchor certifies the signer', async (algorithm, digest) => {
    const name = `${algorithm} ${digest} <${algorithm}-${digest}@example.org>`;
    const signer = await gnupg.makeKey(name, algorithm);
    await gnupg.forgetOwner(signer);
    const file = await sign(signer, digest);

    const untrusted = await gnupg.verify(file);
    expect(untrusted.words).toEqual(expect.arrayContaining(['GOODSIG', 'TRUST_UNDEFINED']));
    expect(await judge(file, signer)).toMatchObject({ verdict: 'untrusted', signature: { signer } });

    await gnupg.ago(1800, '--default-key', anchor, '--quick-sign-key', signer);
    const trusted = await gnupg.verify(file);
    expect(trusted.words).toEqual(expect.arrayContaining(['GOODSIG', 'TRUST_FULLY']));
    const outcome = await judge(file, signer);
    expect(outcome).toMatchObject({ verdict: 'trusted', reason: '', signature: { trust: 'certified', signer } });
    expect(outcome.signature?.textSha256).toBe(createHash('sha256').update(trusted.text).digest('hex'));

    const altered = Buffer.from(file.toString('latin1').replace('sha256', 'sha512'), 'latin1');
    expect((await gnupg.verify(altered)).words).toContain('BADSIG');
    expect(await judge(altered, signer)).toMatchObject({ verdict: 'invalid' });

    await gnupg.gpg('--quick-revoke-sig', signer, anchor);
    expect((await gnupg.verify(file)).words).not.toContain('TRUST_FULLY');
    expect(await judge(file, signer)).toMatchObject({ verdict: 'revoked' });
  });

  it('a signing subkey, then its revocation', async () => {
    const signer = await gnupg.makeKey('Subkey <subkey@example.org>', 'ed25519');
    await gnupg.forgetOwner(signer);
    await gnupg.gpg('--quick-add-key', signer, 'ed25519', 'sign', 'never');
    await gnupg.ago(1800, '--default-key', anchor, '--quick-sign-key', signer);
    const listing = (await gnupg.gpg('--with-colons', '--list-keys', signer)).toString();
    const subkey = /^sub:[\s\S]*?^fpr:+([0-9A-F]{40}):/m.exec(listing)?.[1] ?? '';
    const file = await sign(subkey, 'SHA256');
    expect((await gnupg.verify(file)).words).toEqual(expect.arrayContaining(['GOODSIG', 'TRUST_FULLY']));
    expect(await judge(file, signer)).toMatchObject({
      verdict: 'trusted',
      signature: { signer, keyId: subkey.slice(-16) },
    });
    await gnupg.revokeSubkey(signer);
    expect((await gnupg.verify(file)).words).toContain('REVKEYSIG');
    expect(await judge(file, signer)).toMatchObject({ verdict: 'revoked' });
  });

  it('a revoked key', async () => {
    const signer = await gnupg.makeKey('Revoked <revoked@example.org>', 'ed25519');
    await gnupg.forgetOwner(signer);
    await gnupg.ago(1800, '--default-key', anchor, '--quick-sign-key', signer);
    const file = await sign(signer, 'SHA256');
    const stored = await readFile(join(gnupg.home, 'openpgp-revocs.d', `${signer}.rev`), 'utf8');
    const revocation = await gnupg.file('revocation', Buffer.from(stored.replace(':-----BEGIN', '-----BEGIN')));
    await gnupg.gpg('--import', revocation);
    expect((await gnupg.verify(file)).words).toContain('REVKEYSIG');
    expect(await judge(file, signer)).toMatchObject({ verdict: 'revoked' });
  });

  it('an expired key', async () => {
    const signer = await gnupg.makeKey('Expired <expired@example.org>', 'ed25519');
    await gnupg.forgetOwner(signer);
    await gnupg.ago(1800, '--default-key', anchor, '--quick-sign-key', signer);
    const file = await sign(signer, 'SHA256');
    await gnupg.ago(600, '--quick-set-expire', signer, 'seconds=60');
    expect((await gnupg.verify(file)).words).toContain('EXPKEYSIG');
    expect(await judge(file, signer)).toMatchObject({ verdict: 'expired' });
  });

  it('the anchor itself', async () => {
    const file = await sign(anchor, 'SHA512');
    expect((await gnupg.verify(file)).words).toEqual(expect.arrayContaining(['GOODSIG', 'TRUST_ULTIMATE']));
    expect(await judge(file)).toMatchObject({ verdict: 'trusted', signature: { trust: 'anchor', signer: anchor } });
  });

  it.each(['rsa2048', 'ed25519', 'nistP256'] as const)('case 99: what our own sign writes with %s', async (type) => {
    const key = await generateKey({
      name: type,
      email: `${type}@example.com`,
      type,
      created: new Date(Date.now() - 3_600_000),
    });
    const file = await clearsign(TEXT, key);
    await gnupg.gpg('--import', await gnupg.file(`${type}.key`, key.publicKey()));
    await gnupg.ago(1800, '--default-key', anchor, '--quick-sign-key', key.fingerprint);
    const theirs = await gnupg.verify(file);
    expect(theirs.words).toEqual(expect.arrayContaining(['GOODSIG', 'TRUST_FULLY']));
    const ours = await judge(file, key.fingerprint);
    expect(ours).toMatchObject({ verdict: 'trusted', reason: '' });
    expect(ours.signature?.textSha256).toBe(createHash('sha256').update(theirs.text).digest('hex'));
  });
});
