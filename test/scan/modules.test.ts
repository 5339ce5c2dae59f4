import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fromText } from '../../src/files/bytepath.js';
import { serializeManifest } from '../../src/manifest/serialize.js';
import { certify } from '../../src/openpgp/certify.js';
import { generateKey } from '../../src/openpgp/secret-key.js';
import { clearsign } from '../../src/openpgp/sign.js';
import { verifyModule } from '../../src/scan/verify-module.js';
import { moduleOf, scanSystem } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';

const PHP = '<?php // a file\n';
const isRoot = process.getuid?.() === 0;

async function temporarySystem(...args: Parameters<typeof makeSystem>): Promise<TestSystem> {
  const system = await makeSystem(...args);
  onTestFinished(() => system.cleanup());
  return system;
}

/** A manifest's text as the signer writes it. */
function manifestText(config: Record<string, string>, entries: Record<string, string>): Buffer {
  const hashes = Object.entries(entries).map(([path, sha256]) => [fromText(path), sha256] as const);
  return serializeManifest(Object.entries({ version: '2', hash: 'sha256', ...config }), hashes);
}

const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

describe('verdicts on modules', () => {
  it.each([
    ['cdr', 'medium', 0],
    ['core', 'critical', 1],
    ['framework', 'critical', 1],
  ])('an unsigned %s is %s', async (name, severity, exitCode) => {
    const system = await temporarySystem({ modules: { [name]: {}, other: {} }, unsigned: [name] });
    const report = await scanSystem(system);
    expect(moduleOf(report, name)).toMatchObject({ verdict: 'unsigned', severity, freepbxStatus: 8, signature: null });
    expect(report.exitCode).toBe(exitCode);
    expect(report.summary.findings[severity]).toBe(1);
  });

  it.each([
    ['empty', (file: string) => writeFileSync(file, '')],
    ['64 MiB', (file: string) => writeFileSync(file, Buffer.alloc(64 << 20))],
    ['a folder', (file: string) => mkdirSync(file)],
    ['a link to a good one', (file: string) => symlinkSync(`${file}.good`, file)],
  ])('a module.sig that is %s is invalid', async (_what, damage) => {
    const system = await temporarySystem({ modules: { cdr: { 'a.php': PHP } } });
    const file = join(system.modulePath('cdr'), 'module.sig');
    renameSync(file, `${file}.good`);
    damage(file);
    expect(moduleOf(await scanSystem(system), 'cdr')).toMatchObject({
      verdict: 'invalid',
      severity: 'critical',
      freepbxStatus: 4,
    });
  });

  it.skipIf(isRoot)(
    'a module.sig that may not be read is unverified, and the scan incomplete (not as root)',
    async () => {
      const system = await temporarySystem({ modules: { cdr: {} } });
      chmodSync(join(system.modulePath('cdr'), 'module.sig'), 0);
      const report = await scanSystem(system);
      expect(moduleOf(report, 'cdr')).toMatchObject({ verdict: 'unverified', severity: 'high' });
      expect(report.complete).toBe(false);
    },
  );

  it('a whole module under another name is wrong-module', async () => {
    const system = await temporarySystem({ modules: { cdr: { 'a.php': PHP } } });
    cpSync(system.modulePath('cdr'), system.modulePath('admindashboard'), { recursive: true });
    const report = await scanSystem(system);
    expect(moduleOf(report, 'cdr').verdict).toBe('good');
    expect(moduleOf(report, 'admindashboard')).toMatchObject({ verdict: 'wrong-module', severity: 'critical' });
  });

  it("another module's signature over a module's own files is tampered", async () => {
    const system = await temporarySystem({ modules: { cdr: { 'a.php': PHP }, cel: { 'b.php': PHP } } });
    cpSync(join(system.modulePath('cdr'), 'module.sig'), join(system.modulePath('cel'), 'module.sig'));
    const { verdict, findings } = moduleOf(await scanSystem(system), 'cel');
    expect(verdict).toBe('tampered');
    expect(findings.map(({ kind, path }) => [kind, path])).toEqual([
      ['missing', 'a.php'],
      ['unlisted', 'b.php'],
      ['altered', 'module.xml'],
    ]);
  });

  it('a signer that no anchor certified is untrusted, one nobody knows is key-missing', async () => {
    const system = await temporarySystem({ modules: { known: {}, unknown: {} } });
    const [known, unknown] = await Promise.all([
      generateKey({ name: 'Known', email: 'known@example.org' }),
      generateKey({ name: 'Unknown', email: 'unknown@example.org' }),
    ]);
    system.writeKey(known.publicKey(), 'known');
    await system.sign('known', { key: known });
    await system.sign('unknown', { key: unknown });
    const report = await scanSystem(system);
    expect(moduleOf(report, 'known')).toMatchObject({
      verdict: 'untrusted',
      severity: 'critical',
      signature: { signer: known.fingerprint },
    });
    expect(moduleOf(report, 'unknown')).toMatchObject({
      verdict: 'key-missing',
      severity: 'high',
      signature: { signer: null, keyId: unknown.keyId },
    });
    expect(report.summary.findings).toMatchObject({ critical: 1, high: 1 });
  });

  it('a fingerprint on the revoked list revokes every module of that signer', async () => {
    const system = await temporarySystem({ modules: { cdr: {}, cel: {} } });
    const list = system.write('revoked.txt', `# gone\n${system.signer.fingerprint.toLowerCase()}\n`);
    const report = await scanSystem(system, ['--revoked', list]);
    expect(report.modules.map(({ verdict, freepbxStatus }) => [verdict, freepbxStatus])).toEqual([
      ['revoked', 64],
      ['revoked', 64],
    ]);
  });

  it('SHA-1 counts as a low finding under compat and is refused under strict', async () => {
    const system = await temporarySystem({ modules: { cdr: {} } });
    const rsa = await generateKey({ name: 'Vendor', email: 'vendor@example.org', type: 'rsa2048' });
    system.writeKey(await certify(rsa.publicKey(), system.anchor), 'vendor');
    await system.sign('cdr', { key: rsa, digest: 'sha1' });
    const compat = await scanSystem(system);
    expect(moduleOf(compat, 'cdr')).toMatchObject({
      verdict: 'good',
      signature: { digest: 'sha1', warnings: ['weak-digest'] },
    });
    expect(compat.summary.findings.low).toBe(1);
    const strict = await scanSystem(system, ['--policy', 'strict']);
    expect(moduleOf(strict, 'cdr').verdict).toBe('invalid');
  });

  it('a build signed for use until yesterday is revoked, until tomorrow good', async () => {
    const system = await temporarySystem({ modules: { past: {}, future: {} } });
    for (const [name, offset] of [
      ['past', -86_400],
      ['future', 86_400],
    ] as const) {
      const expiresafter = String(Math.floor(Date.now() / 1000) + offset);
      const hash = sha256(`<?xml version="1.0"?>\n<module><rawname>${name}</rawname><version>1</version></module>\n`);
      system.writeListed(
        name,
        'module.xml',
        `<?xml version="1.0"?>\n<module><rawname>${name}</rawname><version>1</version></module>\n`,
      );
      await system.signText(name, manifestText({ type: 'public', expiresafter }, { 'module.xml': hash }));
    }
    const report = await scanSystem(system);
    expect(moduleOf(report, 'past')).toMatchObject({ verdict: 'revoked', severity: 'critical' });
    expect(moduleOf(report, 'future').verdict).toBe('good');
  });

  it('signed text that is no manifest is invalid', async () => {
    const system = await temporarySystem({ modules: { cdr: {} } });
    await system.signText('cdr', 'hello\n');
    expect(moduleOf(await scanSystem(system), 'cdr')).toMatchObject({
      verdict: 'invalid',
      signature: { trust: 'certified' },
    });
  });

  it('--module looks at these modules and nothing else', async () => {
    const system = await temporarySystem({ modules: { cdr: { 'a.php': PHP }, cel: {} } });
    system.writeInWebRoot('shell.php', PHP);
    system.writeListed('cdr', 'dropped.php', PHP);
    const report = await scanSystem(system, ['--module', 'cdr']);
    expect(report.modules.map(({ name }) => name)).toEqual(['cdr']);
    expect(report.tree.findings).toEqual([]);
    expect(moduleOf(report, 'cdr').findings).toMatchObject([{ path: 'dropped.php', class: 'copy' }]);
  });
});

