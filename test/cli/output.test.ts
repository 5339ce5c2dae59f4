import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI_PATH, cliEnvironment, runCli } from '../helpers/cli.js';
import { validated } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { makeTempFolder, removeFolder, tempFolder } from '../helpers/temp.js';

const IS_ROOT = process.getuid?.() === 0;
const OLD = 'the old report\n';

let system: TestSystem;
let scanArgs: string[];
beforeAll(async () => {
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`views/v${index}.php`, `<?php // ${index}\n`]),
  );
  system = await makeSystem({ modules: { cdr: files } });
  for (let index = 0; index < 300; index++) system.writeInWebRoot(`dropped/f${index}.php`, '<?php\n');
  scanArgs = ['scan', system.webRoot, '--anchor', system.anchorFingerprint, '--keyring', system.keyring];
});
afterAll(() => system.cleanup());

const toFile = (file: string, ...args: string[]) =>
  runCli([...scanArgs, '--format', 'json', '--output', file, ...args]);

describe('--output', () => {
  it('puts the whole report in the place of the old one, and nothing else', async () => {
    const folder = tempFolder();
    const file = join(folder, 'report.json');
    writeFileSync(file, OLD);
    const { code, stdout, stderr } = await toFile(file);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: '' });
    expect(validated(JSON.parse(readFileSync(file, 'utf8')))).toMatchObject({ exitCode: 1, complete: true });
    expect(readdirSync(folder)).toEqual(['report.json']);
    expect(statSync(file).mode & 0o007).toBe(0);
  });

  it('writes the text report too, and never in colour', async () => {
    const file = join(tempFolder(), 'r'.repeat(250));
    expect((await runCli([...scanArgs, '--output', file])).stdout).toBe('');
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^sigsweep (?:.*\n)*result {4}NOT clean\.\n$/);
    expect(text).not.toContain('\u001b');
  });

  it('is written with --quiet as well, where a program waits for it', async () => {
    const file = join(tempFolder(), 'report.json');
    expect(await toFile(file, '--quiet', '--module', 'cdr')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(validated(JSON.parse(readFileSync(file, 'utf8')))).toMatchObject({ exitCode: 0 });
  });

  it('replaces a link, and does not write where it leads', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'elsewhere'), OLD);
    symlinkSync('elsewhere', join(folder, 'report.json'));
    expect((await toFile(join(folder, 'report.json'))).code).toBe(1);
    expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe(OLD);
    expect(readFileSync(join(folder, 'report.json'), 'utf8')).toMatch(/^\{/);
  });

  it.each([
    ['a folder', (folder: string) => folder, 'no regular file'],
    ['a device', () => '/dev/null', 'no regular file'],
    ['a missing folder', (folder: string) => join(folder, 'nowhere/report.json'), 'no such file'],
    ['a file as folder', (folder: string) => join(folder, 'file/report.json'), 'not a directory'],
  ])('to %s is one sentence, exit code 2 and nothing else', async (_what, place, says) => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), OLD);
    const { code, stdout, stderr } = await toFile(place(folder));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^sigsweep: cannot write [^\n]*\n$/);
    expect(stderr).toContain(place(folder));
    expect(stderr).toContain(says);
    expect(readdirSync(folder)).toEqual(['file']);
    expect(statSync('/dev/null').isFile()).toBe(false);
  });
});

describe('--quiet, when clean', () => {
  /** Where an intruder has FreePBX's configuration name a clean copy, a note is all that tells. */
  let led: TestSystem;
  beforeAll(async () => {
    led = await makeSystem({ modules: { cdr: {} } });
    cpSync(led.webRoot, join(led.dir, 'srv/copy'), { recursive: true });
    led.writeInWebRoot('shell.php', '<?php');
    led.write('etc/freepbx.conf', `<?php\n$amp_conf['AMPWEBROOT'] = '/srv/copy';\n`);
  });
  afterAll(() => led.cleanup());

  const scanned = (...args: string[]) =>
    runCli(['scan', '--root', led.dir, '--anchor', led.anchorFingerprint, '--keyring', led.keyring, ...args]);

  it.each(['text', 'json', 'ndjson'])('still says the notes, on standard error: %s', async (format) => {
    const { code, stdout, stderr } = await scanned('--quiet', '--format', format);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^sigsweep: note: AMPWEBROOT is \/srv\/copy, [^\n]*\n$/);
  });

  it('says them beside a file too, and once', async () => {
    const file = join(tempFolder(), 'report');
    const { stdout, stderr } = await scanned('--quiet', '--output', file);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^sigsweep: note: AMPWEBROOT is [^\n]*\n$/);
    expect(readFileSync(file, 'utf8')).toContain('note      AMPWEBROOT is /srv/copy');
    expect(await scanned()).toMatchObject({ stdout: expect.stringContaining('note      AMPWEBROOT'), stderr: '' });
  });
});

