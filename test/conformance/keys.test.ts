import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generateKey, type SecretKey } from '../../src/openpgp/secret-key.js';
import { clearsign } from '../../src/openpgp/sign.js';
import { makeKey, World } from '../cli/keys/world.js';
import { GNUPG_MISSING, GnuPg } from './gnupg.js';

/** In seconds. */
const HOUR = 3600;

describe.skipIf(GNUPG_MISSING)(
  'keys, certifications and revocations are the same to GnuPG (gpg has to be installed)',
  () => {
    let gnupg: GnuPg;
    /** GnuPG's. */
    let theirs: string;
    /** Our own, known to GnuPG. */
    let ours: SecretKey;
    let world: World;

    beforeAll(async () => {
      gnupg = await GnuPg.create();
      theirs = await gnupg.makeKey('Their anchor', 'rsa2048');
      ours = await makeKey('Our anchor', { email: 'ours@example.org' });
      await gnupg.gpg('--import', await gnupg.file('ours.gpg', ours.publicKey()));
    });
    afterAll(() => gnupg.remove());

    beforeEach(() => {
      world = new World();
      world.keep(ours.publicKey());
    });

    const exported = (fingerprint: string) =>
      gnupg.gpg('--export-options', 'export-local-sigs', '--export', fingerprint);

    /** What GnuPG says of the signatures by one key: `sig:!:10x` or `rev:!:30x`. */
    async function checked(fingerprint: string, by: string): Promise<string[]> {
      const listing = (await gnupg.gpg('--no-sig-cache', '--with-colons', '--check-sigs', fingerprint)).toString();
      const lines = listing.split('\n').map((line) => line.split(':'));
      return lines
        .filter((fields) => /^(?:sig|rev)$/.test(fields[0] ?? '') && fields[4] === by.slice(-16))
        .map((fields) => `${fields[0]}:${fields[1]}:${fields[10]}`)
        .sort();
    }

    /** Puts into GnuPG's keyring what is in the key folder. */
    async function handOver(fingerprint: string): Promise<void> {
      await gnupg.gpg('--import-options', 'import-local-sigs', '--import', world.keptFile(fingerprint));
    }

    async function trust(fingerprint: string, anchor = ours.fingerprint): Promise<string> {
      return (await world.described(fingerprint, { fingerprint: anchor })).trust;
    }

    async function certify(fingerprint: string, ...more: string[]) {
      const file = await gnupg.file('subject.gpg', await exported(fingerprint));
      const args = ['certify', file, '--fingerprint', fingerprint, '--anchor', ours.fingerprint];
      return world.keys([...args, '--key', await world.secretFile(ours), ...more]);
    }

    it.each(['rsa2048', 'rsa4096', 'ed25519', 'nistp256'])(
      'a key of GnuPG (%s) is certified and revoked here, and there',
      async (algorithm) => {
        const key = await gnupg.makeKey(`${algorithm} <${algorithm}@example.org>`, algorithm);
        expect(await certify(key)).toMatchObject({ code: 0 });
        expect(await trust(key)).toBe('certified');
        await handOver(key);
        expect(await checked(key, ours.fingerprint)).toEqual(['sig:!:10x']);
        const args = ['revoke', key, '--yes', '--anchor', ours.fingerprint, '--key', await world.secretFile(ours)];
        expect(await world.keys(args)).toMatchObject({ code: 0 });
        expect(await trust(key)).toBe('revoked');
        await handOver(key);
        expect(await checked(key, ours.fingerprint)).toEqual(['rev:!:30x,00', 'sig:!:10x']);

        await gnupg.ago(HOUR / 2, '--default-key', theirs, '--quick-sign-key', key);
        world.keep(await exported(theirs), await exported(key));
        expect(await trust(key, theirs)).toBe('certified');
        await gnupg.gpg('--quick-revoke-sig', key, theirs);
        world.keep(await exported(key));
        expect(await trust(key, theirs)).toBe('revoked');
      },
    );

    it('DSA is refused', async () => {
      await gnupg.ago(HOUR, '--quick-generate-key', 'DSA <dsa@example.org>', 'dsa2048', 'sign,cert', 'never');
      const listing = (await gnupg.gpg('--with-colons', '--list-keys', '=DSA <dsa@example.org>')).toString();
      const key = /^fpr:+([0-9A-F]{40}):/m.exec(listing)?.[1] ?? '';
      const refused = `the key ${key} has an algorithm that is not supported (number 17)`;
      expect(await certify(key)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(refused) });
      await gnupg.ago(HOUR / 2, '--default-key', theirs, '--quick-sign-key', key);
      world.keep(await exported(theirs), await exported(key));
      expect(await trust(key, theirs)).not.toMatch(/certified|anchor/);
    });

    it.each(['ed25519', 'rsa2048', 'nistP256'] as const)(
      'a key of our own (%s) is certified and revoked by GnuPG, and signs for it',
      async (type) => {
        const key = await generateKey({ name: `Own ${type}`, type, created: new Date(Date.now() - 1000 * HOUR) });
        await gnupg.gpg('--import', await gnupg.file('own.gpg', key.publicKey()));
        await gnupg.ago(HOUR / 2, '--default-key', theirs, '--quick-sign-key', key.fingerprint);
        world.keep(await exported(theirs), await exported(key.fingerprint));
        expect(await trust(key.fingerprint, theirs)).toBe('certified');
        const signed = await clearsign(Buffer.from('text\n'), key);
        expect((await gnupg.verify(signed)).words).toEqual(expect.arrayContaining(['GOODSIG', 'TRUST_FULLY']));

        const args = [
          'revoke',
          key.fingerprint,
          '--yes',
          '--reason',
          'compromised',
          '--key',
          await world.secretFile(key),
        ];
        expect(await world.keys(args)).toMatchObject({ code: 0 });
        expect(await trust(key.fingerprint, theirs)).toBe('revoked');
        await handOver(key.fingerprint);
        expect((await gnupg.verify(signed)).words).toContain('REVKEYSIG');
      },
    );

    it('what is expired, about to, or for its maker alone, is to both', async () => {
      const key = await gnupg.makeKey('Ends <ends@example.org>', 'ed25519');
      expect(await certify(key, '--expires', '2100-01-31')).toMatchObject({ code: 0 });
      await handOver(key);
      const listing = (await gnupg.gpg('--with-colons', '--check-sigs', key)).toString();
      const fields = listing.split('\n').map((line) => line.split(':'));
      const made = fields.find(([kind, , , , by]) => kind === 'sig' && by === ours.keyId);
      expect(new Date(Number(made?.[6]) * 1000).toISOString()).toMatch(/^2100-01-31T23:59:5/);

      const local = await gnupg.makeKey('Local <local@example.org>', 'ed25519');
      expect(await certify(local, '--no-export')).toMatchObject({ code: 0 });
      expect(await trust(local)).toBe('untrusted');
      await handOver(local);
      expect(await checked(local, ours.fingerprint)).toEqual(['sig:!:10l']);
      expect((await gnupg.gpg('--export', local)).length).toBeLessThan((await exported(local)).length);

      const over = await gnupg.makeKey('Over <over@example.org>', 'ed25519');
      const brief = ['--default-cert-expire', 'seconds=60', '--default-key', theirs, '--quick-sign-key', over];
      await gnupg.ago(HOUR / 2, ...brief);
      world.keep(await exported(theirs), await exported(over));
      expect(await trust(over, theirs)).toBe('expired');
      await gnupg.ago(HOUR / 4, '--quick-set-expire', over, 'seconds=60');
      rmSync(world.keptFile(over));
      world.keep(await exported(over));
      expect((await world.described(over, { fingerprint: theirs })).reason).toContain(`The key ${over} has expired`);
      expect(await certify(over)).toMatchObject({ code: 2, stderr: expect.stringContaining('has expired') });
    });
  },
);
