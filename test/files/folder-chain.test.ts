import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { type BytePath, join } from '../../src/files/bytepath.js';
import { FolderChain, FolderError } from '../../src/files/folder-chain.js';
import { procAvailable } from '../../src/files/proc.js';
import { asNobody, bytePath, openDescriptors, temporaryFolder, writeTree } from './temporary.js';

const root = temporaryFolder();
writeTree(root, { 'a/b/c/file': 'c', 'a/b/other': 'b', 'a/x/file': 'x', plain: 'file', top: 'top' });
symlinkSync('a', `${root}/link`);
symlinkSync('b', `${root}/a/link`);
execFileSync('mkfifo', [`${root}/fifo`]);

function failure(action: () => void): FolderError {
  try {
    action();
  } catch (error) {
    if (error instanceof FolderError) return error;
    throw error;
  }
  throw new Error('entered');
}

describe.each([
  ['through descriptors', true],
  ['without procfs', false],
])('a chain %s', (_, usesDescriptors) => {
  const chain = new FolderChain(bytePath(root), usesDescriptors);
  afterAll(() => chain.close());

  function content(folder: string, name: string): string {
    chain.enter(bytePath(folder));
    return readFileSync(chain.at(bytePath(name)), 'utf8');
  }

  test('goes from any folder to any other', () => {
    expect(content('a/b/c', 'file')).toBe('c');
    expect(content('a/b', 'other')).toBe('b');
    expect(content('a/x', 'file')).toBe('x');
    expect(content('', 'top')).toBe('top');
    expect(content('a/b/c', 'file')).toBe('c');
  });

  test.each([
    ['nothing', 'missing', 'parent folder is missing', 'nothing'],
    ['a/nothing/deeper', 'missing', 'parent folder is missing', 'a/nothing'],
    ['link', 'type-changed', 'parent folder is a symbolic link', 'link'],
    ['link/b', 'type-changed', 'parent folder is a symbolic link', 'link'],
    ['a/link', 'type-changed', 'parent folder is a symbolic link', 'a/link'],
    ['plain', 'type-changed', 'parent folder is a file', 'plain'],
    ['plain/x', 'type-changed', 'parent folder is a file', 'plain'],
    ['fifo', 'type-changed', 'parent folder is a FIFO', 'fifo'],
    ['a/../..', 'unreadable', 'parent folder has no plain name', 'a/..'],
    ['a//b', 'unreadable', 'parent folder has no plain name', 'a/'],
    ['a/', 'unreadable', 'parent folder has no plain name', 'a/'],
    ['/etc', 'unreadable', 'parent folder has no plain name', ''],
    ['a\0b', 'unreadable', 'parent folder has no plain name', 'a\0b'],
  ])('%j is refused', (folder, outcome, detail, path) => {
    expect(failure(() => chain.enter(bytePath(folder)))).toMatchObject({ outcome, detail, path });
  });

  test('names nothing after a refusal', () => {
    chain.enter(bytePath('a/b'));
    failure(() => chain.enter(bytePath('a/b/nothing')));
    expect(() => chain.at(bytePath('other'))).toThrow('no folder was entered');
    expect(content('a/b', 'other')).toBe('b');
  });

  test.each(['..', '.', '', 'b/other', 'a\0'])('%j is no name of an entry', (name) => {
    chain.enter(bytePath('a'));
    expect(failure(() => chain.at(bytePath(name)))).toMatchObject({ outcome: 'unreadable' });
  });

  test('a folder nobody may enter is unreadable', () => {
    writeTree(root, { 'locked/inner/file': '' });
    chmodSync(root, 0o755);
    chmodSync(`${root}/locked`, 0);
    const closed = new FolderChain(bytePath(root), usesDescriptors);
    const error = asNobody(() => failure(() => closed.enter(bytePath('locked/inner'))));
    closed.close();
    chmodSync(`${root}/locked`, 0o755);
    expect(error).toMatchObject({
      outcome: 'unreadable',
      detail: 'parent folder cannot be opened: EACCES: permission denied',
    });
  });
});

test('the root may be reached through a symbolic link', () => {
  const chain = new FolderChain(bytePath(`${root}/link`));
  chain.enter(bytePath('b'));
  expect(readFileSync(chain.at(bytePath('other')), 'utf8')).toBe('b');
  chain.close();
});

test.each([
  ['nothing', 'missing', 'root folder is missing'],
  ['plain', 'type-changed', 'root is not a folder'],
])('a root that is %j is an error of its own', (name, outcome, detail) => {
  const chain = new FolderChain(bytePath(`${root}/${name}`));
  expect(failure(() => chain.enter('' as BytePath))).toMatchObject({ outcome, detail });
});

test.runIf(procAvailable())('a folder above an open one can be swapped without effect', () => {
  writeTree(root, { 'swapped/inner/file': 'genuine', 'elsewhere/inner/file': 'false' });
  const chain = new FolderChain(bytePath(root));
  chain.enter(bytePath('swapped/inner'));
  renameSync(`${root}/swapped`, `${root}/away`);
  symlinkSync('elsewhere', `${root}/swapped`);
  expect(readFileSync(chain.at(bytePath('file')), 'utf8')).toBe('genuine');
  chain.close();
});

test('reaches 1,024 folders of 255 bytes with few descriptors, and closes them', () => {
  const before = openDescriptors();
  mkdirSync(`${root}/deep`);
  const chain = new FolderChain(bytePath(`${root}/deep`));
  let folder = '' as BytePath;
  const name = bytePath('n'.repeat(255));
  for (let depth = 0; depth < 1024; depth += 1) {
    chain.enter(folder);
    mkdirSync(chain.at(name));
    folder = join(folder, name);
  }
  chain.enter(folder);
  writeFileSync(chain.at(bytePath('end')), 'found');
  expect(openDescriptors() - before).toBeLessThanOrEqual(34);
  chain.enter(folder.slice(0, 256 * 500 - 1) as BytePath);
  expect(lstatSync(chain.at(name)).isDirectory()).toBe(true);
  chain.enter(folder);
  expect(readFileSync(chain.at(bytePath('end')), 'utf8')).toBe('found');
  chain.close();
  expect(openDescriptors()).toBe(before);
});
