/** Which signature a package gets: the one that is there, a new one, or none. */
import { hash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeModuleSignature } from '../../src/demo/module-signature.js';
import { moduleXml } from '../../src/demo/modules.js';
import { fromText } from '../../src/files/bytepath.js';
import { certify, revokeKey } from '../../src/openpgp/certify.js';
import { generateKey, type SecretKey } from '../../src/openpgp/secret-key.js';
import { KEYS_CREATED } from '../helpers/keys.js';
import { NAME, OLD_SIGNATURE, PACKAGE, Packing, VERSION } from './packing.js';

const PASSPHRASE = 'correct horse battery';

/** What is said where there is no keystore. */
const WITHOUT = /^ {2}WITHOUT a signature: there is no .*keystore.*--key FILE/m;

/** Another signer that the anchor has certified, and its file. */
async function secondSigner(packing: Packing): Promise<{ key: SecretKey; file: string }> {
  const key = await generateKey({ name: 'Second', created: KEYS_CREATED });
  packing.system.writeKey(await certify(key.publicKey(), packing.system.anchor, { date: KEYS_CREATED }), 'second');
  return { key, file: await packing.writeKey('second.asc', key) };
}

describe('a signature that is there', () => {
  it('is kept where it counts and lists just these files, whoever made it, with a key at hand or without', async () => {
    const packing = await Packing.begin({ 'a.txt': 'a' });
    const { bytes } = await packing.packed();
    const signature = readFileSync(packing.signature);
    for (const args of [['--key', packing.key], [], ['--require-signature']]) {
      const again = await packing.packed(args);
      expect(again.said).toContain(`signed by ${packing.system.signer.fingerprint} on `);
      expect(again.bytes.equals(bytes)).toBe(true);
      expect(readFileSync(packing.signature).equals(signature)).toBe(true);
    }
  });

  it("is replaced where a key is named that is not its signer's", async () => {
    const packing = await Packing.begin();
    const { key, file } = await secondSigner(packing);
    await packing.packed();
    const { said } = await packing.packed(['--key', file]);
    expect(said).toMatch(new RegExp(`^  signed by ${key.fingerprint}$`, 'm'));
    expect(await packing.verified()).toMatchObject({ verdict: 'good', signature: { signer: key.fingerprint } });
  });

  it.each([
    ['a file is altered', (packing: Packing) => packing.write('a.txt', 'altered')],
    ['a file is gone', (packing: Packing) => rmSync(join(packing.module, 'a.txt'))],
    ['a file is new', (packing: Packing) => packing.write('b.txt', 'b')],
    ['its own bytes are', (packing: Packing) => packing.write('module.sig', OLD_SIGNATURE)],
    ['it is gone', (packing: Packing) => rmSync(packing.signature)],
  ])('is made anew where %s; without a key there is none in the package', async (_, change) => {
    const packing = await Packing.begin({ 'a.txt': 'a' });
    await packing.packed();
    change(packing);
    expect((await packing.packed([])).said).toMatch(WITHOUT);
    expect(await packing.verified()).toMatchObject({ verdict: 'unsigned', reason: 'there is no module.sig' });
    expect((await packing.packed()).said).toMatch(/^ {2}signed by [0-9A-F]{40}$/m);
    expect(await packing.verified()).toMatchObject({ verdict: 'good', findings: [] });
  });

  it.each([
    ['counts on one machine only', { type: 'local' }],
    ['counts for a time only', { expiresafter: '4000000000' }],
  ])('is not handed out where it %s', async (_, config) => {
    const packing = await Packing.begin();
    const entries = new Map([[fromText('module.xml'), hash('sha256', moduleXml(NAME, VERSION), 'hex')]]);
    await writeModuleSignature(packing.module, entries, packing.system.signer, { config });
    expect((await packing.packed([])).said).toMatch(WITHOUT);
  });

  it('does not count once its signer is revoked', async () => {
    const packing = await Packing.begin();
    await packing.packed();
    packing.system.writeKey(await revokeKey(packing.system.signer, { date: KEYS_CREATED }), 'revocation');
    expect((await packing.packed([])).said).toMatch(WITHOUT);
  });
});

