/** What `sigsweep pack` writes, by the word of the real tar and of `sigsweep verify`. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { moduleOf, scanSystem } from '../helpers/report.js';
import { tempFolder } from '../helpers/temp.js';
import { TAR_MISSING, unpack } from '../package/unpack.js';
import { NAME, OLD_SIGNATURE, PACKAGE, Packing, VERSION } from './packing.js';

const FILES = {
  'functions.inc.php': '<?php // cdr\n',
  'views/page.php': '<?php // page\n',
  'views/deep/er/x.css': 'x{}\n',
  'i18n/de/caf\u00e9 +1.po': '',
  'views.txt': 'sorted between views and views/\n',
} as const;

/** What has a dot before its name, or above it. */
const HIDDEN = { '.htaccess': 'Deny from all\n', '.git/HEAD': 'x', 'views/.cache/y.php': '<?php\n' } as const;

describe('a package', () => {
  it('is what was signed, and counts', async () => {
    const packing = await Packing.begin({ ...FILES, ...HIDDEN });
    const { bytes, said } = await packing.packed();
    expect(said).toBe(
      `packed cdr 17.0.1 (GPLv3+): 6 files\n` +
        `  signed by ${packing.system.signer.fingerprint}\n` +
        `  wrote ${join(packing.output, PACKAGE)}  ${(bytes.length / 1000).toFixed(1)} kB  SHA-256 ${sha256(bytes)}\n`,
    );
    const { module, notes, exitCode } = await packing.report();
    expect({ notes, exitCode }).toEqual({ notes: [], exitCode: 0 });
    expect(module).toMatchObject({ name: NAME, version: VERSION, verdict: 'good', listed: 6, hashed: 6, findings: [] });
    expect(module.signature).toMatchObject({ signer: packing.system.signer.fingerprint, digest: 'sha256' });
    expect(readdirSync(packing.output)).toEqual([PACKAGE]);
    // The module itself is signed by that, as by `sigsweep sign`.
    const inPlace = await runCli(['verify', packing.module, ...packing.trust, '--format', 'json']);
    expect(inPlace.json()).toMatchObject({ modules: [{ verdict: 'good' }] });
  });

  it.skipIf(TAR_MISSING)('belongs to root, has one time, and lies in order, as the real tar lists it', async () => {
    const packing = await Packing.begin({ ...FILES, ...HIDDEN });
    packing.write('bin/run', '#!/bin/sh\n', 0o755);
    packing.write('bin/secret', '', 0o600);
    packing.write('bin/wide', '', 0o4777);
    await packing.packed();
    const signedAt = await signedAtOf(packing);
    const lines = execFileSync(
      'tar',
      ['--numeric-owner', '--full-time', '--quoting-style=literal', '-tvzf', join(packing.output, PACKAGE)],
      { encoding: 'utf8', env: { PATH: process.env.PATH ?? '', TZ: 'UTC', LC_ALL: 'C.UTF-8' } },
    )
      .trimEnd()
      .split('\n')
      .map((line) => /^(\S+) (\S+) +\d+ (\S+ \S+) (.*)$/.exec(line)?.slice(1) ?? [line]);
    const [folder, plain, program] = ['drwxr-xr-x', '-rw-r--r--', '-rwxr-xr-x'];
    expect(lines).toEqual(
      [
        [folder, 'cdr/'],
        [folder, 'cdr/bin/'],
        [program, 'cdr/bin/run'],
        [plain, 'cdr/bin/secret'],
        [program, 'cdr/bin/wide'],
        [plain, 'cdr/functions.inc.php'],
        [folder, 'cdr/i18n/'],
        [folder, 'cdr/i18n/de/'],
        [plain, 'cdr/i18n/de/caf\u00e9 +1.po'],
        [plain, 'cdr/module.sig'],
        [plain, 'cdr/module.xml'],
        [plain, 'cdr/views.txt'],
        [folder, 'cdr/views/'],
        [folder, 'cdr/views/deep/'],
        [folder, 'cdr/views/deep/er/'],
        [plain, 'cdr/views/deep/er/x.css'],
        [plain, 'cdr/views/page.php'],
      ].map(([mode, path]) => [mode, '0/0', signedAt, path]),
    );
  });

  it.skipIf(TAR_MISSING)('makes a module that a scan finds good, where the real tar unpacks it', async () => {
    const packing = await Packing.begin({ ...FILES, ...HIDDEN });
    packing.write('bin/run', '#!/bin/sh\n', 0o755);
    const { bytes } = await packing.packed();
    const { code, stderr, files, modes } = unpack(bytes, tempFolder());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(files['cdr/views/page.php']).toBe(FILES['views/page.php']);
    expect(Object.keys(files).filter((path) => /\/\./.test(path))).toEqual([]);
    expect(modes).toMatchObject({ 'cdr/bin/run': '755', 'cdr/views/page.php': '644', 'cdr/views': '755' });
    const modules = join(packing.system.webRoot, 'admin/modules');
    execFileSync('tar', ['zxf', join(packing.output, PACKAGE), '-C', modules]);
    const report = await scanSystem(packing.system);
    expect(moduleOf(report, NAME)).toMatchObject({ verdict: 'good', listed: 7, hashed: 7, findings: [] });
    expect(report.exitCode).toBe(0);
  });

  it('is the same bytes for the same input, whenever, wherever and however it is packed', async () => {
    const packing = await Packing.begin(FILES);
    const { bytes } = await packing.packed();
    for (const path of Object.keys(FILES)) utimesSync(join(packing.module, path), 1, 1);
    packing.write('views.txt', FILES['views.txt'], 0o600);
    const env = { TZ: 'Pacific/Auckland', LC_ALL: 'C', LANG: 'C' };
    const again = await packing.packed(['--key', packing.key, '--threads', '1'], { env });
    expect(again.bytes.equals(bytes)).toBe(true);
    expect(again.said).toMatch(/^ {2}signed by [0-9A-F]{40} on \d{4}-\d\d-\d\d, which was kept$/m);
  });

  it('without a key is the same bytes too, from anybody who has the files, and has no old signature in it', async () => {
    const [one, two] = [await Packing.begin(FILES), await Packing.begin(FILES)];
    two.write('module.sig', OLD_SIGNATURE);
    const first = await one.packed([]);
    expect((await two.packed([])).bytes.equals(first.bytes)).toBe(true);
    expect(readFileSync(two.signature, 'utf8')).toBe(OLD_SIGNATURE);
    expect(existsSync(one.signature)).toBe(false);
    expect(await two.verified()).toMatchObject({ verdict: 'unsigned', reason: 'there is no module.sig' });
  });

  it('is written to the folder that somebody stands in, readable for all, in the place of an older one', async () => {
    const packing = await Packing.begin();
    const file = join(packing.output, PACKAGE);
    writeFileSync(file, 'older\n', { mode: 0o600 });
    const { module, key, trust, output } = packing;
    const { code, stdout } = await runCli(['pack', module, '--key', key, ...trust], { cwd: output });
    expect(code).toBe(0);
    expect(stdout).toContain(`  wrote ${PACKAGE}  `);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(await packing.verified()).toMatchObject({ verdict: 'good' });
  });

  it('has names that are bytes', async () => {
    const packing = await Packing.begin();
    for (const name of ['caf\xe9', '-rf', 'a\\b', '\xe2\x80\xaetxt.php']) {
      writeFileSync(Buffer.from(join(packing.module, name), 'latin1'), '');
    }
    await packing.packed();
    expect(await packing.verified()).toMatchObject({ verdict: 'good', listed: 5, findings: [] });
  });
});