describe('what an intruder may try with modules', () => {
  it('an empty module.xml does not make a folder of web shells a harmless module', async () => {
    const system = await temporarySystem({ modules: { cdr: {} } });
    system.writeInWebRoot('admin/modules/dashboardx/module.xml', '');
    system.writeInWebRoot('admin/modules/dashboardx/ajax.php', PHP);
    const report = await scanSystem(system);
    expect(moduleOf(report, 'dashboardx')).toMatchObject({ verdict: 'unsigned', findings: [{ severity: 'critical' }] });
    expect(report.exitCode).toBe(1);
  });

  it('a module named twice is scanned once', async () => {
    const system = await temporarySystem({ modules: { cdr: {} } });
    expect((await scanSystem(system, ['--module', 'cdr', '--module', 'cdr'])).summary.modules).toBe(1);
  });

  it('exchanging module.xml during the scan does not hide a wrong name', async () => {
    const system = await temporarySystem({ modules: { cdr: { 'a.php': PHP } } });
    const weak = system.modulePath('weak');
    renameSync(system.modulePath('cdr'), weak);
    const file = join(weak, 'module.xml');
    const genuine = readFileSync(file, 'latin1');
    const verdicts = new Set<string>();
    for (let round = 0; round < 10; round += 1) {
      writeFileSync(file, genuine.replace('cdr', 'weak'));
      const scanned = verifyModule(weak, {
        root: system.dir,
        anchors: [system.anchorFingerprint],
        keyrings: [system.keyring],
      });
      for (let turn = 0; turn < round; turn += 1) await setImmediate();
      writeFileSync(file, genuine);
      verdicts.add((await scanned).modules[0]?.verdict ?? '');
    }
    expect(verdicts).not.toContain('good');
  });

  it('verify does not follow a link in the place of an installed module', async () => {
    const system = await temporarySystem({ modules: { cdr: { 'a.php': PHP } } });
    const away = join(system.dir, 'home/admin/modules/cdr');
    mkdirSync(join(away, '..'), { recursive: true });
    renameSync(system.modulePath('cdr'), away);
    symlinkSync(away, system.modulePath('cdr'));
    const options = { anchors: [system.anchorFingerprint], keyrings: [system.keyring] };
    expect((await verifyModule(away, options)).modules[0]?.verdict).toBe('good');
    expect((await verifyModule(system.modulePath('cdr'), options)).modules[0]?.verdict).toBe('invalid');
  });

  it('a flood of junk keys does not push out the genuine ones', async () => {
    const system = await temporarySystem({ modules: { cdr: {} } });
    for (let index = 0; index < 1500; index += 1) system.writeInWebRoot(`admin/libraries/BMO/0${index}.key`, 'junk');
    cpSync(join(system.keyring, 'anchor.key'), join(system.webRoot, 'admin/libraries/BMO/zz.key'));
    cpSync(join(system.keyring, 'signer.key'), join(system.webRoot, 'admin/libraries/BMO/zzz.key'));
    const options = { root: system.dir, anchors: [system.anchorFingerprint] };
    expect((await verifyModule(system.modulePath('cdr'), options)).modules[0]?.verdict).toBe('good');
  });
});

