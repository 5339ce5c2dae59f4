/** `sigsweep pack --gpg` and keys in GnuPG's keystore, by the word of GnuPG and of `sigsweep verify`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { certify } from '../../src/openpgp/certify.js';
import { GNUPG_MISSING, GnuPg } from '../conformance/gnupg.js';
import { NAME, OLD_SIGNATURE, PACKAGE, Packing, VERSION } from './packing.js';

const MESSAGE = `${PACKAGE}.gpg`;
const PASSPHRASE = 'correct horse battery';

/** A keystore of its own, which is gone with its agent when the running test ends. */
async function keystore(): Promise<GnuPg> {
  const gnupg = await GnuPg.create();
  onTestFinished(() => gnupg.remove());
  return gnupg;
}

/** Makes a key that signs known to the program, certified by the anchor. */
async function certified(packing: Packing, gnupg: GnuPg, fingerprint: string): Promise<string> {
  const publicKey = await gnupg.gpg('--export', fingerprint);
  const date = new Date(Date.now() - 1_800_000);
  packing.system.writeKey(await certify(publicKey, packing.system.anchor, { date }), fingerprint);
  return fingerprint;
}

const read = (packing: Packing, file: string) => readFileSync(join(packing.output, file));

describe('the signed message around a package', () => {
  it('is written beside it and holds it, byte for byte', async () => {
    const packing = await Packing.begin({ 'a.txt': 'a' });
    const { bytes, said } = await packing.packed(['--key', packing.key, '--gpg']);
    expect(readdirSync(packing.output).sort()).toEqual([PACKAGE, MESSAGE]);
    expect(said.match(/^ {2}wrote \S+ {2}\S+ k?B {2}SHA-256 [0-9a-f]{64}$/gm)).toHaveLength(2);
    const { module, notes } = await packing.report(MESSAGE);
    expect(module).toMatchObject({ name: NAME, version: VERSION, verdict: 'good', listed: 2, hashed: 2, findings: [] });
    const day = new Date().toISOString().slice(0, 10);
    expect(notes).toEqual([`the package itself was signed by ${packing.system.signer.fingerprint}, ${day}`]);
    const again = await packing.packed(['--key', packing.key, '--gpg']);
    expect(again.bytes.equals(bytes)).toBe(true);
  });

  it.skipIf(GNUPG_MISSING)('is good for GnuPG, with the name and the bytes of the package (needs gpg)', async () => {
    const packing = await Packing.begin({ 'a.txt': 'a' });
    const { bytes } = await packing.packed(['--key', packing.key, '--gpg']);
    const gnupg = await keystore();
    const { anchor, signer, keyring } = packing.system;
    await gnupg.gpg('--import', join(keyring, 'anchor.key'), join(keyring, 'signer.key'));
    const owner = await gnupg.file('owner', Buffer.from(`${anchor.fingerprint}:6:\n`));
    await gnupg.gpg('--import-ownertrust', owner);
    const { words, text } = await gnupg.verify(read(packing, MESSAGE));
    expect(words).toEqual(expect.arrayContaining(['GOODSIG', 'VALIDSIG', 'TRUST_FULLY']));
    expect(text.equals(bytes)).toBe(true);
    const packets = (await gnupg.gpg('--list-packets', join(packing.output, MESSAGE))).toString();
    expect(packets).toMatch(/^# off=0 ctb=a3 tag=8 hlen=1 plen=0 indeterminate\n:compressed packet: algo=1\n/);
    expect(packets).toMatch(new RegExp(`^\\s*mode b \\(62\\), created 0, name="${PACKAGE}",`, 'm'));
    expect(packets.match(/^:signature packet: .*keyid ([0-9A-F]{16})$/gm)).toHaveLength(1);
    expect(packets).toContain(signer.fingerprint.slice(-16));
  });
});

describe.skipIf(GNUPG_MISSING)("a key in GnuPG's keystore (gpg has to be installed)", () => {
  it('is found, and signs the list and the message', async () => {
    const packing = await Packing.begin({ 'a.txt': 'a' });
    const gnupg = await keystore();
    await gnupg.makeKey('Stranger <s@example.org>', 'ed25519');
    const key = await certified(packing, gnupg, await gnupg.makeKey('Signer <k@example.org>', 'rsa2048'));
    const { bytes, said } = await packing.packed(['--gpg'], { env: { GNUPGHOME: gnupg.home } });
    expect(said).toContain(`\n  signed by ${key}\n`);
    for (const file of [PACKAGE, MESSAGE]) {
      expect(await packing.verified(file, '--policy', 'strict')).toMatchObject({
        verdict: 'good',
        signature: { signer: key },
      });
    }
    const { words, text } = await gnupg.verify(read(packing, MESSAGE));
    expect(words).toContain('GOODSIG');
    expect(text.equals(bytes)).toBe(true);
  });

  it('that a part of signs, signs the message with that part', async () => {
    const packing = await Packing.begin();
    const gnupg = await keystore();
    const key = await gnupg.makeKey('Signer <k@example.org>', 'ed25519');
    await gnupg.ago(3000, '--quick-add-key', key, 'ed25519', 'sign', 'never');
    await certified(packing, gnupg, key);
    await packing.packed(['--gpg', '--gnupg-home', gnupg.home]);
    expect(await packing.verified(MESSAGE)).toMatchObject({ verdict: 'good', signature: { signer: key } });
    expect((await gnupg.verify(read(packing, MESSAGE))).words).toContain('GOODSIG');
  });

  it('that is locked signs with the passphrase from a file; a wrong one is one sentence', async () => {
    const packing = await Packing.begin();
    const gnupg = await keystore();
    // Locking is to be quick here, not hard to break.
    writeFileSync(join(gnupg.home, 'gpg-agent.conf'), 's2k-count 65536\n');
    const user = 'Locked <l@example.org>';
    await gnupg.ago(3600, '--passphrase', PASSPHRASE, '--quick-generate-key', user, 'ed25519', 'sign,cert', 'never');
    const listing = (await gnupg.gpg('--with-colons', '--list-keys')).toString();
    const key = await certified(packing, gnupg, /^fpr:+([0-9A-F]{40}):/m.exec(listing)?.[1] ?? '');
    // The agent remembers what it was told when the key was made.
    await gnupg.forgetPassphrases();
    const from = (passphrase: string) => {
      const file = packing.system.write('passphrase', `${passphrase}\n`, 0o600);
      return ['--gpg', '--gnupg-home', gnupg.home, '--signer', key, '--passphrase-file', file];
    };
    packing.write('module.sig', OLD_SIGNATURE);
    const wrong = from('mistyped secret');
    expect(await packing.refused(wrong)).toBe('gpg: the passphrase is wrong');
    await packing.packed(from(PASSPHRASE));
    expect(await packing.verified(MESSAGE)).toMatchObject({ verdict: 'good', signature: { signer: key } });
  });

  it('that nobody has certified does not sign: the package is without, unless the key was named', async () => {
    const packing = await Packing.begin();
    const gnupg = await keystore();
    const key = await gnupg.makeKey('Stranger <s@example.org>', 'ed25519');
    const home = ['--gnupg-home', gnupg.home];
    const { said } = await packing.packed(home);
    expect(said).toMatch(new RegExp(`^  WITHOUT a signature: key ${key} would not be trusted: .*keys request`, 'm'));
    for (const more of [['--signer', key], ['--require-signature'], ['--gpg']]) {
      expect(await packing.refused([...home, ...more])).toMatch(new RegExp(`^key ${key} would not be trusted: `));
    }
    const other = 'A'.repeat(40);
    expect(await packing.refused([...home, '--signer', other])).toContain(other);
  });

  it("does not replace a good signature of somebody else's, unless it was named", async () => {
    const packing = await Packing.begin();
    const gnupg = await keystore();
    const key = await certified(packing, gnupg, await gnupg.makeKey('Signer <k@example.org>', 'ed25519'));
    const { bytes } = await packing.packed();
    const home = ['--gnupg-home', gnupg.home];
    expect((await packing.packed(home)).bytes.equals(bytes)).toBe(true);
    expect((await packing.packed([...home, '--signer', key])).said).toContain(`\n  signed by ${key}\n`);
  });
});