describe('what is said', () => {
  it('of a licence cannot make a terminal do anything', async () => {
    const packing = await Packing.begin();
    const license = `A&#x9b;2J\u202e${'x'.repeat(3000)}\n\tB`;
    packing.write(
      'module.xml',
      `<module><rawname>cdr</rawname><version>17.0.1</version><license>${license}</license></module>`,
    );
    const { said } = await packing.packed();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there.
    expect(said).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(said).toMatch(/^packed cdr 17\.0\.1 \(A\\u\{9b\}2J\\u\{202e\}x+…x+\\n\\tB\): 1 file$/m);
    expect(said.length).toBeLessThan(500);
  });

  it('of files and bytes is right where worker threads hash', async () => {
    const many = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`many/${index}.txt`, `${index}`]));
    const packing = await Packing.begin(many);
    const { said } = await packing.packed(['--key', packing.key, '--threads', '2']);
    expect(said).toMatch(/^packed cdr 17\.0\.1 \(GPLv3\+\): 601 files$/m);
    expect(await packing.verified()).toMatchObject({ verdict: 'good', listed: 601, hashed: 601 });
  });

  it('of how far it is goes to standard error, and into a pipe only where it is asked for', async () => {
    const packing = await Packing.begin({ 'a.txt': 'a', 'b.txt': 'b' });
    const asked = await packing.pack(['--key', packing.key, '--progress']);
    expect(asked.stderr).toMatch(/^hashing .* 3\/3 {2}\d+ B$/m);
    expect(asked.stderr).toMatch(/^packing .* 4\/4 {2}\d.* k?B$/m);
    for (const more of [[], ['--no-progress']]) {
      const { stderr, stdout } = await packing.pack(['--key', packing.key, ...more]);
      expect(stderr).toBe('');
      expect(stdout).toMatch(/^packed /);
    }
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** When the package was signed, as tar writes a time. */
async function signedAtOf(packing: Packing): Promise<string> {
  const result = await runCli(['verify', join(packing.output, PACKAGE), ...packing.trust, '--format', 'json']);
  const { modules } = result.json<{ modules: { signature: { signedAt: string } }[] }>();
  return new Date(modules[0]?.signature.signedAt ?? 0).toISOString().slice(0, 19).replace('T', ' ');
}
