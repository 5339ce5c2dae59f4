/** What is accepted is what the real tar unpacks: the same files with the same bytes, and nothing else. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.js';
import type { PackageContents } from '../../src/package/contents.js';
import { tempFolder } from '../helpers/temp.js';
import { hasTool } from '../helpers/tools.js';
import { read, textsOf } from './read.js';
import { END, entry, file, folder, GNU, type HeaderParts, longName, member, pax } from './tar.js';
import { pack, TAR_MISSING, unpack } from './unpack.js';

/** The files of a package, as tar would name them. */
function placed(contents: PackageContents): Record<string, string> {
  const texts = Object.entries(textsOf(contents));
  return Object.fromEntries(texts.map(([path, text]) => [`${contents.name}/${path}`, text]));
}

function regular(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.endsWith('/')));
}

const TREE = {
  'cdr/module.xml': '<module/>',
  'cdr/empty': '',
  [`cdr/${'deep/'.repeat(50)}file`]: 'deep',
  [`cdr/${'n'.repeat(200)}`]: 'long',
  'cdr/caf\xc3\xa9/\xff\xfe': 'not UTF-8',
  'cdr/large': 'large '.repeat(50_000),
};

function writeTree(place: string, tree: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(tree)) {
    const target = Buffer.from(`${place}/${path}`, 'latin1');
    mkdirSync(target.subarray(0, target.lastIndexOf('/')), { recursive: true });
    writeFileSync(target, text, 'latin1');
  }
}

describe.skipIf(TAR_MISSING !== undefined)('what GNU tar packs', () => {
  it.each(['gnu', 'oldgnu', 'pax'])('is read, in its format %s', async (format) => {
    const place = tempFolder();
    writeTree(place, TREE);
    expect(placed(await read(pack(place, `--format=${format}`, 'cdr')))).toEqual(TREE);
  });

  it('is read without folders', async () => {
    const place = tempFolder();
    writeTree(place, TREE);
    const list = join(place, 'list');
    writeFileSync(list, `${Object.keys(TREE).join('\0')}\0`, 'latin1');
    expect(placed(await read(pack(place, '--null', `--files-from=${list}`)))).toEqual(TREE);
  });

  it('is read in the format ustar, which splits long paths', async () => {
    const tree = { 'cdr/module.xml': '<module/>', [`cdr/${'p'.repeat(90)}/${'q'.repeat(90)}`]: 'split' };
    const place = tempFolder();
    writeTree(place, tree);
    expect(placed(await read(pack(place, '--format=ustar', 'cdr')))).toEqual(tree);
  });

  it.skipIf(!hasTool('git'))('is read from git archive', async () => {
    const place = tempFolder();
    const { execFileSync } = await import('node:child_process');
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', place, '-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args]);
    git('init', '-q');
    writeFileSync(join(place, 'a'), 'x');
    git('add', 'a');
    git('commit', '-qm', 'x');
    expect(placed(await read(git('archive', '--format=tar.gz', '--prefix=cdr/', 'HEAD')))).toEqual({ 'cdr/a': 'x' });
  });
});

const SOUND = Array.from({ length: 30 }, (_, index) => `cdr/${'abc'.charAt(index % 3)}/${index}`);
const UNSOUND = [
  'cdr/a',
  'cdr/a/1/x',
  'cdr',
  'cdr/',
  'cdr/b/',
  './cdr/a/1',
  'cdr//a',
  '/cdr/a',
  'cdr/../a',
  'x',
  'cdr\\a',
];
const name = fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...SOUND) }, fc.constantFrom(...UNSOUND));
const odd = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 25, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const content = fc.constantFrom('', 'x', 'hello\n', 'y'.repeat(511), 'z'.repeat(512), 'w'.repeat(700));

