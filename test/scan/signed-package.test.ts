/** Packages as mirrors hand them out: the message around them first, and then what they hold. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revokeKey } from '../../src/openpgp/certify.js';
import { verifyModule } from '../../src/scan/verify-module.js';
import { runCli } from '../helpers/cli.js';
import { KEYS_CREATED } from '../helpers/keys.js';
import { entry, file, packed } from '../package/tar.js';
import { fileOf, Mirror, makeKey } from './signed-packages.js';

let mirror: Mirror;
let plain: Buffer;
beforeAll(async () => {
  mirror = await Mirror.begin();
});
afterAll(() => mirror.system.cleanup());

const own = (reason: RegExp) =>
  expect.stringMatching(new RegExp(`^the package's own signature: .*${reason.source}`, reason.flags));

/** A package with public keys in it, where they are looked for. */
function withKeys(...keys: readonly string[]): Buffer {
  return mirror.pack((folder) => {
    mkdirSync(join(folder, 'signatures'));
    for (const key of keys)
      copyFileSync(join(mirror.system.keyring, `${key}.key`), join(folder, 'signatures', `${key}.key`));
  });
}

describe('the message around a package', () => {
  it('whose signature counts hands it out to be verified', async () => {
    const report = await mirror.verified(await mirror.message(mirror.pack()));
    expect(report).toMatchObject({ exitCode: 0, complete: true });
    expect(report.notes).toEqual([expect.stringContaining(`was signed by ${mirror.key.fingerprint}, 2`)]);
    expect(report.module).toMatchObject({
      name: 'cdr',
      version: '17.0.1',
      verdict: 'good',
      listed: 3,
      hashed: 3,
      findings: [],
      signature: { signer: mirror.system.signer.fingerprint },
    });
  });

  it('may be signed with SHA-1, which is noted, unless the policy is strict', async () => {
    const message = await mirror.message(mirror.pack(), { digest: 'sha1' });
    for (const args of [mirror.trust(), [...mirror.trust(), '--policy', 'compat']]) {
      const { module, notes } = await mirror.verified(message, { args });
      expect(module).toMatchObject({ verdict: 'good' });
      expect(notes).toEqual([expect.stringMatching(/, with SHA-1$/)]);
    }
    expect(await mirror.refused(message, [...mirror.trust(), '--policy', 'strict'])).toEqual({
      verdict: 'invalid',
      reason: own(/SHA-1.*"strict" refuses/),
    });
  });

  it('does not count without the key, or where no anchor vouches for it; keys in the package do not help', async () => {
    const stranger = await makeKey('Stranger');
    await mirror.certify(stranger, 'stranger');
    const message = await mirror.message(withKeys('anchor', 'stranger'), { by: stranger });
    expect(await mirror.refused(message, mirror.trust('anchor', 'signer'))).toEqual({
      verdict: 'key-missing',
      reason: own(/is not in the keyring/),
    });
    mirror.system.writeKey(stranger.publicKey(), 'stranger');
    expect(await mirror.refused(message)).toEqual({ verdict: 'untrusted', reason: own(/./) });
  });

  it('is one matter, and the list inside another, whose signer may come with it', async () => {
    const helped = await mirror.message(withKeys('signer'));
    const { module } = await mirror.verified(helped, { args: mirror.trust('anchor', 'mirror') });
    expect(module).toMatchObject({ verdict: 'good', signature: { signer: mirror.system.signer.fingerprint } });
    const alone = await mirror.message(mirror.pack());
    expect((await mirror.verified(alone, { args: mirror.trust('anchor', 'mirror') })).module).toMatchObject({
      name: 'cdr',
      verdict: 'key-missing',
    });
  });

  it('does not count where its signer is revoked or has expired', async () => {
    const key = await makeKey('Former');
    await mirror.certify(key, 'former');
    const message = await mirror.message(mirror.pack(), { by: key });
    const list = mirror.system.write('revoked', `${key.fingerprint}\n`);
    expect(await mirror.refused(message, [...mirror.trust(), '--revoked', list])).toEqual({
      verdict: 'revoked',
      reason: own(/./),
    });
    mirror.system.writeKey(await revokeKey(key, { date: KEYS_CREATED }), 'revocation');
    expect(await mirror.refused(message)).toEqual({ verdict: 'revoked', reason: own(/revoked/) });
    const old = await makeKey('Old', { expiresInSeconds: 3600 });
    await mirror.certify(old, 'old');
    expect(await mirror.refused(await mirror.message(mirror.pack(), { by: old }))).toEqual({
      verdict: 'expired',
      reason: own(/expired/),
    });
  });

  it('does not count once its own time is over, or before it has come', async () => {
    const over = await mirror.message(mirror.pack(), { date: KEYS_CREATED, expiresInSeconds: 60 });
    expect(await mirror.refused(over)).toMatchObject({ verdict: 'expired' });
    const future = await mirror.message(mirror.pack(), { date: new Date(Date.now() + 86_400_000) });
    expect(await mirror.refused(future)).toEqual({ verdict: 'invalid', reason: own(/dated in the future/) });
  });

  it('is not looked into where it was altered, whatever it holds', async () => {
    const message = await mirror.message(packed(file('../../etc/cron.d/x', 'x')));
    const at = message.indexOf(Buffer.from([0x1f, 0x8b]));
    message.writeUInt8(message.readUInt8(at + 12) ^ 1, at + 12);
    expect(await mirror.refused(message)).toEqual({ verdict: 'invalid', reason: own(/altered/) });
  });

  it('that is cut off anywhere is never good, and never an error', async () => {
    const message = await mirror.message(mirror.pack());
    const options = { anchors: [mirror.system.anchorFingerprint], keyrings: [mirror.system.keyring] };
    const verdicts: string[] = [];
    for (let length = 0; length < message.length; length += 50) {
      const report = await verifyModule(fileOf(message.subarray(0, length)), options);
      expect(report.exitCode).not.toBe(0);
      verdicts.push(...report.modules.map(({ verdict }) => verdict));
    }
    expect(verdicts.length).toBeGreaterThan(20);
    expect(new Set(verdicts)).toEqual(new Set(['invalid']));
    expect((await verifyModule(fileOf(message), options)).modules).toMatchObject([{ verdict: 'good' }]);
  });

  it.each([
    ['no package', () => Buffer.from('hello'), /cut off|no gzip|gzip/],
    ['a link', () => packed(file('cdr/a'), entry({ name: 'cdr/b', type: '2', linkName: '/etc' })), /symbolic link/],
    ['a way out', () => packed(file('cdr/../../a')), /component/],
    ['a bomb', () => gzipSync(Buffer.alloc(40_000_000)), /100 times its size/],
    ['nothing', () => Buffer.alloc(0), /./],
  ])('may be good around %s, which is refused all the same', async (_, make, reason) => {
    expect(await mirror.refused(await mirror.message(make()))).toEqual({
      verdict: 'invalid',
      reason: expect.stringMatching(new RegExp(`^the package is refused: .*(?:${reason.source})`)),
    });
  });
});

