import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fromText } from '../../src/files/bytepath.js';
import { scanListed } from '../../src/scan/scan-listed.js';
import { makeSystem } from '../helpers/system.js';

async function scanned() {
  const system = await makeSystem({
    modules: {
      framework: { 'amp_conf/bin/fwconsole': '#!/bin/sh\n', 'amp_conf/htdocs/b.php': '' },
      cdr: { 'functions.inc.php': '<?php\n' },
    },
    files: { 'var/www/html/shell.php': '<?php\n', 'var/www/html/admin/modules/cdr/shell.php': '<?php\n' },
  });
  onTestFinished(() => system.cleanup());
  const { keyring, anchorFingerprint, dir } = system;
  return { system, options: { root: dir, keyrings: [keyring], anchors: [anchorFingerprint], threads: 0 } };
}

it('judges signatures and listed files, and looks for nothing else', async () => {
  const { system, options } = await scanned();
  system.writeListed('cdr', 'functions.inc.php', '<?php // altered\n');
  const { report } = await scanListed(options);
  expect(report.modules.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['cdr', 'tampered'],
    ['framework', 'good'],
  ]);
  expect(report.modules.flatMap(({ findings }) => findings.map(({ path }) => path))).toEqual(['functions.inc.php']);
  expect(report).toMatchObject({ complete: true, tree: { findings: [] } });
});

it('knows where a listed file was checked', async () => {
  const { system, options } = await scanned();
  const { placeOf } = await scanListed(options);
  const place = (module: string, listed: string) => placeOf(fromText(module), fromText(listed));
  expect(place('framework', 'amp_conf/bin/fwconsole')).toBe(`${system.dir}/var/lib/asterisk/bin/fwconsole`);
  expect(place('framework', 'amp_conf/htdocs/b.php')).toBe(`${system.webRoot}/b.php`);
  expect(place('framework', 'amp_conf/sbin/fwconsole')).toBeNull();
  expect(place('nobody', 'module.xml')).toBeNull();
});

it('knows that a copied web root is not what this machine works with', async () => {
  const { system, options } = await scanned();
  expect((await scanListed(options)).layout.isOwn).toBe(false);
  const { root: _, ...here } = options;
  expect((await scanListed({ ...here, webRoot: system.webRoot })).layout.isOwn).toBe(false);
});

it.each(['admin/modules/cdr', 'admin/modules', 'admin'])(
  'is incomplete where %s is a link: FreePBX follows it',
  async (path) => {
    const { system, options } = await scanned();
    expect((await scanListed(options)).report.complete).toBe(true);
    renameSync(join(system.webRoot, path), join(system.dir, 'moved'));
    symlinkSync(join(system.dir, 'moved'), join(system.webRoot, path));
    const { report } = await scanListed(options);
    expect(report.complete).toBe(false);
    if (path.endsWith('/cdr')) {
      expect(report.notes).toContain('not looked at, because a link leads there: admin/modules/cdr');
    }
  },
);
