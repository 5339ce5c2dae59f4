/** What keeps a package from being written, and that nothing of it is left behind then. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { moduleXml } from '../../src/demo/modules.js';
import { packModule, TIME_OF_UNSIGNED } from '../../src/publish/pack-module.js';
import { readUnsignedModule } from '../../src/publish/unsigned-module.js';
import { isOpenIn, RunningCli, until } from '../cli/controlled.js';
import { CLI_PATH, cliEnvironment } from '../helpers/cli.js';
import { tempFolder } from '../helpers/temp.js';
import { canUnshare, hasTool, isRoot } from '../helpers/tools.js';
import { NAME, OLD_SIGNATURE, PACKAGE, Packing, VERSION } from './packing.js';

const MOUNTS_MISSING: string | undefined = canUnshare('-m') ? undefined : 'file systems cannot be mounted here';

describe('a module that is not fit to be published', () => {
  it('is told all that is wrong, each in a line, and nothing is written', async () => {
    const packing = await Packing.begin({ '.a.swp': '', 'a~': '', '#b#': '', 'module.sig': OLD_SIGNATURE });
    packing.write('module.xml', '<module><rawname>cdr</rawname><version>../1</version></module>');
    symlinkSync('module.xml', join(packing.module, 'link'));
    const before = packing.files();
    const { code, stdout, stderr } = await packing.pack();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([
      `sigsweep: ${packing.module} cannot be published, for 6 reasons [MODULE_NOT_PUBLISHABLE]`,
      '  module.xml: there is no <license> in <module>',
      "  module.xml: the version '../1' must begin with a digit and hold nothing but letters, digits, . _ and -",
      '  #b# was left by an editor',
      '  .a.swp was left by an editor',
      '  a~ was left by an editor',
      '  link is a symbolic link: a module has nothing but files and folders',
    ]);
    expect(packing.files()).toEqual(before);
  });

  it.each([
    ['no XML', '<module>', /not well-formed|line 1/],
    [
      'a version that is too long',
      moduleXml(NAME, '1'.repeat(101)),
      /write <version> as plain text of at most 100 char/,
    ],
    ["another module's name", moduleXml('other', VERSION), /the rawname is 'other', and the folder 'cdr'/],
  ])('has %s in module.xml', async (_, xml, reason) => {
    const packing = await Packing.begin();
    packing.write('module.xml', xml);
    const { code, stdout, stderr } = await packing.pack();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(reason);
    expect(readdirSync(packing.output)).toEqual([]);
  });

  it('has the longest version that there may be', async () => {
    const packing = await Packing.begin();
    const version = `1${'-rc.'.repeat(25)}`.slice(0, 100);
    packing.write('module.xml', moduleXml(NAME, version));
    const { code } = await packing.pack(['--key', packing.key, '--gpg']);
    expect(code).toBe(0);
    const files = [`cdr-${version}.tgz`, `cdr-${version}.tgz.gpg`];
    expect(readdirSync(packing.output).sort()).toEqual(files);
    for (const file of files) expect(await packing.verified(file)).toMatchObject({ verdict: 'good', version });
  });

  it.skipIf(!hasTool('php'))('has PHP that does not compile (needs php)', async () => {
    const packing = await Packing.begin({ 'a.php': '<?php f(;\n' });
    const { code, stderr } = await packing.pack();
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ {2}a\.php: .*[Pp]arse error/m);
  });

  it('is no folder, or is not there', async () => {
    const packing = await Packing.begin();
    const [folder = '', ...rest] = packing.arguments().slice(1);
    for (const path of [join(folder, 'module.xml'), join(folder, 'none')]) {
      const cli = new RunningCli(['pack', path, ...rest]);
      expect(await cli.ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/give the folder/) });
    }
  });
});

describe('a folder to write to', () => {
  /** Packs both forms with a signature that would have to be written too. */
  async function refusedTo(packing: Packing, output: string): Promise<string> {
    packing.write('module.sig', OLD_SIGNATURE);
    return packing.refused(['--key', packing.key, '--gpg', '--output', output]);
  }

  it('is not there, is a file, or takes none', async () => {
    const packing = await Packing.begin();
    const file = packing.system.write('file', 'x');
    expect(await refusedTo(packing, join(packing.system.dir, 'none'))).toMatch(/^cannot write to \S+none: ENOENT/);
    expect(await refusedTo(packing, file)).toMatch(/^cannot write to \S+file: it is no folder$/);
    expect(await refusedTo(packing, '/proc')).toMatch(/^cannot write \/proc\/cdr-17\.0\.1\.tgz\.gpg: E[A-Z]+: /);
  });

  it.skipIf(isRoot)('is not writable', async () => {
    const packing = await Packing.begin();
    chmodSync(packing.output, 0o555);
    expect(await refusedTo(packing, packing.output)).toMatch(/^cannot write \S+: EACCES: /);
    chmodSync(packing.output, 0o755);
  });

  it.each([PACKAGE, `${PACKAGE}.gpg`])('has a folder in the place of %s', async (name) => {
    const packing = await Packing.begin();
    mkdirSync(join(packing.output, name));
    expect(await refusedTo(packing, packing.output)).toMatch(/^cannot write \S+: it is no regular file$/);
  });

  it('is the module itself, whose next package would hold this one', async () => {
    const packing = await Packing.begin({ 'dist/x': '' });
    symlinkSync(packing.module, join(packing.system.dir, 'link'));
    for (const output of [packing.module, join(packing.module, 'dist'), join(packing.system.dir, 'link/dist')]) {
      expect(await refusedTo(packing, output)).toMatch(
        /lies in the module, .*: give another folder with --output DIR$/,
      );
    }
    mkdirSync(join(packing.module, '.dist'));
    await packing.packed(['--key', packing.key, '--output', join(packing.module, '.dist'), '--output', packing.output]);
  });
});

