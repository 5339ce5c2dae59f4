import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, DOCUMENTS, readDocument } from '../documents/commands.js';
import { cliEnvironment } from '../helpers/cli.js';
import { testKeys } from '../helpers/keys.js';
import type { NodeResult } from '../helpers/node.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { makeTempFolder, removeFolder } from '../helpers/temp.js';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** A project of somebody else, which has sigsweep installed. */
let project: string;
let system: TestSystem;

beforeAll(async () => {
  project = makeTempFolder();
  cpSync(join(PROJECT, 'examples/library'), project, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  mkdirSync(join(project, 'node_modules'));
  for (const name of ['sigsweep', '@types']) {
    const installed = name === 'sigsweep' ? PROJECT : join(PROJECT, 'node_modules', name);
    symlinkSync(installed, join(project, 'node_modules', name));
  }
  const inDocuments = DOCUMENTS.flatMap((document) =>
    blocksOf(readDocument(document)).filter(({ language }) => language === 'ts'),
  );
  expect(inDocuments.length).toBeGreaterThan(1);
  for (const [index, { text }] of inDocuments.entries()) writeFileSync(join(project, `document-${index}.ts`), text);
  compile(4 + inDocuments.length);
  system = await makeSystem({ modules: { cdr: { 'a.php': '<?php\n' }, core: { 'b.php': '<?php\n' } } });
  // A real system brings its keys with it.
  for (const name of ['anchor.key', 'signer.key']) {
    system.writeInWebRoot(`admin/libraries/BMO/${name}`, readFileSync(join(system.keyring, name)));
  }
});
afterAll(() => {
  removeFolder(project);
  system.cleanup();
});

/** Against the types of the package as they are installed, strictly, all that they refer to among them. */
function compile(expected: number): void {
  const sources = readdirSync(project).filter((name) => name.endsWith('.ts'));
  expect(sources).toHaveLength(expected);
  const compiler = join(PROJECT, 'node_modules/typescript/bin/tsc');
  const options = ['--strict', '--target', 'ES2023', '--module', 'NodeNext', '--types', 'node'];
  execFileSync(process.execPath, [compiler, ...options, ...sources], { cwd: project, encoding: 'utf8' });
}

function run(example: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return new Promise<NodeResult>((resolve) => {
    const options = { cwd: project, env: { ...cliEnvironment(), ...env }, encoding: 'utf8' } as const;
    const child = execFile(process.execPath, [`${example}.js`, ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

describe('the examples of the library compile, and', () => {
  it('verify a module and scan a clean system', async () => {
    const { keyring, anchorFingerprint, webRoot } = system;
    const verified = await run('verify-module', [system.modulePath('cdr'), keyring, anchorFingerprint]);
    expect(verified).toMatchObject({ code: 0, stderr: '' });
    const by = system.signer.fingerprint;
    expect(JSON.parse(verified.stdout)).toEqual({ verdict: 'good', reason: '', by, listed: 2, findings: 0 });
    const scanned = await run('scan', [webRoot, anchorFingerprint]);
    expect(scanned).toMatchObject({ code: 0, stderr: '' });
    expect(scanned.stdout).toContain('clean');
    const nowhere = await run('scan', ['/nowhere/at/all']);
    expect(nowhere).toMatchObject({ code: 2, stdout: '' });
    expect(nowhere.stderr).toMatch(/^WEB_ROOT_NOT_FOUND: /);
  });

  it('tell of what is new once', async () => {
    const received: { findings: { file: string }[] }[] = [];
    const server = createServer(async (request, response) => {
      received.push(JSON.parse(Buffer.concat(await request.toArray()).toString()));
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const dropped = system.writeInWebRoot('admin/modules/core/shell.php', '<?php // nobody signed this');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const args = [system.webRoot, join(project, 'told'), url, system.anchorFingerprint];
      for (let night = 0; night < 2; night += 1) {
        expect(await run('nightly-alert', args)).toEqual({ code: 1, stdout: '', stderr: '' });
      }
      expect(received).toEqual([
        { complete: true, findings: [{ kind: 'unlisted', severity: 'critical', file: dropped }] },
      ]);
    } finally {
      server.close();
    }
  });

  it('sign a module with a key that has a passphrase', async () => {
    const { signer } = await testKeys();
    const key = join(project, 'signer.asc');
    writeFileSync(key, await signer.armoredSecret('correct horse'), { mode: 0o600 });
    const args = [system.modulePath('cdr'), key, system.keyring, system.anchorFingerprint];
    const signed = await run('sign-module', args, { SIGNING_PASSPHRASE: 'correct horse' });
    expect(signed).toMatchObject({ code: 0, stderr: '' });
    const written = [join(system.modulePath('cdr'), 'module.sig')];
    expect(JSON.parse(signed.stdout)).toEqual({ module: 'cdr', files: 2, by: signer.fingerprint, written });
    const refused = await run('sign-module', args, { SIGNING_PASSPHRASE: 'battery staple' });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^PASSPHRASE_WRONG: /);
  });
});
