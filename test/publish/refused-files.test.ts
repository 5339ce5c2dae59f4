import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { moduleXml } from '../../src/demo/modules.js';
import { RunningCli } from '../cli/controlled.js';
import { runCli } from '../helpers/cli.js';
import { canUnshare } from '../helpers/tools.js';
import { AS_NOBODY, NOBODY_MISSING, openToNobody } from './nobody.js';
import { filesBelow, OLD_SIGNATURE, Publisher, refusal } from './publisher.js';

/** What is said of what no list may name. */
const ONLY_FILES = 'only regular files can be signed';

describe('what is no regular file', () => {
  it('a link is refused, wherever it leads', async () => {
    const publisher = await Publisher.begin({ 'a.php': 'a', 'sub/b.php': 'b' });
    const targets = { folder: '/etc', loop: 'loop', nothing: 'nothing', other: '/etc/passwd', own: '../a.php' };
    for (const [name, target] of Object.entries(targets)) symlinkSync(target, join(publisher.module, 'sub', name));
    const said = Object.keys(targets).map((name) => `sub/${name} is a symbolic link: ${ONLY_FILES}`);
    expect(await publisher.refused()).toBe(said.join('; '));
  });

  it('a named pipe and a socket are refused, together, and not waited for', async () => {
    const publisher = await Publisher.begin();
    execFileSync('mkfifo', [join(publisher.module, 'pipe')]);
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(join(publisher.module, 'socket'), resolve));
    expect(await publisher.refused()).toBe(`pipe is a FIFO: ${ONLY_FILES}; socket is a socket: ${ONLY_FILES}`);
  });

  it('of many, ten are named', async () => {
    const publisher = await Publisher.begin();
    for (let index = 10; index < 25; index += 1) symlinkSync('x', join(publisher.module, `link-${index}`));
    const said = await publisher.refused();
    expect(said).toMatch(/^link-10 is .*; link-19 is a symbolic link: [^;]*; and 5 more$/);
  });

  it('below a name with a dot it is passed over as everything is', async () => {
    const publisher = await Publisher.begin({ '.cache/x': 'x' });
    symlinkSync('/etc', join(publisher.module, '.link'));
    symlinkSync('/etc', join(publisher.module, '.cache/link'));
    expect(await publisher.signed()).toMatchObject({ verdict: 'good', listed: 1 });
  });

  it('in the place of module.sig it is replaced where it leads to a file, which stays as it was', async () => {
    const publisher = await Publisher.begin();
    const target = publisher.writeSecret('target', OLD_SIGNATURE);
    symlinkSync(target, publisher.signature);
    const before = filesBelow(publisher.folder).target;
    expect(await publisher.signed()).toMatchObject({ verdict: 'good', listed: 1 });
    expect(filesBelow(publisher.folder)).toMatchObject({
      target: before,
      'mymodule/module.sig': expect.not.stringMatching('special'),
    });
  });

  it.each([
    ['a link to a device', (path: string) => symlinkSync('/dev/null', path)],
    ['a named pipe', (path: string) => void execFileSync('mkfifo', [path])],
    ['a folder', (path: string) => mkdirSync(path)],
  ])('%s in the place of module.sig is refused', async (_what, make) => {
    const publisher = await Publisher.begin();
    make(publisher.signature);
    expect(await publisher.refused()).toContain(`${publisher.signature}: it is no regular file`);
  });
});

describe('names that no list can hold', () => {
  it('are refused, each with what is wrong with it', async () => {
    const publisher = await Publisher.begin();
    const told = [
      ['\u001b[31mred', '\\u{1b}[31mred', 'holds a control character'],
      [' x', ' x', 'begins or ends with a space'],
      [';x.php', ';x.php', 'begins with ";", which makes it a comment'],
      ['\\x', '\\\\x', 'is absolute'],
      ['a\n = b', 'a\\n = b', 'holds a control character'],
      ['a\r', 'a\\u{0d}', 'holds a control character'],
      ['a\\..\\x', 'a\\\\..\\\\x', 'has an empty, "." or ".." component'],
      ['x ', 'x ', 'begins or ends with a space'],
    ];
    for (const [name = ''] of told) publisher.write(name, 'x');
    const said = (await publisher.refused()).split('; ');
    expect(said).toEqual(told.map(([, name, why]) => `${name} cannot be listed in a manifest: its path ${why}`));
  });

  it('a path that is too long is refused', async () => {
    const publisher = await Publisher.begin();
    // No call of the system takes all of it at once, so that a shell makes and removes it.
    onTestFinished(() => void execFileSync('rm', ['-r', publisher.module]));
    const script = 'for folder; do mkdir "$folder" && cd -P "$folder" || exit 1; done; echo >file';
    const folders = Array.from({ length: 17 }, () => 'x'.repeat(250));
    execFileSync('sh', ['-c', script, 'sh', ...folders], { cwd: publisher.module });
    expect(refusal(await publisher.sign())).toMatch(
      /^x.* cannot be listed in a manifest: its path is longer than 4096 bytes$/,
    );
    expect(readdirSync(publisher.module).sort()).toEqual(['module.xml', folders[0]]);
  });
});

