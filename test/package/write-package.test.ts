import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.js';
import { fromLatin1, fromText } from '../../src/files/bytepath.js';
import { checkListedPath } from '../../src/manifest/paths.js';
import { type PackedFile, packageParts } from '../../src/package/write-package.js';
import { tempFolder } from '../helpers/temp.js';
import { read, textsOf } from './read.js';
import { TAR_MISSING, unpack } from './unpack.js';

const CDR = fromText('cdr');
const TIME = new Date('2026-11-28T12:00:00.750Z');

/** Paths and contents as latin1, in the order of their bytes. */
function filesOf(contents: Readonly<Record<string, string>>, programs: readonly string[] = []): PackedFile[] {
  return Object.entries(contents)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => ({
      path: fromLatin1(path),
      bytes: Buffer.from(text, 'latin1'),
      executable: programs.includes(path),
    }));
}

async function written(files: AsyncIterable<PackedFile> | Iterable<PackedFile>, time = TIME, name = CDR) {
  const parts: Uint8Array[] = [];
  for await (const part of packageParts(name, files, time)) parts.push(part);
  return Buffer.concat(parts);
}

const ODD = {
  'module.xml': '<module/>',
  empty: '',
  'bin/run': '#!/bin/sh\n',
  'a-b/x': '1',
  'a/x': '2',
  'a.b/x': '3',
  'caf\xc3\xa9/\xff\xfe.php': 'not UTF-8',
  [`${'n'.repeat(250)}`]: 'a long name',
  [`deep/${'d/'.repeat(150)}file`]: '300 bytes of path',
  [`${'p'.repeat(96)}`]: 'exactly 100 bytes with the folder',
  [`${'q'.repeat(97)}`]: '101 bytes',
  'block 512': 'x'.repeat(512),
  'block 513': 'x'.repeat(513),
  large: 'large '.repeat(100_000),
  __proto__x: 'y',
};

describe('a package that is written', () => {
  it('reads as what it was made of', async () => {
    const contents = await read(await written(filesOf(ODD, ['bin/run'])));
    expect(contents.name).toBe('cdr');
    expect(textsOf(contents)).toEqual(ODD);
    expect(contents.files.get(fromText('bin/run'))?.mode).toBe(0o100755);
    expect(contents.files.get(fromText('empty'))?.mode).toBe(0o100644);
    expect(contents.bytes).toBe(Object.values(ODD).join('').length);
  });

  it.skipIf(TAR_MISSING !== undefined)('is unpacked by GNU tar to the same bytes', async () => {
    const { code, stderr, files, modes } = unpack(await written(filesOf(ODD, ['bin/run'])), tempFolder());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const regular = Object.entries(files).filter(([path]) => !path.endsWith('/'));
    expect(Object.fromEntries(regular)).toEqual(
      Object.fromEntries(Object.entries(ODD).map(([path, text]) => [`cdr/${path}`, text])),
    );
    expect(modes).toMatchObject({ cdr: '755', 'cdr/bin': '755', 'cdr/bin/run': '755', 'cdr/empty': '644' });
  });

  it('is the same bytes every time, and says nothing of where and when it was made', async () => {
    const bytes = await written(filesOf(ODD));
    expect(await written(filesOf(ODD))).toEqual(bytes);
    // Magic, deflate, no flags, no time, level, Unix.
    expect(bytes.subarray(0, 10).toString('hex')).toBe('1f8b0800000000000003');
    // Pinned: another release of the library that compresses may change it, and then this has to be known.
    const small = await written(filesOf({ 'a.php': '<?php\n', 'b/c.txt': 'text\n'.repeat(50) }));
    expect(createHash('sha256').update(small).digest('hex')).toBe(
      '3fba5c7dbda6fa0df6553fae78fb01da71c9a32a254d90051d29c4d8002e76fb',
    );
    expect(await written(filesOf(ODD), new Date(0))).not.toEqual(bytes);
  });

  it('may be given its files one by one', async () => {
    async function* later() {
      yield* filesOf({ a: '1', b: '2' });
    }
    expect(await written(later())).toEqual(await written(filesOf({ a: '1', b: '2' })));
  });

  it.each([
    ['another order', ['b', 'a'], /order of their bytes/],
    ['a file twice', ['a', 'a'], /order of their bytes/],
    ['a file below a file', ['a', 'a/b'], /as a file and as a folder/],
    ['a path that leads out', ['../a'], /component/],
    ['an absolute path', ['/a'], /component/],
    ['a path with a line end', ['a\nb'], /control character/],
    ['a path that is too long', ['a/'.repeat(600)], /longer than 1024/],
    ['no file', [], /no file to pack/],
  ])('is none of %s', async (_, paths, reason) => {
    const files = paths.map((path) => ({ path: fromLatin1(path), bytes: Buffer.alloc(0), executable: false }));
    await expect(written(files)).rejects.toThrow(DataError);
    await expect(written(files)).rejects.toThrow(reason);
  });

  it('is none of a name that is none, a time that is none, and what would be taken for a bomb', async () => {
    const files = filesOf({ a: '1' });
    await expect(written(files, TIME, fromText('a/b'))).rejects.toThrow(/no name for a folder/);
    await expect(written(files, TIME, fromText('..'))).rejects.toThrow(/no name for a folder/);
    await expect(written(files, new Date(-1))).rejects.toThrow(/1970 and 2242/);
    await expect(written(files, new Date(Number.NaN))).rejects.toThrow(/1970 and 2242/);
    const zeros = [{ path: fromText('a'), bytes: Buffer.alloc(32 * 1024 * 1024), executable: false }];
    await expect(written(zeros)).rejects.toThrow(/100 times its size/);
  });

  it('of anything reads back', async () => {
    const name = fc
      .uint8Array({ minLength: 1, maxLength: 12 })
      .map((bytes) => Buffer.from(bytes).toString('latin1'))
      .filter((text) => checkListedPath(fromLatin1(text)) === null && !text.includes('/'));
    const path = fc.array(name, { minLength: 1, maxLength: 12 }).map((names) => names.join('/'));
    const content = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(path, content, { minKeys: 1, maxKeys: 8, noNullPrototype: true }),
        async (made) => {
          const paths = Object.keys(made);
          fc.pre(!paths.some((a) => paths.some((b) => b.startsWith(`${a}/`))));
          expect(textsOf(await read(await written(filesOf(made))))).toEqual(made);
        },
      ),
      { numRuns: 100 },
    );
  });
});
