import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { fromText } from '../../src/files/bytepath.js';
import * as limits from '../../src/limits.js';
import { inPieces, read, textsOf } from './read.js';
import { END, entry, file, folder, GNU, longName, member, packed, pax } from './tar.js';

const CDR = packed(folder('cdr/'), file('cdr/module.xml', '<module/>'), folder('cdr/views/'), file('cdr/views/a', 'x'));

describe('a package', () => {
  it('is its files, with size, permissions and hash', async () => {
    const { name, files, bytes } = await read(CDR, { wanted: (path) => path === 'module.xml' });
    expect({ name, bytes, paths: [...files.keys()] }).toEqual({
      name: 'cdr',
      bytes: 10,
      paths: ['module.xml', 'views/a'],
    });
    expect(files.get(fromText('module.xml'))).toEqual({
      size: 9,
      mode: 0o100644,
      sha256: createHash('sha256').update('<module/>').digest('hex'),
      containsPhp: false,
      executableContent: false,
      bytes: Buffer.from('<module/>'),
    });
    expect(files.get(fromText('views/a'))?.bytes).toBeNull();
  });

  it('is the same however its bytes come', async () => {
    for (const pieces of [1, 3, 511, 100_000])
      expect(textsOf(await read(CDR, { pieces }))).toEqual(textsOf(await read(CDR)));
  });

  it.each([
    ['entries without folders', packed(file('cdr/views/a', 'x'))],
    ['a folder behind what lies in it', packed(file('cdr/views/a', 'x'), folder('cdr/views'))],
    ['headers of GNU tar', packed(file('cdr/views/a', 'x', { magic: GNU }))],
    ['a NUL for the type, as PHP writes it', packed(file('cdr/views/a', 'x', { type: '\0' }))],
    ['a size behind blanks, as PHP writes it', packed(file('cdr/views/a', 'x', { size: '          1 ' }))],
    ['a prefix', packed(file('a', 'x', { prefix: 'cdr/views' }))],
    ['a long name', packed(longName('cdr/views/a'), file('cdr/vi', 'x'))],
    ['a long name without a NUL, as PHP writes it', packed(longName('cdr/views/a', ''), file('cdr/vi', 'x'))],
    ['a pax path', packed(pax({ path: 'cdr/views/a', mtime: '1.5' }), file('cdr/vi', 'x'))],
    ['a pax size that the header has too', packed(pax({ size: '1', uid: '7', uname: 'x' }), file('cdr/views/a', 'x'))],
    ['an owner from a large network', packed(file('cdr/views/a', 'x', { uid: '\x80\0\0\0\x7f\xff\xff\xff' }))],
    ['the comment of git archive', packed(pax({ comment: 'c0ffee' }, 'g'), file('cdr/views/a', 'x'))],
    ['many empty blocks at the end', packed(file('cdr/views/a', 'x'), Buffer.alloc(9 * 1024))],
    [
      'the name of the archive in the gzip header',
      member(Buffer.concat([file('cdr/views/a', 'x'), END]), { flags: 8, extra: 'cdr.tar\0' }),
    ],
    ['a sticky folder that hands on its group', packed(folder('cdr', { mode: '0003775\0' }), file('cdr/views/a', 'x'))],
  ])('may have %s', async (_, bytes) => {
    expect(textsOf(await read(bytes))).toEqual({ 'views/a': 'x' });
  });

  it('has two files whose names differ in case or in their Unicode form only', async () => {
    const names = ['cdr/a', 'cdr/A', 'cdr/\xc3\xa9', 'cdr/e\xcc\x81'];
    expect((await read(packed(...names.map((name) => file(name))))).files.size).toBe(4);
  });

  it('is searched for PHP in the beginning of its files, across pieces', async () => {
    const php = `${'x'.repeat(65_533)}<?PHP`;
    const bytes = packed(
      file('cdr/a', php),
      file('cdr/b', '<?p'),
      file('cdr/c', '#!/bin/sh'),
      file('cdr/d', '\x7fELF'),
    );
    const seen = async (sniffBytes: number, pieces: number) =>
      [...(await read(bytes, { sniffBytes, pieces })).files.values()].map((found) => [
        found.containsPhp,
        found.executableContent,
      ]);
    const others = [
      [false, false],
      [false, true],
      [false, true],
    ];
    for (const pieces of [50, 100_000]) {
      expect(await seen(65_538, pieces)).toEqual([[true, false], ...others]);
      expect(await seen(65_537, pieces)).toEqual([[false, false], ...others]);
    }
  });

  it('is no longer read when it is aborted, with the reason', async () => {
    const reason = new Error('enough');
    await expect(read(CDR, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const onFile = () => controller.abort(reason);
    await expect(read(CDR, { signal: controller.signal, onFile, pieces: 20 })).rejects.toBe(reason);
  });

  it('fails as its source does', async () => {
    const failure = new Error('EIO');
    async function* source() {
      yield* inPieces(CDR.subarray(0, 50));
      throw failure;
    }
    const { readPackage } = await import('../../src/package/read-package.js');
    await expect(readPackage(source(), () => true)).rejects.toBe(failure);
  });
});

describe('the limits of a package', () => {
  /** Packages as large as the real limits take minutes to make: here they are others, and everything else as it is. */
  async function withLimits(changed: Partial<Record<keyof typeof limits, number>>) {
    vi.resetModules();
    vi.doMock('../../src/limits.js', () => ({ ...limits, ...changed }));
    try {
      const { readPackage } = await import('../../src/package/read-package.js');
      return (bytes: Uint8Array, packedBytes?: number) =>
        readPackage(inPieces(bytes), () => true, packedBytes === undefined ? {} : { packedBytes });
    } finally {
      vi.doUnmock('../../src/limits.js');
      vi.resetModules();
    }
  }

  it('are reached by its size, packed and unpacked', async () => {
    const tar = Buffer.concat([file('cdr/a', 'x'), END]);
    const exact = await withLimits({ MAX_PACKAGE_BYTES: tar.length });
    expect((await exact(gzipSync(tar))).files.size).toBe(1);
    await expect(exact(gzipSync(Buffer.concat([tar, Buffer.alloc(512)])))).rejects.toThrow(/unpacks to more than 2048/);
    await expect(exact(gzipSync(tar), 2049)).rejects.toThrow(/larger than 2048/);
    const noise = createHash('sha512').update('x').digest();
    const small = await withLimits({ MAX_PACKAGE_BYTES: 100 });
    await expect(small(gzipSync(Buffer.concat([noise, noise, noise])))).rejects.toThrow(/100 bytes/);
  });

  it('are reached by how well it was compressed, unless it is small', async () => {
    const tar = Buffer.concat([file('cdr/a', Buffer.alloc(1_000_000)), END]);
    const bytes = gzipSync(tar);
    expect(tar.length / bytes.length).toBeGreaterThan(100);
    expect((await read(bytes)).files.size).toBe(1);
    const strict = await withLimits({ MAX_PACKAGE_BYTES_AT_ANY_RATIO: 1000 });
    await expect(strict(bytes)).rejects.toThrow(/100 times its size/);
    await expect(strict(bytes, bytes.length)).rejects.toThrow(/100 times its size/);
  });

  it('are reached by its files and folders, implied ones too', async () => {
    const few = await withLimits({ MAX_MANIFEST_ENTRIES: 4 });
    expect((await few(packed(file('cdr/a/b'), file('cdr/a/c')))).files.size).toBe(2);
    await expect(few(packed(file('cdr/a/b'), file('cdr/a/c'), file('cdr/d')))).rejects.toThrow(/more than 4 files/);
    await expect(few(packed(file('cdr/a/b/c/d')))).rejects.toThrow(/more than 4 files/);
  });

  it('are reached by the small files that are kept, but for what says which module it is', async () => {
    const few = await withLimits({ MAX_TEXT_FILE_BYTES: 3, MAX_SIGNATURE_FILE_BYTES: 5, MAX_PACKAGE_KEPT_BYTES: 4 });
    const contents = { large: '1234', a: '123', b: '12', c: '1', d: '1', 'module.xml': '123', 'module.sig': '12345' };
    const { files } = await few(packed(...Object.entries(contents).map(([name, text]) => file(`cdr/${name}`, text))));
    const kept = [...files].filter(([, { bytes }]) => bytes !== null).map(([path]) => path);
    expect(kept).toEqual(['a', 'c', 'module.xml', 'module.sig']);
    const tooLarge = await few(packed(file('cdr/module.xml', '1234'), file('cdr/module.sig', '123456')));
    expect([...tooLarge.files.values()].map(({ bytes }) => bytes)).toEqual([null, null]);
  });

  it('are reached by the length of a path, of a name, and of what is said of an entry', async () => {
    const path = (bytes: number) => `cdr/${'a/'.repeat(500)}`.padEnd(bytes, 'b');
    const named = (name: string) => packed(longName(name), file('cdr/a'));
    expect((await read(named(path(limits.MAX_PACKAGE_PATH_BYTES)))).files.size).toBe(1);
    await expect(read(named(path(limits.MAX_PACKAGE_PATH_BYTES + 1)))).rejects.toThrow(/longer than 1024/);
    expect((await read(named(`cdr/${'a'.repeat(limits.MAX_PACKAGE_NAME_BYTES)}`))).files.size).toBe(1);
    await expect(read(named(`cdr/${'a'.repeat(limits.MAX_PACKAGE_NAME_BYTES + 1)}`))).rejects.toThrow(
      /longer than 255/,
    );
    const said = (bytes: number) => {
      const rest = pax({ uname: '' }).subarray(512, 522).toString('latin1').replace(/\0+$/, '');
      const value = 'x'.repeat(bytes - rest.length - 3);
      return packed(pax({ uname: value }), file('cdr/a'));
    };
    expect((await read(said(limits.MAX_PACKAGE_EXTENSION_BYTES))).files.size).toBe(1);
    await expect(read(said(limits.MAX_PACKAGE_EXTENSION_BYTES + 1))).rejects.toThrow(/8193 bytes of extensions/);
  });
});

describe('in bounded time', () => {
  it('ends what unpacks to far more than it is', async () => {
    const start = performance.now();
    const bomb = gzipSync(Buffer.concat([entry({ name: 'cdr/a', size: '17777777777\0' }), Buffer.alloc(300_000_000)]));
    await expect(read(bomb)).rejects.toThrow(/100 times its size/);
    expect(performance.now() - start).toBeLessThan(50_000);
  });
});