/** Entries of which most are sound, and each part of which is wrong, or only unusual, now and then. */
const entryPart = fc
  .record({
    name,
    content,
    type: odd(fc.constantFrom('\0', '\0', '5', '7', '1', '2', 'S', 'x', 'K')),
    mode: odd(fc.constantFrom('0000755\0', '000600 \0', '0004755\0', '   644 \0', '')),
    size: odd(fc.constantFrom('00000000000\0', '          1 ', '1', '00000001000\0', '\x80\0\0\0\0\0\0\0\0\0\0\x01')),
    magic: odd(fc.constantFrom(GNU, GNU, '', 'ustar \x0000')),
    prefix: odd(fc.constantFrom('cdr', 'cdr/b', '/', 'cdr\0b')),
    linkName: odd(fc.constantFrom('cdr/a', '/etc/passwd')),
    checksum: odd(fc.constantFrom('000000\0 ')),
    padding: odd(fc.constant(1)),
  })
  .map(({ content: text, padding, ...parts }) => entry(withoutHoles(parts), text, padding ?? 0));

/** What is said of the next entry, and what is no file. */
const otherPart = fc.oneof(
  { weight: 3, arbitrary: name.map((said) => longName(said)) },
  { weight: 3, arbitrary: name.map((path) => pax({ path })) },
  { weight: 1, arbitrary: fc.constantFrom('size', 'mtime', 'linkpath').map((key) => pax({ [key]: '1' })) },
  { weight: 3, arbitrary: fc.constantFrom('cdr/b', 'cdr/c/', 'cdr', 'cdr/b/1').map((path) => folder(path)) },
  { weight: 1, arbitrary: fc.constantFrom(pax({ comment: 'x' }, 'g'), END.subarray(512)) },
);

const archive = fc.record({
  parts: fc.array(fc.oneof({ weight: 5, arbitrary: entryPart }, otherPart), { minLength: 1, maxLength: 5 }),
  ending: fc.constantFrom(
    END,
    END,
    END,
    END,
    END.subarray(512),
    Buffer.alloc(4096),
    Buffer.concat([END, file('cdr/z')]),
  ),
  // A bit of one of the headers that is another, with a checksum that is right all the same.
  flip: odd(fc.record({ at: fc.nat(499), bit: fc.nat(7), block: fc.nat(5) })),
  wrap: fc.constantFrom<(tar: Buffer) => Buffer>(
    ...Array.from({ length: 6 }, () => (tar: Buffer) => gzipSync(tar)),
    (tar) => member(tar, { flags: 8, extra: 'x.tar\0' }),
    (tar) => Buffer.concat([gzipSync(tar.subarray(0, 512)), gzipSync(tar.subarray(512))]),
  ),
});

describe.skipIf(TAR_MISSING !== undefined)('archives made at random', () => {
  it('are refused, or tar unpacks them to the same files, without a word', async () => {
    const place = tempFolder();
    let accepted = 0;
    for (const { parts, ending, flip, wrap } of fc.sample(archive, { numRuns: 1500, seed: 7 })) {
      const tar = Buffer.concat([...parts, ending]);
      if (flip !== undefined) flipBit(tar, flip);
      const bytes = wrap(tar);
      const contents = await accept(bytes);
      if (contents === null) continue;
      accepted += 1;
      const folderHere = mkdtempSync(join(place, 'x'));
      const { code, stderr, files } = unpack(bytes, folderHere);
      const what = JSON.stringify(tar.toString('latin1').replace(/\0+/g, '.'));
      expect({ code, stderr: stderr.replace(/^.*implausibly old time stamp.*\n/gm, '') }, what).toEqual({
        code: 0,
        stderr: '',
      });
      expect(regular(files), what).toEqual(placed(contents));
      rmSync(folderHere, { recursive: true });
    }
    expect(accepted).toBeGreaterThan(200);
  });
});

async function accept(bytes: Uint8Array): Promise<PackageContents | null> {
  try {
    return await read(bytes);
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}

function flipBit(tar: Buffer, { at, bit, block }: { at: number; bit: number; block: number }): void {
  const start = (block * 512) % tar.length;
  tar[start + at] = (tar[start + at] ?? 0) ^ (1 << bit);
  const header = tar.subarray(start, start + 512);
  if (header.toString('latin1', 257, 262) !== 'ustar') return;
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

function withoutHoles(parts: { [Key in keyof HeaderParts]: HeaderParts[Key] | undefined }): HeaderParts {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}
