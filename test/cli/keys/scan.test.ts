import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../../helpers/cli.js';
import { moduleOf, scanSystem } from '../../helpers/report.js';
import { makeSystem, type TestSystem } from '../../helpers/system.js';
import { makeTempFolder, removeFolder } from '../../helpers/temp.js';

let system: TestSystem;
let outside: string;

beforeAll(async () => {
  outside = makeTempFolder();
  system = await makeSystem({ modules: { cdr: { 'a.php': '<?php\n' }, framework: { 'b.php': '<?php\n' } } });
});
afterAll(() => {
  system.cleanup();
  removeFolder(outside);
});

const keyFolder = () => join(outside, 'keys');

async function keys(command: string, ...args: string[]) {
  const given = ['--key-folder', keyFolder(), '--anchor', system.anchorFingerprint];
  const result = await runCli(['keys', command, ...args, ...given]);
  expect(result.stderr + result.stdout).not.toContain('fault of sigsweep');
  expect(result.code, result.stderr).toBe(0);
  return result;
}

async function verdict(): Promise<string> {
  return moduleOf(await scanSystem(system, ['--key-folder', keyFolder()]), 'cdr').verdict;
}

it('a scan follows a signer from good to revoked, and back when certified and signing again', async () => {
  const { anchor, signer } = system;
  const anchorFile = join(outside, 'anchor.secret');
  writeFileSync(anchorFile, await anchor.armoredSecret(null), { mode: 0o600 });
  const signerFile = join(outside, 'signer.secret');
  writeFileSync(signerFile, await signer.armoredSecret(null), { mode: 0o600 });
  expect(await verdict()).toBe('good');

  await keys('import', system.keyring);
  await keys('revoke', signer.fingerprint, '--key', anchorFile, '--yes', '--reason', 'invalid-user-id');
  // The tree, and what is given besides, still have the old copy without the revocation.
  expect(await verdict()).toBe('revoked');
  expect(moduleOf(await scanSystem(system, ['--no-key-folder']), 'cdr').verdict).toBe('good');
  const signing = ['sign', system.modulePath('cdr'), '--key', signerFile, '--keyring', system.keyring];
  const trust = ['--key-folder', keyFolder(), '--anchor', anchor.fingerprint];
  const refused = await runCli([...signing, ...trust]);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('has revoked its certification') });

  // The newest decides, of two in one second the revocation: whoever certifies waits for the next one.
  const revokedAt = Math.floor(Date.now() / 1000);
  while (Math.floor(Date.now() / 1000) === revokedAt) await new Promise((resolve) => setTimeout(resolve, 50));
  const request = join(outside, 'request');
  await keys('request', '--key', signerFile, '--nonce', 'come-back', '--output', request);
  const back = join(outside, 'back.asc');
  const checked = ['--fingerprint', signer.fingerprint, '--nonce', 'come-back', '--output', back];
  await keys('certify', request, '--key', anchorFile, ...checked, '--expires', '365d');
  expect(readFileSync(back, 'utf8')).toContain('BEGIN PGP PUBLIC KEY BLOCK');
  system.writeListed('cdr', 'a.php', '<?php // new\n');
  expect(await verdict()).toBe('tampered');
  expect(await runCli([...signing, ...trust])).toMatchObject({ code: 0 });
  expect(await verdict()).toBe('good');

  await keys('revoke', signer.fingerprint, '--key', signerFile, '--yes', '--reason', 'compromised');
  expect(await verdict()).toBe('revoked');
});
