import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliResult, runCli } from '../helpers/cli.js';
import { type JsonReport, reportOf } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';

const FRAMEWORK = { 'amp_conf/htdocs/index.php': '<?php // page\n', 'amp_conf/sbin/fwconsole': '#!/usr/bin/env php\n' };

let system: TestSystem;
beforeAll(async () => {
  system = await makeSystem({
    modules: {
      cdr: { 'functions.inc.php': '<?php // cdr\n' },
      framework: FRAMEWORK,
      own: { 'a.txt': 'own\n' },
    },
    unsigned: ['own'],
  });
});
afterAll(() => system.cleanup());

const verify = (path: string, ...args: string[]): Promise<CliResult> =>
  runCli(['verify', path, '--anchor', system.anchorFingerprint, '--keyring', system.keyring, ...args]);
const verified = async (path: string, ...args: string[]): Promise<JsonReport> =>
  reportOf(await verify(path, '--format', 'json', ...args));

describe('a module folder', () => {
  it('that is installed is verified as installed, with what lies elsewhere', async () => {
    const report = await verified(system.modulePath('framework'));
    expect(report).toMatchObject({ root: system.webRoot, exitCode: 0, complete: true });
    expect(report.modules).toMatchObject([{ name: 'framework', verdict: 'good', listed: 3, hashed: 3, unchecked: 0 }]);
  });

  it('is one line shorter than a scan and as clear', async () => {
    const { code, stdout } = await verify(system.modulePath('cdr'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^modules {3}1: 1 good$/m);
    expect(stdout).toMatch(/^result {4}clean\.$/m);
  });

  it('is the only thing looked at', async () => {
    system.writeInWebRoot('elsewhere.php', '<?php // nobody signed this\n');
    expect(await verified(system.modulePath('cdr'))).toMatchObject({ exitCode: 0, tree: { findings: [] } });
    const dropped = system.writeInWebRoot('admin/modules/cdr/dropped.php', '<?php // nobody signed this\n');
    const report = await verified(system.modulePath('cdr'));
    expect(report.exitCode).toBe(1);
    expect(report.modules[0]?.findings).toMatchObject([{ path: 'dropped.php', file: dropped, severity: 'critical' }]);
    system.remove('var/www/html/admin/modules/cdr/dropped.php');
  });

  it('may be given by a relative path, with a slash at its end', async () => {
    const args = ['--anchor', system.anchorFingerprint, '--keyring', system.keyring];
    const result = await runCli(['verify', './cdr/', ...args], { cwd: join(system.webRoot, 'admin/modules') });
    expect(result.code).toBe(0);
  });

  it('that stands alone holds all that it lists', async () => {
    const copy = join(tempFolder(), 'cdr');
    cpSync(system.modulePath('cdr'), copy, { recursive: true });
    const report = await verified(copy);
    expect(report).toMatchObject({ root: copy, exitCode: 0 });
    expect(report.modules).toMatchObject([
      { name: 'cdr', path: expect.stringContaining(copy), verdict: 'good', hashed: 2 },
    ]);
    writeFileSync(join(copy, 'functions.inc.php'), '<?php // altered\n');
    expect((await verified(copy)).modules).toMatchObject([{ verdict: 'tampered', findings: [{ kind: 'altered' }] }]);
  });

  it('with --root takes the path as one inside it, and never leaves it', async () => {
    const outside = join(tempFolder(), 'bare');
    mkdirSync(join(outside, 'var/www/html/admin'), { recursive: true });
    // Absolute links of the other system lead to its own folders.
    symlinkSync('/opt/modules', join(outside, 'var/www/html/admin/modules'));
    cpSync(join(system.webRoot, 'admin/modules'), join(outside, 'opt/modules'), { recursive: true });
    const keys = ['--anchor', system.anchorFingerprint, '--keyring', system.keyring];
    const place = 'var/www/html/admin/modules/cdr';
    for (const path of [join('/', place), join(outside, place)]) {
      const result = await runCli(['verify', path, '--root', outside, '--format', 'json', ...keys]);
      expect(reportOf(result).modules).toMatchObject([{ name: 'cdr', path: join(outside, 'opt/modules/cdr') }]);
    }
    const gone = await runCli(['verify', system.modulePath('cdr'), '--root', outside, ...keys]);
    expect(gone).toMatchObject({ code: 2, stdout: '' });
  });

  it('without a signature is unsigned', async () => {
    const report = await verified(system.modulePath('own'));
    expect(report.modules).toMatchObject([{ name: 'own', verdict: 'unsigned', severity: 'medium' }]);
    expect(report.exitCode).toBe(0);
    expect((await verify(system.modulePath('own'), '--fail-on', 'medium')).code).toBe(1);
  });
});

describe('a module.sig alone', () => {
  it('is verified without any file', async () => {
    const report = await verified(join(system.modulePath('framework'), 'module.sig'));
    expect(report.exitCode).toBe(0);
    expect(report.modules).toMatchObject([
      { name: 'framework', verdict: 'good', listed: 3, hashed: 0, unchecked: 3, signature: { trust: 'certified' } },
    ]);
  });

  it('may have any name and lie anywhere', async () => {
    const file = join(tempFolder(), 'kept.sig');
    cpSync(join(system.modulePath('cdr'), 'module.sig'), file);
    expect((await verified(file)).modules).toMatchObject([{ name: 'kept.sig', path: file, verdict: 'good' }]);
  });

  it.each([
    ['nothing', ''],
    ['something else', 'no signature\n'],
  ])('that holds %s is invalid, never an error', async (_what, content) => {
    const file = join(tempFolder(), 'module.sig');
    writeFileSync(file, content);
    const result = await verify(file, '--format', 'json');
    expect(result).toMatchObject({ code: 1, stderr: '' });
    expect(reportOf(result).modules).toMatchObject([{ verdict: 'invalid', signature: null }]);
  });

  it('that is a folder is no signature', async () => {
    const folder = join(tempFolder(), 'module.sig');
    mkdirSync(folder);
    expect(await verify(folder, '--format', 'json')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('is no module'),
    });
  });
});
