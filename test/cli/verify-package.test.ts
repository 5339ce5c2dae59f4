import { execFileSync } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { writeModuleSignature } from '../../src/demo/module-signature.js';
import { moduleXml } from '../../src/demo/modules.js';
import { fromText } from '../../src/files/bytepath.js';
import { isRoot } from '../files/temporary.js';
import { type CliResult, runCli } from '../helpers/cli.js';
import { type JsonFinding, type JsonModule, type JsonReport, reportOf, validated } from '../helpers/report.js';
import { makeSystem, type SignOptions, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';
import { entry, file, packed } from '../package/tar.js';
import { isOpenIn, RunningCli, until } from './controlled.js';

const CDR = { 'functions.inc.php': '<?php // cdr\n', 'views/page.php': '<?php // page\n', 'logo.png': '\x89PNG' };

let system: TestSystem;
beforeAll(async () => {
  system = await makeSystem({ modules: { cdr: CDR, own: { 'a.txt': 'own\n' } }, unsigned: ['own'] });
});
afterAll(() => system.cleanup());

/** Packs a module with GNU tar after something was done to a copy of it. */
function packageOf(name: string, change: (folder: string) => void = () => undefined, topFolder = name): string {
  const place = tempFolder();
  const folder = join(place, topFolder);
  cpSync(system.modulePath(name), folder, { recursive: true });
  change(folder);
  const target = join(place, `${name}-17.0.1.tgz`);
  execFileSync('tar', ['-czf', target, '-C', place, topFolder]);
  return target;
}

function write(folder: string, path: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
  chmodSync(join(folder, path), mode);
}

const verify = (path: string, ...args: string[]): Promise<CliResult> =>
  runCli(['verify', path, '--anchor', system.anchorFingerprint, '--keyring', system.keyring, ...args]);

async function verified(path: string, ...args: string[]): Promise<JsonReport & { module: JsonModule }> {
  const report = reportOf(await verify(path, '--format', 'json', ...args));
  const [module, ...others] = report.modules;
  if (module === undefined || others.length > 0) throw new Error('a package is one module');
  return { ...report, module };
}

const inShort = ({ kind, path, severity, class: found }: JsonFinding) =>
  [kind, path, severity, ...(found === undefined ? [] : [found])].join(' ');

/** A module signed as asked for, packed, and as it was afterwards. */
async function signedOtherwise(options: SignOptions): Promise<string> {
  await system.sign('cdr', options);
  try {
    return packageOf('cdr');
  } finally {
    await system.sign('cdr', { paths: ['module.xml', ...Object.keys(CDR)] });
  }
}

describe('a package', () => {
  it('that holds what was signed is good, with everything counted', async () => {
    const path = packageOf('cdr');
    const report = await verified(path);
    expect(report).toMatchObject({ root: dirname(path), exitCode: 0, complete: true, notes: [] });
    expect(report.module).toMatchObject({
      name: 'cdr',
      path,
      version: '17.0.1',
      verdict: 'good',
      listed: 4,
      hashed: 4,
      unchecked: 0,
      signature: { trust: 'certified' },
      findings: [],
    });
    const sizes = Object.values(CDR).map((content) => content.length);
    expect(report.summary.bytes).toBeGreaterThan(sizes.reduce((sum, size) => sum + size));
  });

  it('is told by its content, whatever its name', async () => {
    const path = packageOf('cdr');
    const other = join(dirname(path), 'module.sig');
    renameSync(path, other);
    expect((await verified(other)).module).toMatchObject({ name: 'cdr', verdict: 'good' });
  });

  it('says so to a person', async () => {
    const { code, stdout, stderr } = await verify(packageOf('cdr'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^result {4}clean\.$/m);
  });

  it('is compared file by file', async () => {
    const path = packageOf('cdr', (folder) => {
      write(folder, 'functions.inc.php', '<?php // altered\n');
      write(folder, 'views/page.php', '');
      rmSync(join(folder, 'logo.png'));
    });
    const { module, exitCode } = await verified(path);
    expect(exitCode).toBe(1);
    expect(module).toMatchObject({ verdict: 'tampered', reason: 'of 4 listed files: 2 altered, 1 missing', hashed: 3 });
    expect(module.findings).toMatchObject([
      {
        kind: 'altered',
        path: 'functions.inc.php',
        file: `${path}/functions.inc.php`,
        severity: 'critical',
        mode: '0644',
      },
      { kind: 'missing', path: 'logo.png', severity: 'high' },
      { kind: 'altered', path: 'views/page.php', severity: 'critical', size: 0, note: 'empty' },
    ]);
  });

  it('is searched for what nobody signed, by name and by content', async () => {
    const path = packageOf('cdr', (folder) => {
      write(folder, 'shell.php', '<?php // nobody signed this\n');
      write(folder, '.htaccess', 'Deny from all\n');
      write(folder, '.user.ini', 'auto_prepend_file=/tmp/x\n');
      write(folder, 'views/.user.ini', 'max_input_vars=5000\n');
      write(folder, 'picture.png', `\x89PNG${'x'.repeat(1000)}<?php f();`);
      write(folder, 'far.png', `${'x'.repeat(70_000)}<?php f();`);
      write(folder, 'run', '#!/bin/sh\n', 0o755);
      write(folder, 'notes.txt', 'hello\n');
      write(folder, 'page.php.bak', '<? f();');
      write(folder, 'less/cache/a.lesscache', '<?php return array();');
      write(folder, 'less/cache/b.lesscache', '<?php system("x");');
      write(folder, 'node_modules/x/index.js', 'x');
      write(folder, 'i18n/de/x.po', 'msgid "<?php"\n');
      write(folder, '.git/config', 'x');
      write(folder, 'same.php', CDR['functions.inc.php']);
    });
    const report = await verified(path, '--all');
    expect(report.exitCode).toBe(1);
    expect(report.module.verdict).toBe('good');
    expect(report.module.findings.map(inShort)).toEqual([
      'unlisted .git/config low hidden',
      'unlisted .htaccess critical server-config',
      'unlisted .user.ini critical server-config',
      'unlisted far.png low other',
      'unlisted i18n/de/x.po info translation',
      'unlisted less/cache/a.lesscache info generated',
      'unlisted less/cache/b.lesscache critical generated',
      'unlisted node_modules/x/index.js info dependency',
      'unlisted notes.txt low other',
      'unlisted page.php.bak high other',
      'unlisted picture.png high other',
      'unlisted run high executable',
      'unlisted same.php low copy',
      'unlisted shell.php critical code',
      'unlisted views/.user.ini info server-config',
    ]);
    expect(report.module.findings.find(({ path: found }) => found === 'far.png')?.note).toBeUndefined();
    const deep = await verified(path, '--deep');
    expect(deep.module.findings.find(({ path: found }) => found === 'far.png')).toMatchObject({
      severity: 'high',
      note: 'contains PHP',
    });
    // The folder says the same of the same files.
    const folder = join(dirname(path), 'cdr');
    const unpacked = await verified(folder, '--all');
    expect(unpacked.module.findings.map(inShort)).toEqual(report.module.findings.map(inShort));
    expect(unpacked.summary.unlisted).toEqual(report.summary.unlisted);
  });

  it('without a signature is unsigned, and its code told together', async () => {
    const { module, exitCode } = await verified(packageOf('own', (folder) => write(folder, 'a.php', '<?php\n')));
    expect(module).toMatchObject({ name: 'own', verdict: 'unsigned', reason: 'there is no module.sig', hashed: 0 });
    expect(module.findings).toMatchObject([{ path: 'a.php', severity: 'critical', uncovered: true }]);
    expect(exitCode).toBe(1);
  });

  it('of framework holds all that it lists', async () => {
    const place = tempFolder();
    const folder = join(place, 'framework');
    write(folder, 'module.xml', moduleXml('framework', '17.0.1'));
    write(folder, 'amp_conf/htdocs/index.php', '<?php\n');
    write(folder, 'amp_conf/astetc/x.conf', '[x]\n');
    write(folder, 'upgrades/1.php', '<?php\n');
    const paths = ['module.xml', 'amp_conf/htdocs/index.php', 'amp_conf/astetc/x.conf', 'upgrades/1.php'];
    const hashOf = (path: string) => hash('sha256', readFileSync(join(folder, path)), 'hex');
    await writeModuleSignature(
      folder,
      paths.map((path) => [fromText(path), hashOf(path)]),
      system.signer,
    );
    const target = join(place, 'framework-17.0.1.tgz');
    execFileSync('tar', ['-czf', target, '-C', place, 'framework']);
    expect((await verified(target)).module).toMatchObject({
      name: 'framework',
      verdict: 'good',
      listed: 4,
      hashed: 4,
      unchecked: 0,
    });
  });
});

describe('the signature in a package', () => {
  it('is judged as in a folder', async () => {
    const broken = packageOf('cdr', (folder) => write(folder, 'module.sig', 'no signature\n'));
    expect((await verified(broken)).module).toMatchObject({ verdict: 'invalid', severity: 'critical' });
    const altered = packageOf('cdr', (folder) => {
      const text = readFileSync(join(folder, 'module.sig'), 'utf8');
      write(folder, 'module.sig', text.replace('repo=standard', 'repo=extended'));
    });
    expect((await verified(altered)).module).toMatchObject({ verdict: 'invalid' });
    const unknown = await runCli(['verify', packageOf('cdr'), '--format', 'json', '--fail-on', 'critical']);
    const { modules, notes } = reportOf(unknown);
    expect(modules).toMatchObject([{ verdict: 'key-missing' }]);
    expect(notes).toEqual([expect.stringContaining('looked in signatures/*.key of the package')]);
  });

  it('finds keys in the package, which are believed no more for it', async () => {
    const path = packageOf('cdr', (folder) => {
      for (const name of ['anchor', 'signer']) {
        write(folder, `signatures/${name}.key`, readFileSync(join(system.keyring, `${name}.key`), 'utf8'));
      }
      write(folder, 'signatures/broken.key', 'no key\n');
    });
    const trusted = await runCli(['verify', path, '--anchor', system.anchorFingerprint, '--format', 'json']);
    expect(reportOf(trusted).modules).toMatchObject([{ verdict: 'good', signature: { trust: 'certified' } }]);
    const stranger = await runCli(['verify', path, '--format', 'json']);
    expect(reportOf(stranger).modules).toMatchObject([{ verdict: 'untrusted' }]);
  });

  it('counts until its time has passed', async () => {
    const path = await signedOtherwise({ config: { expiresafter: '1700000000' } });
    expect((await verified(path)).module).toMatchObject({ verdict: 'revoked' });
  });

  it('that only points to a list elsewhere says nothing of a package', async () => {
    const path = await signedOtherwise({ config: { type: 'local' } });
    const { module, complete } = await verified(path);
    expect(module).toMatchObject({ verdict: 'unverified', reason: expect.stringMatching(/^a local signature: /) });
    expect(complete).toBe(false);
  });

  it('of another module does not count', async () => {
    const other = await verified(packageOf('cdr', () => undefined, 'cdr2'));
    expect(other.module).toMatchObject({
      name: 'cdr2',
      verdict: 'wrong-module',
      reason: "this folder holds what was signed for the module 'cdr'",
    });
    const nameless = await signedOtherwise({ paths: Object.keys(CDR) });
    expect((await verified(nameless)).module).toMatchObject({ verdict: 'wrong-module' });
    const swapped = packageOf('cdr', (folder) => write(folder, 'module.xml', moduleXml('other', '1')));
    expect((await verified(swapped)).module).toMatchObject({ verdict: 'tampered' });
  });
});

describe('an interrupted verification of a package', () => {
  it('leaves a report that says so', async () => {
    const path = join(tempFolder(), 'cdr-1.tgz');
    // At this rate it takes minutes.
    writeFileSync(path, packed(file('cdr/large', randomBytes(1_000_000))));
    const cli = new RunningCli(['verify', path, '--max-rate', '0.01', '--format', 'json']);
    onTestFinished(() => cli.kill());
    await until(() => isOpenIn(cli.pid, path), 'the package to be open');
    await cli.send('SIGINT');
    const ended = await cli.ended;
    expect(ended).toMatchObject({ code: 130, signal: null });
    const report = validated(JSON.parse(ended.stdout));
    expect(report).toMatchObject({ complete: false, exitCode: 130 });
    expect(report.modules).toMatchObject([
      { verdict: 'unverified', reason: 'the scan ended before the package was read', hashed: 0 },
    ]);
  });
});

describe('a package that cannot be trusted to unpack', () => {
  it.each([
    [
      'a link',
      () => packed(file('cdr/a'), entry({ name: 'cdr/b', type: '2', linkName: '/etc/passwd' })),
      /symbolic link/,
    ],
    ['a path out of it', () => packed(file('cdr/../../a')), /component/],
    ['a path that a terminal would obey', () => packed(file('cdr/\x1b[2J')), /control character/],
    ['nothing in it', () => packed(), /holds nothing/],
    ['no archive in it', () => gzipSync('hello'), /ends in the middle/],
    ['a bomb in it', () => gzipSync(Buffer.alloc(40_000_000)), /100 times its size/],
    ['only its magic', () => Buffer.from([0x1f, 0x8b]), /cut off/],
  ])('because of %s is invalid, never an error', async (_, make, reason) => {
    const path = join(tempFolder(), 'cdr-1.tgz');
    writeFileSync(path, make());
    const report = await verified(path);
    expect(report).toMatchObject({ exitCode: 1, complete: true });
    expect(report.module).toMatchObject({ name: 'cdr-1.tgz', path, verdict: 'invalid', severity: 'critical' });
    expect(report.module).toMatchObject({ reason: expect.stringMatching(reason), listed: 0, hashed: 0, findings: [] });
    const { stdout } = await verify(path);
    expect(stdout).not.toContain('\x1b');
  });

  it('may have a name for nothing but a package and be something else', async () => {
    const path = join(tempFolder(), 'cdr-1.tgz');
    writeFileSync(path, 'no package\n');
    expect((await verified(path)).module).toMatchObject({ verdict: 'invalid' });
  });

  it.skipIf(isRoot)('because it cannot be read is unverified', async () => {
    const path = packageOf('cdr');
    chmodSync(path, 0);
    const report = await verified(path);
    expect(report.module).toMatchObject({ verdict: 'unverified', reason: expect.stringMatching(/EACCES/) });
    expect(report.complete).toBe(false);
  });
});
