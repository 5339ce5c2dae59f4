import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { BytePath } from '../../src/files/bytepath.js';
import { hashBatch } from '../../src/hash/hash-files.js';
import { Task } from '../../src/hash/job.js';
import { RateLimit } from '../../src/hash/rate-limit.js';
import { encodeBatch } from '../../src/hash/wire.js';
import { bytePath, openDescriptors, temporaryFolder, writeTree } from '../files/temporary.js';
import { hashed, jobsOf, resultsOf, sha256, writeMany } from './tree.js';

const MiB = 2 ** 20;
const root = temporaryFolder();

test('digests are those of sha256sum', () => {
  const many = temporaryFolder();
  const paths = writeMany(many, 500);
  const lines = execFileSync('sha256sum', paths, { cwd: many, encoding: 'utf8' }).trimEnd().split('\n');
  expect(hashed(many, paths).map(({ sha256 }, index) => `${sha256}  ${paths[index]}`)).toEqual(lines);
});

test('every size around that of the buffer gives the right digest', () => {
  const sizes = [0, 1, MiB - 4, MiB - 1, MiB, MiB + 1, 2 * MiB, 3 * MiB + 7];
  const contents = sizes.map((size) => Buffer.alloc(size, 'abcdefg'));
  writeTree(root, Object.fromEntries(contents.map((content) => [`size-${content.length}`, content])));
  const results = hashed(
    root,
    sizes.map((size) => `size-${size}`),
  );
  expect(results.map((result) => result.sha256)).toEqual(contents.map(sha256));
  expect(results.map(({ size }) => size)).toEqual(sizes);
});

test('a result tells size, mode and time', () => {
  writeTree(root, { described: 'content' });
  const { mode, mtimeMs, ctimeMs, uid, gid } = statSync(`${root}/described`);
  expect(hashed(root, ['described'])).toEqual([
    {
      outcome: 'read',
      detail: '',
      sha256: sha256('content'),
      size: 7,
      mode,
      mtimeMs,
      ctimeMs,
      uid,
      gid,
      containsPhp: false,
      executableContent: false,
      stamp: '',
      unchanged: false,
    },
  ]);
});

test('what cannot be read is data', () => {
  const before = openDescriptors();
  writeTree(root, { 'kinds/folder/file': '', 'kinds/plain': '' });
  symlinkSync('plain', `${root}/kinds/link`);
  symlinkSync('folder', `${root}/kinds/linked-folder`);
  execFileSync('mkfifo', [`${root}/kinds/fifo`]);
  const paths = [
    'link',
    'folder',
    'fifo',
    'nothing',
    'linked-folder/file',
    'plain/file',
    'none/file',
    '../../etc/passwd',
  ];
  const results = hashed(
    root,
    paths.map((path) => `kinds/${path}`),
  );
  expect(results.map(({ outcome, detail }) => `${outcome}: ${detail}`)).toEqual([
    'type-changed: symbolic link',
    'type-changed: folder',
    'type-changed: FIFO',
    'missing: no such file',
    'type-changed: parent folder is a symbolic link',
    'type-changed: parent folder is a file',
    'missing: parent folder is missing',
    'unreadable: parent folder has no plain name',
  ]);
  expect(results[0]).toMatchObject({ sha256: '', size: -1, mode: 0, mtimeMs: Number.NaN });
  expect(openDescriptors()).toBe(before);
});

test('paths are bytes', () => {
  const folder = temporaryFolder();
  const names = ['\xff\xfe', 'a\nb', '\xc3\xa9'] as BytePath[];
  for (const name of names) writeFileSync(Buffer.from(`${folder}/${name}`, 'latin1'), name);
  const jobs = names.map((path) => ({ root: 0, path, task: Task.hash }));
  const batch = encodeBatch([bytePath(folder)], jobs);
  const results = resultsOf(hashBatch(batch, { bytes: 1000, atLeastOne: true }));
  expect(results.map((result) => result.sha256)).toEqual(names.map(sha256));
});

test('several roots in one batch', () => {
  const [one, two] = [temporaryFolder(), temporaryFolder()];
  writeTree(one, { 'a/f': 'one' });
  writeTree(two, { 'a/f': 'two' });
  const path = bytePath('a/f');
  const jobs = [0, 1, 0].map((index) => ({ root: index, path, task: Task.hash }));
  const results = resultsOf(hashBatch(encodeBatch([one, two].map(bytePath), jobs), { bytes: 9, atLeastOne: true }));
  expect(results.map((result) => result.sha256)).toEqual([sha256('one'), sha256('two'), sha256('one')]);
});

