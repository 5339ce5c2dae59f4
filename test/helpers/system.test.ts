import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { generateKey } from '../../src/openpgp/secret-key.js';
import { scan } from '../../src/scan/scan.js';
import { makeSystem, type TestSystem, type TestSystemOptions } from './system.js';

const MODULES = {
  cdr: { 'functions.inc.php': '<?php\n' },
  framework: { 'amp_conf/htdocs/index.php': '<?php\n', 'amp_conf/sbin/fwconsole': '#!/usr/bin/env php\n' },
};

async function systemOf(options: TestSystemOptions): Promise<TestSystem> {
  const system = await makeSystem(options);
  onTestFinished(() => system.cleanup());
  return system;
}

async function verdicts(system: TestSystem): Promise<Record<string, string>> {
  const options = { root: system.dir, keyrings: [system.keyring], anchors: [system.anchorFingerprint], threads: 0 };
  const report = await scan(options);
  return Object.fromEntries(report.modules.map(({ name, verdict }) => [name, verdict]));
}

it('makes a system that is good, with files of framework where they belong', async () => {
  const system = await systemOf({ modules: MODULES, files: { 'var/www/html/notes.txt': 'x' } });
  expect(await verdicts(system)).toEqual({ cdr: 'good', framework: 'good' });
  expect(readFileSync(`${system.dir}/usr/sbin/fwconsole`, 'utf8')).toContain('php');
  expect(readFileSync(`${system.webRoot}/notes.txt`, 'utf8')).toBe('x');
});

it('leaves modules unsigned', async () => {
  expect(await verdicts(await systemOf({ modules: MODULES, unsigned: ['cdr'] }))).toMatchObject({ cdr: 'unsigned' });
});

it('changes files and signs again, by another signer or with other text too', async () => {
  const system = await systemOf({ modules: MODULES });
  system.writeListed('cdr', 'functions.inc.php', '<?php // changed\n');
  expect(await verdicts(system)).toMatchObject({ cdr: 'tampered' });
  await system.sign('cdr');
  expect(await verdicts(system)).toMatchObject({ cdr: 'good' });
  const stranger = await generateKey({ name: 'Stranger', email: 's@example.org' });
  await system.sign('cdr', { key: stranger });
  expect(await verdicts(system)).toMatchObject({ cdr: 'key-missing' });
  system.writeKey(stranger.publicKey(), 'stranger');
  expect(await verdicts(system)).toMatchObject({ cdr: 'untrusted' });
  await system.signText('cdr', 'no manifest\n');
  expect(await verdicts(system)).toMatchObject({ cdr: 'invalid' });
});