describe('without a key', () => {
  it('a package has no signature, and it is said why', async () => {
    const packing = await Packing.begin();
    expect((await packing.packed([])).said).toMatch(WITHOUT);
    expect(await packing.verified()).toMatchObject({ verdict: 'unsigned', signature: null });
  });

  it.each([
    ['the signature', ['--require-signature']],
    ['the message around it', ['--gpg']],
  ])('it is an error where %s is asked for', async (_, args) => {
    const packing = await Packing.begin();
    packing.write('module.sig', OLD_SIGNATURE);
    expect(await packing.refused(args)).toMatch(/keystore.*--key FILE/);
  });
});

describe('a key that was named and cannot sign is an error', () => {
  it.each([
    ['is not there', async (packing: Packing) => join(packing.system.dir, 'none'), /^key \S+none: ENOENT/],
    ['is no key', async (packing: Packing) => packing.system.write('no-key', 'x'), /^key \S+no-key: /],
    [
      'has no private part',
      async (packing: Packing) => join(packing.system.keyring, 'signer.key'),
      /^key \S+signer\.key: .*private/,
    ],
    [
      'nobody has certified',
      async (packing: Packing) => packing.writeKey('stranger', await generateKey({ name: 'S', created: KEYS_CREATED })),
      /^key [0-9A-F]{40} would not be trusted: .*sigsweep keys request/,
    ],
    [
      'has expired',
      async (packing: Packing) => {
        const key = await generateKey({ name: 'E', created: KEYS_CREATED, expiresInSeconds: 3600 });
        packing.system.writeKey(await certify(key.publicKey(), packing.system.anchor, { date: KEYS_CREATED }), 'e');
        return packing.writeKey('expired', key);
      },
      /^key [0-9A-F]{40} must not sign: .*expired/,
    ],
    [
      'was revoked',
      async (packing: Packing) => {
        const { signer } = packing.system;
        packing.system.writeKey(await revokeKey(signer, { date: KEYS_CREATED }), 'revocation');
        return packing.key;
      },
      /^key [0-9A-F]{40} must not sign: .*revoked/,
    ],
  ])('where it %s', async (_, key, reason) => {
    const packing = await Packing.begin();
    packing.write('module.sig', OLD_SIGNATURE);
    expect(await packing.refused(['--key', await key(packing)])).toMatch(reason);
  });

  it('where its passphrase is wrong, and a right one is needed for the signature only', async () => {
    const packing = await Packing.begin();
    const key = await packing.writeKey('locked.asc', packing.system.signer, PASSPHRASE);
    const wrong = packing.system.write('wrong', 'mistyped secret\n', 0o600);
    expect(await packing.refused(['--key', key, '--passphrase-file', wrong])).toMatch(/the passphrase is wrong$/);
    expect(await packing.refused(['--key', key])).toMatch(/--passphrase-file or --passphrase-fd$/);
    await packing.packed(['--key', key, '--passphrase-fd', '0'], { input: `${PASSPHRASE}\n` });
    expect(await packing.verified()).toMatchObject({ verdict: 'good' });
    // The signature is kept, and nobody is asked.
    await packing.packed(['--key', key]);
  });
});

it('a key that no anchor has certified signs for a test, and systems call the package untrusted', async () => {
  const packing = await Packing.begin();
  const own = await generateKey({ name: 'Own', created: KEYS_CREATED });
  const key = await packing.writeKey('own.asc', own);
  await packing.packed(['--key', key, '--allow-uncertified', '--gpg']);
  packing.system.writeKey(own.publicKey(), 'own');
  expect(await packing.verified()).toMatchObject({ verdict: 'untrusted' });
  expect(await packing.verified(`${PACKAGE}.gpg`)).toMatchObject({ verdict: 'untrusted' });
});

it('a locked key is asked for once, for the list and for the message', async () => {
  const packing = await Packing.begin();
  const key = await packing.writeKey('locked.asc', packing.system.signer, PASSPHRASE);
  await packing.packed(['--key', key, '--gpg', '--passphrase-fd', '0'], { input: `${PASSPHRASE}\n` });
  expect(await packing.verified(`${PACKAGE}.gpg`)).toMatchObject({ verdict: 'good' });
});
