/** Section "The manifest", as far as it is about what lies around the manifest. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fromText } from '../../src/files/bytepath.js';
import { MAX_SIGNATURE_FILE_BYTES } from '../../src/limits.js';
import { serializeManifest } from '../../src/manifest/serialize.js';
import { runCli } from '../helpers/cli.js';
import { moduleOf, scanSystem } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { NOW } from '../openpgp/forge.js';
import { anchor, MODULE_XML, signed } from '../openpgp/world.js';
import { HASH, HEAD, withConfig } from './manifest.js';
import { scanned, written } from './vector.js';

const PHP = '<?php // a file\n';
const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
/** Without it, a list is of no module by name. */
const OWN_NAME = `module.xml = ${sha256(MODULE_XML)}\n`;

async function systemOf(...args: Parameters<typeof makeSystem>): Promise<TestSystem> {
  const system = await makeSystem(...args);
  onTestFinished(() => system.cleanup());
  return system;
}

describe('a signature of something else', () => {
  it('case 69: module.sig and everything it lists copied from another module → wrong-module', async () => {
    const system = await systemOf({ modules: { cdr: { 'a.php': PHP }, cel: { 'b.php': PHP } } });
    cpSync(system.modulePath('cdr'), system.modulePath('cel'), { recursive: true });
    const report = await scanSystem(system);
    expect(moduleOf(report, 'cdr').verdict).toBe('good');
    expect(moduleOf(report, 'cel')).toMatchObject({ verdict: 'wrong-module', severity: 'critical' });
  });

  it('case 69: a list without module.xml, in a folder of another name → wrong-module', async () => {
    const system = await systemOf({ modules: { cdr: { 'a.php': PHP }, cel: { 'a.php': PHP } } });
    await system.sign('cdr', { paths: ['a.php'] });
    cpSync(join(system.modulePath('cdr'), 'module.sig'), join(system.modulePath('cel'), 'module.sig'));
    const report = await scanSystem(system);
    for (const name of ['cdr', 'cel']) {
      expect(moduleOf(report, name)).toMatchObject({
        verdict: 'wrong-module',
        reason: expect.stringMatching(/not signed/),
      });
    }
  });

  it("case 69: module.sig alone copied: the module's own module.xml is not the one that was signed → tampered", async () => {
    const system = await systemOf({ modules: { cdr: { 'a.php': PHP }, cel: { 'a.php': PHP } } });
    cpSync(join(system.modulePath('cdr'), 'module.sig'), join(system.modulePath('cel'), 'module.sig'));
    const { verdict, findings } = moduleOf(await scanSystem(system), 'cel');
    expect(verdict).toBe('tampered');
    expect(findings).toMatchObject([{ kind: 'altered', path: 'module.xml' }]);
  });

  // Whether a newer signature was ever there only a history could tell, and none is kept: what differs is found all the same.
  it('case 70: an older release signed for the same module, over newer files → tampered', async () => {
    const system = await systemOf({ modules: { cdr: { 'a.php': '<?php // old\n', 'gone.php': PHP } } });
    const old = readFileSync(join(system.modulePath('cdr'), 'module.sig'));
    system.writeListed('cdr', 'a.php', '<?php // new, repaired\n');
    system.writeListed('cdr', 'new.php', '<?php // new\n');
    system.remove('var/www/html/admin/modules/cdr/gone.php');
    await system.sign('cdr', { paths: ['module.xml', 'a.php', 'new.php'] });
    expect(moduleOf(await scanSystem(system), 'cdr').verdict).toBe('good');
    system.write('var/www/html/admin/modules/cdr/module.sig', old);
    const { verdict, findings } = moduleOf(await scanSystem(system), 'cdr');
    expect(verdict).toBe('tampered');
    expect(findings.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'altered a.php',
      'missing gone.php',
      'unlisted new.php',
    ]);
  });
});