describe('local signatures', () => {
  interface LocalOptions {
    damage?: (secure: string, system: TestSystem) => void | Promise<void>;
  }

  async function localSystem({ damage }: LocalOptions): Promise<TestSystem> {
    const system = await temporarySystem({ modules: { own: { 'page.own.php': PHP } } });
    const secure = join(system.dir, 'etc/freepbx.secure');
    mkdirSync(secure, { recursive: true, mode: 0o755 });
    const xml = join(system.modulePath('own'), 'module.xml');
    const list = { 'module.xml': sha256(readFileSync(xml)), 'page.own.php': sha256(PHP) };
    const real = await clearsign(manifestText({ type: 'local' }, list), system.signer);
    writeFileSync(join(secure, 'own.sig'), real, { mode: 0o644 });
    await system.signText('own', manifestText({ type: 'local' }, { 'own.sig': sha256(real) }));
    await damage?.(secure, system);
    return system;
  }

  it.skipIf(!isRoot)('are good when the secure folder is sound (needs root)', async () => {
    const report = await scanSystem(await localSystem({}));
    expect(moduleOf(report, 'own')).toMatchObject({ verdict: 'good', listed: 2, hashed: 2 });
  });

  it.skipIf(!isRoot)('check the files of the real list (needs root)', async () => {
    const system = await localSystem({});
    system.writeListed('own', 'page.own.php', `${PHP}more`);
    expect(moduleOf(await scanSystem(system), 'own')).toMatchObject({
      verdict: 'tampered',
      findings: [{ kind: 'altered' }],
    });
  });

  const UNSOUND: readonly [what: string, damage: NonNullable<LocalOptions['damage']>][] = [
    ['no secure folder', (secure) => rmSync(secure, { recursive: true })],
    ['no file in it', (secure) => rmSync(join(secure, 'own.sig'))],
    ['a secure folder that others can write', (secure) => chmodSync(secure, 0o777)],
    ['a secure folder that the group can write', (secure) => chmodSync(secure, 0o775)],
    ['a file that others can write', (secure) => chmodSync(join(secure, 'own.sig'), 0o666)],
    ["another user's file", (secure) => chownSync(join(secure, 'own.sig'), 1234, 1234)],
    ["another user's folder", (secure) => chownSync(secure, 1234, 1234)],
    [
      'a link in place of the folder',
      (secure) => {
        renameSync(secure, `${secure}.real`);
        symlinkSync(`${secure}.real`, secure);
      },
    ],
    [
      'a link in place of the file',
      (secure) => {
        renameSync(join(secure, 'own.sig'), join(secure, 'real.sig'));
        symlinkSync('real.sig', join(secure, 'own.sig'));
      },
    ],
    ['another file than module.sig names', (secure) => writeFileSync(join(secure, 'own.sig'), 'x')],
    [
      'another signer',
      async (secure, system) => {
        const other = await generateKey({ name: 'Other', email: 'other@example.org' });
        system.writeKey(await certify(other.publicKey(), system.anchor), 'other');
        const real = await clearsign(manifestText({ type: 'local' }, { 'page.own.php': sha256(PHP) }), other);
        writeFileSync(join(secure, 'own.sig'), real);
        await system.signText('own', manifestText({ type: 'local' }, { 'own.sig': sha256(real) }));
      },
    ],
    [
      'more than the pointer in module.sig',
      async (_, system) => {
        await system.signText(
          'own',
          manifestText({ type: 'local' }, { 'own.sig': sha256('x'), 'page.own.php': sha256(PHP) }),
        );
      },
    ],
  ];

  it.skipIf(!isRoot).each(UNSOUND)('are never good with %s (needs root)', async (_what, damage) => {
    const report = await scanSystem(await localSystem({ damage }));
    expect(moduleOf(report, 'own')).toMatchObject({ verdict: 'invalid', severity: 'critical' });
    expect(report.exitCode).toBe(1);
  });
});
