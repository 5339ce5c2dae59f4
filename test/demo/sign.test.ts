import { afterAll, describe, expect, it } from 'vitest';
import { certify, revokeCertification, revokeKey } from '../../src/openpgp/certify.js';
import type { Digest } from '../../src/openpgp/make-signature.js';
import { generateKey, type KeyType } from '../../src/openpgp/secret-key.js';
import { clearsign } from '../../src/openpgp/sign.js';
import { GPG_MISSING, Gpg } from '../helpers/gpg.js';
import { KEYS_CREATED, testKeys } from '../helpers/keys.js';

const TEXTS: Readonly<Record<string, string>> = {
  ordinary: 'first\nsecond\n',
  'dashes and blanks': '-dash\n- dashed\n--\ntrailing \t\n\nFrom me\n',
  'no line end at the end': 'text',
  'line ends of Windows': 'a\r\nb\r\n',
  'empty lines at the end': 'a\n\n \n',
  'bytes that are not UTF-8': 'caf\xe9\xff\x0c\n',
  empty: '',
};

const DIGESTS: readonly Digest[] = ['sha256', 'sha384', 'sha512'];
const COMBINATIONS: readonly (readonly [KeyType, Digest])[] = [
  ...(['ed25519', 'rsa2048', 'nistP256'] as const).flatMap((type) => DIGESTS.map((digest) => [type, digest] as const)),
  ['rsa2048', 'sha1'],
];

describe('cleartext framing', () => {
  it('escapes dashes, ends lines with LF and names one digest', async () => {
    const { signer } = await testKeys();
    const signed = (await clearsign(Buffer.from('-x \n\ny\r\n'), signer)).toString('latin1');
    expect(signed).toMatch(
      /^-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- -x\n\ny\n-----BEGIN PGP SIGNATURE-----\n\n([\w+/=]{1,64}\n)+=[\w+/]{4}\n-----END PGP SIGNATURE-----\n$/,
    );
  });

  it('keeps every byte of ordinary lines', async () => {
    const { signer } = await testKeys();
    const text = Buffer.from(Array.from({ length: 246 }, (_, index) => index + 10).filter((byte) => byte !== 13));
    expect((await clearsign(text, signer)).includes(text)).toBe(true);
  });
});

describe('keys', () => {
  it('are named by their fingerprints', async () => {
    const { signer } = await testKeys();
    expect(signer.fingerprint).toMatch(/^[0-9A-F]{40}$/);
    expect(signer.keyId).toBe(signer.fingerprint.slice(24));
    expect(signer.armored()).toContain('BEGIN PGP PUBLIC KEY BLOCK');
  });
});

describe.skipIf(GPG_MISSING !== undefined)(`what GnuPG says of it ${GPG_MISSING ?? ''}`, () => {
  const gpg = new Gpg();
  afterAll(() => gpg.cleanup());

  it.each(COMBINATIONS)('%s with %s: good', async (type, digest) => {
    const key = await generateKey({ name: type, email: 'key@example.org', type, created: KEYS_CREATED });
    gpg.import(key.publicKey());
    const signed = await clearsign(Buffer.from(TEXTS['dashes and blanks'] ?? ''), key, { digest });
    expect(gpg.verify(signed).stdout).toContain(`VALIDSIG ${key.fingerprint}`);
  });

  it.each(Object.entries(TEXTS))('%s: good', async (_, text) => {
    const { signer } = await testKeys();
    gpg.import(signer.publicKey());
    const { code, stdout } = gpg.verify(await clearsign(Buffer.from(text, 'latin1'), signer));
    expect(code).toBe(0);
    expect(stdout).toContain('GOODSIG');
  });

  it('signatures and keys expire', async () => {
    const { signer } = await testKeys();
    const signed = await clearsign(Buffer.from('x\n'), signer, { date: KEYS_CREATED, expiresInSeconds: 60 });
    expect(gpg.verify(signed).stdout).toContain('EXPSIG');
    const expired = { name: 'Expired', email: 'e@example.org', created: KEYS_CREATED, expiresInSeconds: 3600 };
    const key = await generateKey(expired);
    gpg.import(key.publicKey());
    expect(gpg.verify(await clearsign(Buffer.from('x\n'), key)).stdout).toContain('EXPKEYSIG');
  });

  it('certifications, their revocation and the key’s own are valid', async () => {
    const { anchor, certified } = await testKeys();
    const signer = await generateKey({ name: 'Revoked', email: 'r@example.org', created: KEYS_CREATED });
    const date = new Date(KEYS_CREATED.getTime() + 1000);
    let publicKey = await certify(signer.publicKey(), anchor, { date, type: 0x13, digest: 'sha512' });
    publicKey = await revokeCertification(publicKey, anchor);
    publicKey = await revokeKey(signer, { publicKey, reason: { code: 3, text: '' } });
    for (const key of [anchor.publicKey(), certified, publicKey]) expect(gpg.import(key).code).toBe(0);
    const checked = gpg.checkedSignatures(signer.fingerprint).map((line) => line.split(':'));
    expect(checked.map(([kind, result]) => `${kind}${result}`).sort()).toEqual(['rev!', 'rev!', 'sig!', 'sig!']);
    const byAnchor = checked.filter(([, , , , keyId]) => keyId === anchor.keyId).map((fields) => fields[10]);
    expect(byAnchor.sort()).toEqual(['13x', '30x']);
  });
});