describe('what does not say which module it is', () => {
  it.each([
    ['no module.xml', (file: string) => rmSync(file), /mymodule is no module: module\.xml: /],
    ['one that is a link', (file: string) => linked(file), /mymodule is no module: module\.xml: .*symbolic link/],
    ['one that is a named pipe', (file: string) => piped(file), /mymodule is no module: module\.xml: .*FIFO/],
    ['one that is a folder', (file: string) => foldered(file), /mymodule is no module: module\.xml: .*folder/],
    [
      'one of another module',
      (file: string) => writeFileSync(file, moduleXml('yourmodule', '1')),
      /its module\.xml is that of the module 'yourmodule': the folder must be called like it$/,
    ],
    ['one of another case', (file: string) => writeFileSync(file, moduleXml('MyModule', '1')), /'MyModule'/],
    ['one without a name', (file: string) => writeFileSync(file, '<module/>'), /its module\.xml names no module/],
    [
      'one with a name that a terminal would obey',
      (file: string) => writeFileSync(file, '<rawname>\u001b[2Jx\ny</rawname>'),
      /'\\u\{1b\}\[2Jx\\ny'/,
    ],
  ])('%s is refused', async (_what, damage, said) => {
    const publisher = await Publisher.begin();
    damage(join(publisher.module, 'module.xml'));
    expect(await publisher.refused()).toMatch(said);
  });

  it.each(['missing', 'module.xml', '/dev/null'])('%s is no folder of a module', async (name) => {
    const publisher = await Publisher.begin();
    const folder = name.startsWith('/') ? name : join(publisher.module, name);
    const result = await runCli(['sign', folder, ...publisher.trust, '--key', publisher.key]);
    expect(refusal(result)).toMatch(/ is no module: /);
  });

  it('a module is found by any path that leads to it, and by a link with its name', async () => {
    const publisher = await Publisher.begin();
    mkdirSync(join(publisher.folder, 'by'));
    symlinkSync(publisher.module, join(publisher.folder, 'by/mymodule'));
    symlinkSync(publisher.module, join(publisher.folder, 'by/alias'));
    const sign = (folder: string, cwd = publisher.module) =>
      runCli(['sign', folder, ...publisher.trust, '--key', publisher.key], { cwd });
    for (const folder of ['.', '../mymodule/', './', '../by/mymodule'])
      expect(await sign(folder)).toMatchObject({ code: 0 });
    expect(refusal(await sign('../by/alias'))).toContain("is that of the module 'mymodule'");
  });
});

const MOUNT_MISSING = canUnshare('-m') ? undefined : 'file systems cannot be mounted here';

it.skipIf(MOUNT_MISSING)(
  `a file system that is mounted in a module is refused${MOUNT_MISSING ? ` (skipped: ${MOUNT_MISSING})` : ''}`,
  async () => {
    const publisher = await Publisher.begin({ 'sub/a.php': 'a' });
    const mount = `mount -t tmpfs tmpfs "${join(publisher.module, 'sub')}" && exec "$@"`;
    const sign = new RunningCli(['sign', publisher.module, ...publisher.trust, '--key', publisher.key], {}, [
      'unshare',
      '-m',
      'sh',
      '-c',
      mount,
      'sh',
    ]);
    expect(refusal(await sign.ended)).toBe('sub is another file system');
  },
);

describe.skipIf(NOBODY_MISSING)(
  `what cannot be read or written${NOBODY_MISSING ? ` (skipped: ${NOBODY_MISSING})` : ''}`,
  () => {
    /** Signs as an ordinary user, to whom everything but what `path` names belongs. */
    async function refusedAsNobody(publisher: Publisher, path: string, mode: number): Promise<string> {
      publisher.write('module.sig', OLD_SIGNATURE);
      openToNobody(publisher.folder);
      const before = filesBelow(publisher.folder);
      chmodSync(join(publisher.module, path), mode);
      const args = ['sign', publisher.module, ...publisher.trust, '--key', publisher.key];
      const ended = await new RunningCli(args, {}, AS_NOBODY).ended;
      chmodSync(join(publisher.module, path), 0o700);
      expect(filesBelow(publisher.folder)).toEqual(before);
      return refusal(ended);
    }

    it.each([
      ['a file', 'sub/a.php', 0, /^sub\/a\.php could not be hashed: EACCES: permission denied$/],
      ['a folder', 'sub', 0, /^sub cannot be listed: .*EACCES: permission denied$/],
      ['a folder of which only the names can be read', 'sub', 0o400, /^sub.*permission denied/],
      ['module.xml', 'module.xml', 0, /is no module: module\.xml: EACCES: permission denied$/],
      ['the module', '', 0, /permission denied/],
      ['a module that cannot be written', '', 0o500, /^cannot write .*\/module\.sig: EACCES: permission denied$/],
    ])('%s: one sentence, and the old signature stays', async (_what, path, mode, said) => {
      const publisher = await Publisher.begin({ 'sub/a.php': 'a' });
      expect(await refusedAsNobody(publisher, path, mode)).toMatch(said);
    });
  },
);

function linked(file: string): void {
  renameSync(file, `${file}.other`);
  symlinkSync('module.xml.other', file);
}

function piped(file: string): void {
  rmSync(file);
  execFileSync('mkfifo', [file]);
}

function foldered(file: string): void {
  rmSync(file);
  mkdirSync(file);
}