describe('where nothing can be written', () => {
  let folder: string;
  /** A small file system that is full, or read-only for root too; `null` where it cannot be made. */
  let disk: string | null;
  beforeAll(() => {
    folder = makeTempFolder();
    disk = join(folder, 'disk');
    mkdirSync(disk);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' }).status !== 0)
      disk = null;
    if (disk !== null) writeFileSync(join(disk, 'report.json'), OLD);
  });
  afterAll(() => {
    if (disk !== null) execFileSync('umount', [disk]);
    removeFolder(folder);
  });

  it('for want of room, the old report stays as it was', async (context) => {
    if (disk === null) return context.skip('a file system of its own takes root and mount');
    const { code, stdout, stderr } = await toFile(join(disk, 'report.json'));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `sigsweep: cannot write ${disk}/report.json: ENOSPC: no space left on device [OUTPUT_FAILED]\n`,
    );
    expect(readFileSync(join(disk, 'report.json'), 'utf8')).toBe(OLD);
    expect(readdirSync(disk)).toEqual(['report.json']);
  });

  it('because the folder is read-only, the old report stays as it was', async (context) => {
    if (IS_ROOT && disk === null) return context.skip('root writes everywhere but on a read-only file system');
    const place = disk ?? tempFolder();
    if (disk === null) {
      writeFileSync(join(place, 'report.json'), OLD);
      chmodSync(place, 0o555);
    } else {
      execFileSync('mount', ['-o', 'remount,ro', place]);
    }
    const { code, stderr } = await toFile(join(place, 'report.json'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sigsweep: cannot write .*\/report\.json: E(ROFS|ACCES): [^\n]*\n$/);
    expect(readFileSync(join(place, 'report.json'), 'utf8')).toBe(OLD);
    expect(readdirSync(place)).toEqual(['report.json']);
    if (disk === null) chmodSync(place, 0o755);
  });
});

describe('standard output', () => {
  /** Runs a shell command; `$SIGSWEEP` in it is the built program, `$@` the arguments of a scan. */
  const shell = (command: string) =>
    spawnSync('sh', ['-c', command, 'sh', ...scanArgs, '--all'], {
      env: { ...cliEnvironment(), SIGSWEEP: `${process.execPath} ${CLI_PATH}` },
      encoding: 'utf8',
    });

  it.each(['$SIGSWEEP "$@"', '$SIGSWEEP "$@" --format ndjson', '$SIGSWEEP scan --help'])(
    'that is full is one sentence and exit code 2: %s',
    (command) => {
      if (!existsSync('/dev/full')) throw new Error('there is no /dev/full');
      const { status, stderr } = shell(`${command} >/dev/full`);
      expect(stderr).toBe(
        'sigsweep: cannot write to standard output: ENOSPC: no space left on device [OUTPUT_FAILED]\n',
      );
      expect(status).toBe(2);
    },
  );

  it.each(['text', 'json', 'ndjson'])('whose reader has had enough is no error: %s', (format) => {
    const { stdout, stderr } = shell(`{ $SIGSWEEP "$@" --format ${format}; echo "code $?" >&2; } | head -c 1`);
    expect(stdout).toHaveLength(1);
    expect(stderr).toBe('code 1\n');
  });

  it('that is closed together with standard error changes nothing', () => {
    expect(shell('{ { $SIGSWEEP "$@" --format json 2>&1; echo "code $?" >&3; } | true; } 3>&1').stdout).toBe(
      'code 1\n',
    );
    expect(shell('$SIGSWEEP "$@" >&- 2>&-').status).toBe(1);
  });
});
