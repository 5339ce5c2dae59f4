import { chmodSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { foldersAbove } from '../../src/files/folders-above.js';
import { readTrustedFile } from '../../src/files/trusted.js';
import { tempFolder } from '../helpers/temp.js';

function fileBelow(...folders: string[]): { root: string; file: string } {
  const root = tempFolder();
  const folder = join(root, ...folders);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'file');
  writeFileSync(file, 'text', { mode: 0o600 });
  return { root, file };
}

test('a folder that others may write is refused however far above the file: they could put another in its place', () => {
  const { root, file } = fileBelow('a', 'b', 'c');
  expect(readTrustedFile(file, { maxBytes: 10 })).toBe('text');
  chmodSync(join(root, 'a'), 0o777);
  expect(() => readTrustedFile(file, { maxBytes: 10 })).toThrow(`chmod go-w ${join(root, 'a')}`);
  // In a folder such as /tmp, nobody moves what belongs to another.
  chmodSync(join(root, 'a'), 0o1777);
  expect(readTrustedFile(file, { maxBytes: 10 })).toBe('text');
});

test('so it is where a link leads, of the file or of a folder above it', () => {
  const { root, file } = fileBelow('a', 'b');
  const links = tempFolder();
  symlinkSync(file, join(links, 'file'));
  symlinkSync(join(root, 'a', 'b'), join(links, 'folder'));
  for (const link of ['file', 'folder/file']) expect(readTrustedFile(join(links, link), { maxBytes: 10 })).toBe('text');
  chmodSync(join(root, 'a'), 0o777);
  for (const link of ['file', 'folder/file']) {
    expect(() => readTrustedFile(join(links, link), { maxBytes: 10 })).toThrow(`chmod go-w ${join(root, 'a')}`);
  }
});

test('the folder of a link that others may write is refused', () => {
  const { file } = fileBelow('a');
  const links = tempFolder();
  symlinkSync(file, join(links, 'file'));
  chmodSync(links, 0o777);
  expect(() => readTrustedFile(join(links, 'file'), { maxBytes: 10 })).toThrow(`chmod go-w ${links}`);
});

test.skipIf(process.getuid?.() !== 0)(
  'a link of somebody else in a folder such as /tmp is refused (as root only)',
  () => {
    const { file } = fileBelow('a');
    const links = tempFolder();
    symlinkSync(file, join(links, 'file'));
    symlinkSync(dirname(file), join(links, 'folder'));
    chmodSync(links, 0o1777);
    for (const link of ['file', 'folder/file'])
      expect(readTrustedFile(join(links, link), { maxBytes: 10 })).toBe('text');
    for (const link of ['file', 'folder']) lchownSync(join(links, link), 64_123, 64_123);
    for (const link of ['file', 'folder/file']) {
      expect(() => readTrustedFile(join(links, link), { maxBytes: 10 })).toThrow(
        'belongs to user 64123, who could change it',
      );
    }
  },
);

test('a chain of links is refused whose middle lies in a folder that others may write', () => {
  const { file } = fileBelow('a');
  const [first, middle] = [tempFolder(), tempFolder()];
  symlinkSync(file, join(middle, 'second'));
  symlinkSync(join(middle, 'second'), join(first, 'first'));
  expect(readTrustedFile(join(first, 'first'), { maxBytes: 10 })).toBe('text');
  chmodSync(middle, 0o777);
  expect(() => readTrustedFile(join(first, 'first'), { maxBytes: 10 })).toThrow(`chmod go-w ${middle}`);
});

test('a link that leads on by a path of its own is followed as the kernel does', () => {
  const { root, file } = fileBelow('a', 'b');
  mkdirSync(join(root, 'c'));
  symlinkSync('../a/./b//file', join(root, 'c', 'up'));
  symlinkSync('../c/up', join(root, 'a', 'chain'));
  // Down one link and up from where it leads, which is not where it lies.
  symlinkSync(join(root, 'a', 'b'), join(root, 'c', 'down'));
  symlinkSync('down/../b/file', join(root, 'c', 'through'));
  const links = ['c/up', 'a/chain', 'c/through', 'c/down/../b/file'].map((link) => `${root}/${link}`);
  for (const link of [file, ...links]) expect(readTrustedFile(link, { maxBytes: 10 })).toBe('text');
  chmodSync(join(root, 'a'), 0o777);
  for (const link of links) {
    expect(() => readTrustedFile(link, { maxBytes: 10 })).toThrow(`chmod go-w ${join(root, 'a')}`);
  }
});

test('every folder is named that a path leads through, in its order', () => {
  const { root, file } = fileBelow('a', 'b');
  symlinkSync('a/b', join(root, 'link'));
  expect([...foldersAbove(join(root, 'link', 'file'))].slice(-3)).toEqual([root, join(root, 'a'), join(root, 'a/b')]);
  expect(foldersAbove(relative(process.cwd(), file))).toContain(join(root, 'a/b'));
  expect([...foldersAbove('/')]).toEqual(['/']);
});

test('links that lead to each other are refused, and so is a file that is not there', () => {
  const root = tempFolder();
  symlinkSync('two', join(root, 'one'));
  symlinkSync('one', join(root, 'two'));
  expect(() => foldersAbove(join(root, 'one'))).toThrow('ELOOP');
  expect(() => readTrustedFile(join(root, 'one'), { maxBytes: 10 })).toThrow('ELOOP');
  expect(() => foldersAbove(join(root, 'none'))).toThrow('ENOENT');
});