describe.skipIf(MOUNTS_MISSING)(`a disk${MOUNTS_MISSING ? ` (skipped: ${MOUNTS_MISSING})` : ''}`, () => {
  /** Packs both forms where something is mounted for this process alone, and lists what is in the output folder then. */
  function packMounted(packing: Packing, mount: string): { stderr: string; files: string[] } {
    const script = `${mount} && { "$@"; echo "exit $?" >&2; ls -A "${packing.output}"; }`;
    const program = [process.execPath, CLI_PATH, ...packing.arguments(['--key', packing.key, '--gpg'])];
    const { stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', script, 'sh', ...program], {
      env: cliEnvironment(),
      encoding: 'utf8',
    });
    return { stderr, files: stdout.split('\n').filter((line) => line !== '') };
  }

  it('that is full gets none of both forms, and the module keeps its signature', async () => {
    const packing = await Packing.begin({ 'a.bin': randomBytes(60_000), 'module.sig': OLD_SIGNATURE });
    const { stderr, files } = packMounted(packing, `mount -t tmpfs -o size=100k tmpfs "${packing.output}"`);
    expect(stderr).toMatch(/^sigsweep: cannot write \S+: ENOSPC: .*\nexit 2\n$/);
    expect(files).toEqual([]);
    expect(readFileSync(packing.signature, 'utf8')).toBe(OLD_SIGNATURE);
  });

  it('that cannot be written to where the module lies gets no signature, and there is no package', async () => {
    const packing = await Packing.begin({ 'module.sig': OLD_SIGNATURE });
    const { module } = packing;
    const mount = `mount --bind "${module}" "${module}" && mount -o remount,ro,bind "${module}"`;
    const { stderr, files } = packMounted(packing, mount);
    expect(stderr).toMatch(/^sigsweep: cannot write \S+module\.sig: EROFS: .*\nexit 2\n$/);
    expect(files).toEqual([]);
  });
});

describe('Ctrl-C', () => {
  /** Packs, with what it says on standard error in a file. */
  function running(packing: Packing): { cli: RunningCli; said: () => string } {
    const log = join(tempFolder(), 'stderr');
    writeFileSync(log, '');
    const args = packing.arguments(['--key', packing.key, '--gpg', '--progress']);
    const cli = new RunningCli(args, {}, ['sh', '-c', `exec "$@" 2>"${log}"`, 'sh']);
    onTestFinished(() => cli.kill());
    return { cli, said: () => readFileSync(log, 'utf8') };
  }

  it('while files are hashed ends it with nothing written', async () => {
    const packing = await Packing.begin({ 'large.bin': '', 'module.sig': OLD_SIGNATURE });
    // Takes a second or more to be hashed.
    truncateSync(join(packing.module, 'large.bin'), 1_000_000_000);
    const before = names(packing);
    const { cli } = running(packing);
    await until(() => isOpenIn(cli.pid, join(packing.module, 'large.bin')), 'the large file to be hashed');
    await cli.send('SIGINT');
    expect(await cli.ended).toMatchObject({ code: 130, signal: null, stdout: '' });
    expect(names(packing)).toEqual(before);
    expect(readFileSync(packing.signature, 'utf8')).toBe(OLD_SIGNATURE);
  });

  it('while they are packed does so too, without waiting for the end', async () => {
    const packing = await Packing.begin({ 'z.bin': randomBytes(24_000_000), 'module.sig': OLD_SIGNATURE });
    const before = packing.files();
    const { cli, said } = running(packing);
    await until(() => said().includes('packing'), 'packing to be begun');
    await cli.send('SIGTERM');
    expect(await cli.ended).toMatchObject({ code: 143, signal: null, stdout: '' });
    expect(packing.files()).toEqual(before);
    // The last line is that of the bar: the large file was not done.
    expect(said()).not.toMatch(/packing .* 3\/3 /);
  });
});

describe('a file that is changed after it was hashed', () => {
  it.each([
    ['altered', (packing: Packing) => packing.write('a.txt', 'b'), /^a\.txt was changed while the module was packed$/],
    ['grown', (packing: Packing) => packing.write('a.txt', 'aa'), /^a\.txt was changed while the module was packed$/],
    ['made a link', swapForLink, /^a\.txt cannot be packed: symbolic link$/],
  ])('%s, keeps it from being packed', async (_, change, reason) => {
    const packing = await Packing.begin({ 'a.txt': 'a' });
    const module = await readUnsignedModule(packing.module);
    change(packing);
    const packed = packModule(module, { signature: null, mtime: TIME_OF_UNSIGNED });
    await expect(packed).rejects.toMatchObject({ code: 'SIGNING_FAILED', message: expect.stringMatching(reason) });
  });
});

const names = ({ system }: Packing) => readdirSync(system.dir, { recursive: true });

function swapForLink(packing: Packing): void {
  packing.write('b.txt', 'a');
  spawnSync('ln', ['-sf', 'b.txt', join(packing.module, 'a.txt')]);
}
