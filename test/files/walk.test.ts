import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { BytePath } from '../../src/files/bytepath.js';
import { FolderChain } from '../../src/files/folder-chain.js';
import { listFolder } from '../../src/files/list.js';
import { type WalkedFolder, type WalkOptions, walk } from '../../src/files/walk.js';
import { MAX_FOLDER_ENTRIES } from '../../src/limits.js';
import {
  asNobody,
  bytePath,
  digDown,
  openDescriptors,
  type Pit,
  succeeds,
  temporaryFolder,
  writeTree,
} from './temporary.js';

function walkAll(root: string, start = '', options?: WalkOptions): WalkedFolder[] {
  const chain = new FolderChain(bytePath(root));
  try {
    return [...walk(chain, bytePath(start), options)];
  } finally {
    chain.close();
  }
}

const folders = (walked: readonly WalkedFolder[]): string[] => walked.map(({ folder }) => folder);

describe('a tree', () => {
  const root = temporaryFolder();
  writeTree(root, { 'b/1': '', 'b/.hidden/2': '', 'B/3': '', 'a/c/4': '', 'a-b/5': '', z: '' });
  symlinkSync('b', `${root}/link`);
  symlinkSync('.', `${root}/a/loop`);
  execFileSync('mkfifo', [`${root}/fifo`]);

  test('is walked in the order of bytes, each folder before those in it', () => {
    expect(folders(walkAll(root))).toEqual(['', 'B', 'a', 'a/c', 'a-b', 'b', 'b/.hidden']);
  });

  test('tells what each entry is and follows no link', () => {
    const [top, , a] = walkAll(root);
    expect(top).toEqual({
      folder: '',
      entries: [
        { name: 'B', type: 'folder' },
        { name: 'a', type: 'folder' },
        { name: 'a-b', type: 'folder' },
        { name: 'b', type: 'folder' },
        { name: 'fifo', type: 'fifo' },
        { name: 'link', type: 'symlink' },
        { name: 'z', type: 'file' },
      ],
      problem: null,
      mount: false,
    });
    expect(a?.entries).toEqual([
      { name: 'c', type: 'folder' },
      { name: 'loop', type: 'symlink' },
    ]);
  });

  test('may be walked from a folder in it', () => {
    expect(folders(walkAll(root, 'a'))).toEqual(['a', 'a/c']);
  });

  test('may be pruned', () => {
    expect(folders(walkAll(root, '', { skip: (folder) => folder === 'a' }))).toEqual([
      '',
      'B',
      'a-b',
      'b',
      'b/.hidden',
    ]);
  });

  test.each([
    ['nothing', { outcome: 'missing', detail: 'folder is missing' }],
    ['link', { outcome: 'type-changed', detail: 'folder is a symbolic link' }],
    ['link/x', { outcome: 'type-changed', detail: 'parent folder is a symbolic link' }],
    ['z', { outcome: 'type-changed', detail: 'folder is a file' }],
  ])('%s cannot be walked, and says so', (start, problem) => {
    expect(walkAll(root, start)).toEqual([{ folder: start, entries: [], problem, mount: false }]);
  });

  test('the chain may be used between two folders', () => {
    const chain = new FolderChain(bytePath(root));
    const seen: string[] = [];
    for (const { folder } of walk(chain, '' as BytePath)) {
      seen.push(folder);
      chain.enter(bytePath('b/.hidden'));
    }
    chain.close();
    expect(seen).toEqual(folders(walkAll(root)));
  });
});

test('names are bytes', () => {
  const root = temporaryFolder();
  const names = ['\xff', '\xc3\xa9', 'e\xcc\x81', 'a\nb', '\x1b[31m', '\xe2\x80\xae', '=cmd', '<b>', 'A', 'a', ' '];
  for (const name of names) writeFileSync(Buffer.from(`${root}/${name}`, 'latin1'), '');
  mkdirSync(Buffer.from(`${root}/\xfe`, 'latin1'));
  writeFileSync(Buffer.from(`${root}/\xfe/\xfd`, 'latin1'), '');
  const [top, inner] = walkAll(root);
  const sorted = [...names, '\xfe'].sort((a, b) => (a < b ? -1 : 1));
  expect(top?.entries.map(({ name }) => name)).toEqual(sorted);
  expect(top?.entries.find(({ name }) => name === '\xfe')?.type).toBe('folder');
  expect(listFolder(root, MAX_FOLDER_ENTRIES + 1), 'as one so large that it is counted').toEqual(top?.entries);
  expect(inner).toMatchObject({ folder: '\xfe', entries: [{ name: '\xfd', type: 'file' }], problem: null });
});

