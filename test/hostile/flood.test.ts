/** Too much of something, so that something else is not looked at: never clean. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { digDown } from '../files/temporary.js';
import { moduleOf, scanSystem } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { NO_MOUNTS, scanWithMounts } from './places.js';

async function systemOf(...args: Parameters<typeof makeSystem>): Promise<TestSystem> {
  const system = await makeSystem(...args);
  onTestFinished(() => system.cleanup());
  return system;
}

it('key files that keep another from being read, which may hold a revocation → incomplete', async () => {
  const system = await systemOf({ modules: { cdr: {} } });
  for (const name of ['0', '1', '2', 'last']) {
    system.writeInWebRoot(`admin/libraries/BMO/${name}.key`, Buffer.alloc(2 ** 20, '\n'));
  }
  const report = await scanSystem(system);
  expect(moduleOf(report, 'cdr').verdict).toBe('good');
  expect(report).toMatchObject({ complete: false, exitCode: 3 });
  expect(report.notes).toContainEqual(expect.stringMatching(/^1 key files or folders in the tree were not read/));
});

it('one key file larger than any → incomplete', async () => {
  const system = await systemOf({ modules: { cdr: {} } });
  system.writeInWebRoot('admin/modules/cdr/signatures/a.key', Buffer.alloc(2 ** 20 + 1, '\n'));
  expect(await scanSystem(system)).toMatchObject({ complete: false, exitCode: 3 });
});

it('long paths in several modules, searched at the same time → incomplete, in bounded memory', async () => {
  const system = await systemOf({ modules: { cdr: {} } });
  const files = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`f${index}`, '']));
  for (const module of ['za', 'zb', 'zc']) {
    system.writeInWebRoot(`admin/modules/${module}/module.xml`, '');
    digDown(system.modulePath(module), { name: 'd'.repeat(250), depth: 400, files });
  }
  // Nothing that goes by whole paths can remove them again.
  onTestFinished(() => void execFileSync('rm', ['-rf', system.webRoot]));
  const report = await scanSystem(system, ['--all']);
  expect(report).toMatchObject({ complete: false, exitCode: 1 });
  expect(moduleOf(report, 'cdr').verdict).toBe('good');
  const findings = report.modules.flatMap((module) => module.findings);
  expect(findings.filter(({ kind }) => kind === 'unreadable').length).toBeGreaterThan(0);
  const told = findings.filter(({ path }) => path.length > 512).reduce((sum, { path }) => sum + path.length, 0);
  expect(told).toBeLessThan(65 * 2 ** 20);
});

it('a folder among the modules that is called like a listed file without its last letter → no module', async () => {
  const framework = { 'amp_conf/htdocs/admin/modules/.htaccess': 'Deny from all\n' };
  const system = await systemOf({ modules: { framework } });
  mkdirSync(join(system.webRoot, 'admin/modules/.htacces'));
  expect((await scanSystem(system)).tree.findings).toMatchObject([
    { path: 'admin/modules/.htacces', severity: 'high', note: expect.stringMatching(/no module/) },
  ]);
});

it.skipIf(NO_MOUNTS !== undefined)(
  `a link into another file system that is not searched → high${NO_MOUNTS === undefined ? '' : ` (${NO_MOUNTS})`}`,
  async () => {
    const system = await systemOf({ modules: { cdr: {} } });
    mkdirSync(join(system.webRoot, 'memory'));
    symlinkSync('memory', join(system.webRoot, 'link'));
    const mount = 'mount -t tmpfs tmpfs "$WEBROOT/memory"; echo "<?php" > "$WEBROOT/memory/shell.php"';
    expect((await scanWithMounts(system, mount, ['--one-file-system'])).tree.findings).toMatchObject([
      { path: 'link', severity: 'high', note: 'symbolic link to what is not looked into: memory' },
    ]);
  },
);