describe('what is called a package and is none', () => {
  it.each(['cdr-17.0.1.tgz', 'cdr-17.0.1.tgz.gpg', 'CDR.TGZ'])(
    '%s is invalid, a genuine list alone too, which counts under any other name',
    async (name) => {
      const list = readFileSync(join(mirror.system.modulePath('cdr'), 'module.sig'));
      for (const bytes of [list, Buffer.from('text'), Buffer.alloc(0)]) {
        const { module, exitCode } = await mirror.verified(bytes, { name });
        expect({ exitCode, verdict: module.verdict }).toEqual({ exitCode: 1, verdict: 'invalid' });
      }
      expect((await mirror.verified(list, { name: 'cdr.sig' })).module).toMatchObject({
        verdict: 'good',
        unchecked: 3,
      });
    },
  );
});

describe('what a good message holds', () => {
  it.each([
    ['an altered file', (folder: string) => writeFileSync(join(folder, 'logo.png'), 'x'), 'tampered'],
    ['a missing file', (folder: string) => rmSync(join(folder, 'logo.png')), 'tampered'],
    ['no list', (folder: string) => rmSync(join(folder, 'module.sig')), 'unsigned'],
    ['a broken list', (folder: string) => writeFileSync(join(folder, 'module.sig'), 'x'), 'invalid'],
  ])('is compared with its list: %s', async (_, change, verdict) => {
    const args = [...mirror.trust(), '--fail-on', 'medium'];
    const { module, exitCode } = await mirror.verified(await mirror.message(mirror.pack(change)), { args });
    expect({ exitCode, verdict: module.verdict }).toEqual({ exitCode: 1, verdict });
  });

  it('is searched for what nobody listed', async () => {
    const shell = mirror.pack((folder) => writeFileSync(join(folder, 'shell.php'), '<?php system($_GET[0]);\n'));
    const { module, exitCode } = await mirror.verified(await mirror.message(shell));
    expect(exitCode).toBe(1);
    expect(module.findings).toMatchObject([{ kind: 'unlisted', path: 'shell.php', severity: 'critical' }]);
  });

  it("does not count where the list's signer was revoked, whoever signed the message", async () => {
    const list = mirror.system.write('revoked', `${mirror.system.signer.fingerprint}\n`);
    const args = [...mirror.trust(), '--revoked', list];
    const { module } = await mirror.verified(await mirror.message(mirror.pack()), { args });
    expect(module).toMatchObject({ name: 'cdr', verdict: 'revoked', hashed: 0 });
  });
});