test('a folder nobody may list is reported, not left out', () => {
  const root = temporaryFolder();
  writeTree(root, { 'locked/file': '', 'open/file': '' });
  chmodSync(root, 0o755);
  chmodSync(`${root}/locked`, 0o111);
  expect(asNobody(() => walkAll(root))).toMatchObject([
    { folder: '', problem: null },
    { folder: 'locked', entries: [], problem: { outcome: 'unreadable', detail: 'EACCES: permission denied' } },
    { folder: 'open', problem: null },
  ]);
});

test('a folder swapped for a link after it was listed is not followed', () => {
  const root = temporaryFolder();
  writeTree(root, { 'a/file': '', 'b/file': '' });
  const chain = new FolderChain(bytePath(root));
  const walked: WalkedFolder[] = [];
  for (const folder of walk(chain, '' as BytePath)) {
    if (folder.folder === 'a') {
      renameSync(`${root}/b`, `${root}/c`);
      symlinkSync('/etc', `${root}/b`);
    }
    walked.push(folder);
  }
  chain.close();
  expect(walked.at(-1)).toEqual({
    folder: 'b',
    entries: [],
    problem: { outcome: 'type-changed', detail: 'folder is a symbolic link' },
    mount: false,
  });
});

/** Folders whose names have `length` bytes, some with another beside them, and a file `end` at their end. */
const pit = (depth: number, length: number): Pit => ({
  name: 'n'.repeat(length),
  depth,
  files: { end: '' },
  beside: { name: 'o', every: 10 },
});

test('a file deeper than PATH_MAX is found', () => {
  const root = temporaryFolder();
  const before = openDescriptors();
  const deepest = digDown(root, pit(300, 200));
  const walked = walkAll(root);
  expect(walked).toHaveLength(1 + 300 + 30);
  expect(walked.filter(({ problem }) => problem !== null)).toEqual([]);
  expect(walked.find(({ folder }) => folder === deepest)?.entries).toEqual([{ name: 'end', type: 'file' }]);
  expect(openDescriptors()).toBe(before);
});

test('the depth of a walk is bounded', () => {
  const root = temporaryFolder();
  digDown(root, pit(4097, 1));
  const problems = walkAll(root).filter(({ problem }) => problem !== null);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.problem).toEqual({ outcome: 'unreadable', detail: 'more than 4096 folders deep' });
});

test('many files at the end of a very long path are bounded, and their neighbours still listed', () => {
  const root = temporaryFolder();
  const files = Object.fromEntries(Array.from({ length: 1100 }, (_, file) => [`f${file}`, '']));
  digDown(root, { ...pit(1000, 255), files });
  writeTree(root, { 'z/last': '' });
  const walked = walkAll(root);
  expect(walked.filter(({ problem }) => problem !== null)).toMatchObject([
    { problem: { outcome: 'unreadable', detail: expect.stringMatching(/^too many long paths/) } },
  ]);
  expect(walked.at(-1)).toMatchObject({ folder: 'z', entries: [{ name: 'last' }], problem: null });
});

test('another device below the root is noted', ({ skip }) => {
  const root = temporaryFolder();
  mkdirSync(`${root}/mounted`);
  if (!succeeds('mount', '-t', 'tmpfs', 'tmpfs', `${root}/mounted`)) skip('needs the right to mount');
  try {
    writeTree(root, { 'mounted/inner/file': '' });
    expect(walkAll(root).map(({ folder, mount }) => [folder, mount])).toEqual([
      ['', false],
      ['mounted', true],
      ['mounted/inner', false],
    ]);
    expect(walkAll(root, 'mounted/inner').map(({ mount }) => mount)).toEqual([true]);
  } finally {
    execFileSync('umount', [`${root}/mounted`]);
  }
});

test('a folder mounted into itself is not walked without end', ({ skip }) => {
  const root = temporaryFolder();
  mkdirSync(`${root}/a/b`, { recursive: true });
  if (!succeeds('mount', '--bind', root, `${root}/a/b`)) skip('needs the right to mount');
  try {
    const walked = walkAll(root);
    expect(folders(walked)).toEqual(['', 'a', 'a/b']);
    expect(walked.at(-1)?.problem?.detail).toBe('the folder lies inside itself');
  } finally {
    execFileSync('umount', [`${root}/a/b`]);
  }
});

test('a procfs in the tree ends, too', ({ skip }) => {
  const root = temporaryFolder();
  mkdirSync(`${root}/proc`);
  if (!succeeds('mount', '-t', 'proc', 'proc', `${root}/proc`)) skip('needs the right to mount');
  try {
    const walked = walkAll(root);
    expect(walked.length).toBeGreaterThan(10);
    expect(walked[1]).toMatchObject({ folder: 'proc', mount: true });
  } finally {
    execFileSync('umount', [`${root}/proc`]);
  }
});