describe('looking into content', () => {
  const at = (position: number, text = '<?PhP') => Buffer.concat([Buffer.alloc(position, '.'), Buffer.from(text)]);

  test('sniffing looks at the first 64 KiB alone', () => {
    writeTree(root, { within: at(65_536 - 5), beyond: at(65_536 - 4), shell: '#!/bin/sh\n', elf: '\x7fELF' });
    const results = hashed(root, ['within', 'beyond', 'shell', 'elf'], Task.sniff);
    expect(results.map(({ containsPhp }) => containsPhp)).toEqual([true, false, false, false]);
    expect(results.map(({ executableContent }) => executableContent)).toEqual([false, false, true, true]);
    expect(results.every(({ outcome }) => outcome === 'read')).toBe(true);
    // Only what was read whole has a hash.
    expect(results.map((result) => result.sha256)).toEqual([
      sha256(at(65_536 - 5)),
      '',
      sha256('#!/bin/sh\n'),
      sha256('\x7fELF'),
    ]);
    expect(hashed(root, ['within', 'beyond'], Task.sniff | Task.hash)).toMatchObject([
      { containsPhp: true, sha256: sha256(at(65_536 - 5)) },
      { containsPhp: false, sha256: sha256(at(65_536 - 4)) },
    ]);
  });

  test.each([-5, -4, -3, -2, -1, 0, 1])('sniffing the whole finds a tag %i bytes from the end of a chunk', (offset) => {
    writeTree(root, { [`across${offset}`]: at(2 * MiB + offset, '<?php more') });
    expect(hashed(root, [`across${offset}`], Task.sniffWhole)[0]?.containsPhp).toBe(true);
    expect(hashed(root, [`across${offset}`], Task.sniff)[0]?.containsPhp).toBe(false);
  });

  test('examining explains a difference, up to 4 MiB', () => {
    writeTree(root, { 'unix.php': '<?php f(\n', 'large.php': Buffer.alloc(4 * MiB + 1, '(') });
    const [small, large] = hashed(root, ['unix.php', 'large.php'], Task.hash | Task.examine);
    expect(small).toMatchObject({
      sha256: sha256('<?php f(\n'),
      examined: { sha256AsLf: '', sha256AsCrlf: sha256('<?php f(\r\n'), truncated: true },
    });
    expect(large).toMatchObject({ outcome: 'read', sha256: sha256(readFileSync(`${root}/large.php`)) });
    expect(large?.examined).toBeUndefined();
  });
});

test('a file that claims 8 TiB is refused at once, and still sniffed', () => {
  writeFileSync(`${root}/sparse`, '<?php');
  truncateSync(`${root}/sparse`, 8 * 2 ** 40);
  const start = performance.now();
  expect(hashed(root, ['sparse'])[0]).toMatchObject({ outcome: 'unreadable', size: 8 * 2 ** 40, sha256: '' });
  expect(hashed(root, ['sparse'], Task.sniffWhole)[0]).toMatchObject({ outcome: 'unreadable' });
  expect(hashed(root, ['sparse'], Task.sniff)[0]).toMatchObject({ outcome: 'read', containsPhp: true });
  expect(performance.now() - start).toBeLessThan(1000);
});

test.each([
  ['grows without end', 'while :; do printf x >> "$0"; done', /^size changed/],
  ['is written to', 'while :; do printf x | dd of="$0" bs=1 conv=notrunc 2>/dev/null; done', /^modified/],
  ['changes its mode', 'while :; do chmod 600 "$0"; chmod 644 "$0"; done', /^its inode changed/],
])('a file that %s while it is hashed is changed', async (_, script, detail) => {
  const file = `${temporaryFolder()}/file`;
  writeFileSync(file, '');
  truncateSync(file, 512 * MiB);
  const before = statSync(file).ctimeMs;
  const writer = spawn('sh', ['-c', script, file], { stdio: 'ignore', detached: true });
  const ended = once(writer, 'exit');
  try {
    while (statSync(file).ctimeMs === before) await setTimeout(5);
    const [result] = hashed(file.slice(0, -'/file'.length), ['file']);
    expect(result).toMatchObject({ outcome: 'changed', sha256: '' });
    expect(result?.detail).toMatch(detail);
  } finally {
    process.kill(-(writer.pid ?? 0), 'SIGKILL');
    await ended;
  }
});

test('a file of a procfs, without size but with content, does no harm', () => {
  expect(hashed('/proc/self', ['status'])[0]).toMatchObject({ outcome: 'read', size: 0, sha256: sha256('') });
});

test('a batch stops where its budget is spent', () => {
  const paths = ['one', 'two', 'three'];
  for (const path of paths) writeFileSync(`${root}/${path}`, 'x'.repeat(40));
  const batch = encodeBatch([bytePath(root)], jobsOf(paths));
  expect(hashBatch(batch, { bytes: 100, atLeastOne: true })).toMatchObject({ done: 2, bytes: 80 });
  expect(hashBatch(batch, { bytes: 10, atLeastOne: true })).toMatchObject({ done: 1, bytes: 40 });
  expect(hashBatch(batch, { bytes: 10, atLeastOne: false })).toMatchObject({ done: 0, bytes: 0 });
});

test('a limit of the rate changes no result', () => {
  writeTree(root, { limited: Buffer.alloc(30_000, 'abcdefg') });
  const batch = encodeBatch([bytePath(root)], jobsOf(['limited'], Task.sniff));
  const budget = { bytes: MiB, atLeastOne: true };
  // In pieces of a page each.
  expect(hashBatch(batch, budget, RateLimit.of(80_000))).toEqual(hashBatch(batch, budget));
});

test('an empty batch has no results', () => {
  expect(resultsOf(hashBatch(encodeBatch([], []), { bytes: 1, atLeastOne: true }))).toEqual([]);
});