describe('a name for another release', () => {
  it.each(['cdr-17.0.2.tgz', 'cdr-17.0.1-rc1.tgz', 'cdr-17.0.TGZ', 'cdr-2.11.0.1-beta_2.tgz', 'cdr-17.0.2.tgz.gpg'])(
    '%s is refused',
    async (name) => {
      const bytes = name.endsWith('.gpg') ? await mirror.message(mirror.pack()) : mirror.pack();
      const { module, exitCode } = await mirror.verified(bytes, { name });
      const [, release] = /^cdr-(.*?)\.tgz/i.exec(name) ?? [];
      expect({ exitCode, verdict: module.verdict }).toEqual({ exitCode: 1, verdict: 'wrong-module' });
      expect(module.reason).toBe(`the file is named for release ${release}, and holds 17.0.1`);
    },
  );

  it.each(['cdr-17.0.1.tgz', 'cdr.tgz', 'cdr-latest.tgz', 'cdr-17.0.1 (1).tgz', 'backup-17.0.2.tgz'])(
    '%s is none',
    async (name) => {
      plain ??= mirror.pack();
      expect((await mirror.verified(plain, { name })).module).toMatchObject({ verdict: 'good' });
    },
  );
});

describe('what a person reads', () => {
  const advised = async (bytes: Uint8Array, ...args: readonly string[]) =>
    runCli(['verify', fileOf(bytes), ...mirror.trust(), ...args]);

  it('of a package that does not count says not to install it', async () => {
    const message = await mirror.message(mirror.pack());
    const strangers = await mirror.message(mirror.pack(), { by: await makeKey('Stranger') });
    const good = await advised(message);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toMatch(/^note {6}the package itself was signed by [0-9A-F]{40}, /m);
    expect(good.stdout).toMatch(/^result {4}clean\.$/m);
    const missing = await advised(strangers);
    expect(missing.code).toBe(1);
    expect(missing.stdout).toMatch(/get the signer's key [0-9A-F]{16} .*--keyring FILE/);
    message.writeUInt8(message.readUInt8(message.length - 40) ^ 1, message.length - 40);
    expect((await advised(message)).stdout).toContain('do not install it; get it again from its publisher');
    const unsigned = await advised(await mirror.message(mirror.pack(undefined, 'own')));
    expect(unsigned.stdout).toContain('sigsweep pack DIR; else do not install it');
    for (const { stdout } of [missing, unsigned]) expect(stdout).not.toContain('fwconsole');
  });
});
