import { readdirSync, type Stats, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { FolderChain } from '../../src/files/folder-chain.js';
import { changeOf, readFileBelow } from '../../src/files/read.js';
import { readlinkBelow, statBelow } from '../../src/files/stat.js';
import { bytePath, openDescriptors, temporaryFolder, writeTree } from './temporary.js';

const root = temporaryFolder();
writeTree(root, { 'a/small': 'content', 'a/empty': '', 'a/large': 'x'.repeat(101) });
const chain = new FolderChain(bytePath(root));
afterAll(() => chain.close());

const read = (path: string) => readFileBelow(chain, bytePath(path), 100);

test('a small file is read whole, an empty one too', () => {
  const { size, mode, uid, gid, mtimeMs, ctimeMs } = statSync(`${root}/a/small`);
  const stat = { size, mode, uid, gid, mtimeMs, ctimeMs };
  expect(read('a/small')).toEqual({ ok: true, bytes: Buffer.from('content'), ...stat });
  expect(read('a/empty')).toMatchObject({ ok: true, bytes: Buffer.alloc(0), size: 0 });
});

test('a file is never read past its limit', () => {
  expect(read('a/large')).toEqual({ ok: false, outcome: 'too-large', detail: '101 bytes, more than 100' });
  writeFileSync(`${root}/sparse`, '');
  truncateSync(`${root}/sparse`, 8 * 2 ** 40);
  expect(read('sparse')).toMatchObject({ ok: false, outcome: 'too-large' });
});

test('failures are values', () => {
  const before = openDescriptors();
  expect(read('a')).toEqual({ ok: false, outcome: 'type-changed', detail: 'folder' });
  expect(read('a/nothing')).toEqual({ ok: false, outcome: 'missing', detail: 'no such file' });
  expect(read('b/nothing')).toEqual({ ok: false, outcome: 'missing', detail: 'parent folder is missing' });
  expect(read('a/small/x')).toEqual({ ok: false, outcome: 'type-changed', detail: 'parent folder is a file' });
  expect(read('../etc/passwd')).toMatchObject({ ok: false, outcome: 'unreadable' });
  expect(openDescriptors()).toBeLessThanOrEqual(before + 2);
});

test('an error in the middle of reading makes a file unreadable', ({ skip }) => {
  // Attributes of the loopback device: regular files that claim 4096 bytes, some of which cannot be read.
  const names = readdirSync('/sys/class/net/lo').filter((name) => statSync(`/sys/class/net/lo/${name}`).isFile());
  const attributes = new FolderChain(bytePath('/sys/class/net/lo'));
  const outcomes = names.map((name) => readFileBelow(attributes, bytePath(name), 10_000));
  attributes.close();
  const failed = outcomes.filter((outcome) => !outcome.ok && /^E[A-Z]+: /.test(outcome.detail));
  if (failed.length === 0) skip('no such file on this machine');
  expect(failed[0]).toMatchObject({ ok: false, outcome: 'unreadable' });
});

test.each([
  [{ size: 2 }, 'size changed from 1 to 2 bytes'],
  [{ mtimeMs: 2 }, 'modified while it was read'],
  [{ ctimeMs: 2 }, 'its inode changed while it was read'],
  [{}, ''],
])('two looks that differ in %j', (difference, words) => {
  const before: Stats = { ...statSync(root), size: 1, mtimeMs: 1, ctimeMs: 1 };
  expect(changeOf(before, { ...before, ...difference })).toBe(words);
});

test('entries are looked at without following them', () => {
  symlinkSync(Buffer.from('/\xff\n', 'latin1'), `${root}/link`);
  expect(statBelow(chain, bytePath('link'))).toMatchObject({ ok: true, type: 'symlink', size: 3 });
  expect(statBelow(chain, bytePath('a'))).toMatchObject({ ok: true, type: 'folder' });
  expect(statBelow(chain, bytePath('a/small'))).toMatchObject({ ok: true, type: 'file', size: 7 });
  expect(statBelow(chain, bytePath('link/x'))).toMatchObject({ ok: false, outcome: 'type-changed' });
  expect(statBelow(chain, bytePath('nothing'))).toMatchObject({ ok: false, outcome: 'missing' });
  expect(readlinkBelow(chain, bytePath('link'))).toEqual(Buffer.from('/\xff\n', 'latin1'));
  expect(readlinkBelow(chain, bytePath('a/small'))).toBeNull();
  expect(readlinkBelow(chain, bytePath('nothing/x'))).toBeNull();
});