describe('what the configuration says', () => {
  const local = (entries: Record<string, string>) =>
    serializeManifest(
      Object.entries({ version: '2', hash: 'sha256', type: 'local' }),
      Object.entries(entries).map(([path, hash]) => [fromText(path), hash] as const),
    );

  it.each([
    ['no secure folder', { 'cdr.sig': HASH }, () => undefined],
    [
      'a secure folder that belongs to the web server’s user, or an empty one of root',
      { 'cdr.sig': HASH },
      (system: TestSystem) => mkdirSync(join(system.dir, 'etc/freepbx.secure'), { recursive: true }),
    ],
    ['the files of the module listed in place of the pointer', { 'a.php': sha256(PHP) }, () => undefined],
    [
      'the real list lying in the module',
      { 'cdr.sig': sha256('x') },
      (system: TestSystem) => system.writeListed('cdr', 'cdr.sig', 'x'),
    ],
  ])('case 71: type=local with %s → invalid, never good', async (_, entries, arrange) => {
    const system = await systemOf({ modules: { cdr: { 'a.php': PHP } } });
    arrange(system);
    await system.signText('cdr', local(entries));
    expect(moduleOf(await scanSystem(system), 'cdr')).toMatchObject({ verdict: 'invalid', listed: 0 });
  });

  it.each([
    ['long past', 1, 'revoked'],
    ['over this very second', NOW, 'revoked'],
    ['over in a second', NOW + 1, 'tampered'],
  ])('case 72: a build signed for a time that is %s → %s', async (_, until, verdict) => {
    const text = withConfig('version=2', `expiresafter=${until}`) + OWN_NAME;
    const module = await scanned({ file: signed({}, {}, text) });
    // The file "a" that the text lists is not there: `tampered` is what a build still within its time is.
    expect(module.verdict).toBe(verdict);
  });

  it('case 73: a module Framework has no files outside of its folder → missing', async () => {
    const files = { 'amp_conf/htdocs/admin/index.php': PHP, 'amp_conf/sbin/fwconsole': '#!/usr/bin/php\n' };
    const system = await systemOf({ modules: { Framework: files } });
    expect(moduleOf(await scanSystem(system), 'Framework')).toMatchObject({ verdict: 'good', unchecked: 0 });
    for (const path of Object.keys(files)) system.remove(`var/www/html/admin/modules/Framework/${path}`);
    system.write('var/www/html/admin/index.php', PHP);
    system.write('usr/sbin/fwconsole', '#!/usr/bin/php\n');
    const { verdict, findings } = moduleOf(await scanSystem(system), 'Framework');
    expect(verdict).toBe('tampered');
    expect(findings.map(({ kind, path }) => `${kind} ${path}`)).toEqual(
      Object.keys(files).map((path) => `missing ${path}`),
    );
  });
});

describe('manifests of great size', () => {
  const entries = (count: number, path: (index: number) => string): string =>
    HEAD + OWN_NAME + Array.from({ length: count }, (_, index) => `${path(index)} = ${HASH}\n`).join('');
  const long = (index: number) => `${index}/${`${'p'.repeat(200)}/`.repeat(19)}${'q'.repeat(200)}.php`.slice(-4096);

  // Sixteen mebibytes is where reading ends, by decision: the largest genuine manifest has a twelfth of that.
  it('case 74: a million entries → invalid at once, because the file is too large', async () => {
    const file = signed(
      {},
      {},
      entries(1_000_000, (index) => `f${index}`),
    );
    expect(file.length).toBeGreaterThan(MAX_SIGNATURE_FILE_BYTES);
    const start = performance.now();
    expect(await scanned({ file })).toMatchObject({ verdict: 'invalid', reason: expect.stringMatching(/larger than/) });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it.each([
    [
      'as many entries as fit',
      signed(
        {},
        {},
        entries(195_000, (index) => `f${index}.php`),
      ),
      195_000,
    ],
    ['as many paths of 4 KiB as fit', signed({}, {}, entries(4000, long)), 4000],
  ])('case 74: %s, through the built program → tampered, in bounded time and 512 MiB', async (_, file, listed) => {
    expect(file.length).toBeGreaterThan(0.9 * MAX_SIGNATURE_FILE_BYTES);
    expect(file.length).toBeLessThan(MAX_SIGNATURE_FILE_BYTES);
    const { module, keyring = '' } = written({ file });
    const start = performance.now();
    const args = ['verify', module, '--quiet', '--keyring', keyring, '--anchor', anchor.fingerprint];
    const result = await runCli(args, { env: { NODE_OPTIONS: '--max-old-space-size=512' } });
    expect(result.stderr).toBe('');
    const all = (listed + 1).toLocaleString('en-US');
    expect(result.stdout).toMatch(new RegExp(`of ${all} listed files: ${listed} missing`));
    expect(result.code).toBe(1);
    expect(performance.now() - start).toBeLessThan(50_000);
  });
});
