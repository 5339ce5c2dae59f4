/** Archives in packages: what is accepted has one meaning, and reads the same when it is written anew. */
import { ContentsCollector } from '../../dist/src/package/contents.js';
import { TarReader } from '../../dist/src/package/tar-reader.js';
import { archive, entry, mutateArchive } from '../archives.mjs';
import { mutate as mutateBytes } from '../mutate.mjs';
import { must, parsed } from './expect.mjs';

/** @typedef {import('../../dist/src/package/contents.js').PackageContents} PackageContents */

export const name = 'package';
export const files = [
  'package/contents.js',
  'package/file-content.js',
  'package/paths.js',
  'package/pax.js',
  'package/tar-format.js',
  'package/tar-header.js',
  'package/tar-reader.js',
];
export const words = [
  'ustar\x0000',
  'ustar  \0',
  '00000000001\0',
  '00000001000\0',
  '0000644\0',
  '0004755\0',
  '././@LongLink',
  'cdr/',
  '/',
  '../',
  './',
  '\\',
  '\0',
  '\x80\0\0\0\0\0\0\0\0\0\0\x01',
  '0',
  '1',
  '5',
  'L',
  'x',
  'g',
  '14 path=cdr/a\n',
  '10 size=1\n',
  '13 mtime=1.5\n',
  'GNU.sparse.major=1',
  'comment=',
];

/** @param {Buffer} input */
export function run(input) {
  const contents = read(input, input.length);
  const inPieces = read(input, 7);
  must((contents === null) === (inPieces === null), 'pieces decide whether it is accepted');
  if (contents === null || inPieces === null) return;
  must(same(contents, inPieces), 'pieces decide what it holds');
  let bytes = 0;
  for (const [path, file] of contents.files) {
    bytes += file.size;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    must(/^[^\0-\x1f\x7f]+$/.test(path), 'a path with control characters');
    must(!path.split(/[/\\]/).some((part) => /^\.{0,2}$/.test(part)), 'a path with another meaning');
    must(file.bytes?.length === file.size && input.includes(file.bytes), 'content that is not there');
    must((file.mode & ~0o1777) === 0o100000, 'a mode of another kind');
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
      must(!contents.files.has(/** @type {typeof path} */ (path.slice(0, at))), 'a file below a file');
  }
  must(bytes === contents.bytes, 'files that do not add up');
  if (contents.files.size === 0) return;
  const written = [...contents.files].map(([path, file]) =>
    entry(`${contents.name}/${path}`, file.bytes?.toString('latin1') ?? ''),
  );
  const again = read(archive(...written), 1000);
  must(again !== null && same(contents, again), 'written anew it holds something else');
}

/** @param {Buffer} input @param {number} pieces @returns {PackageContents | null} */
function read(input, pieces) {
  return parsed(() => {
    const collector = new ContentsCollector({ wanted: () => true, sniffBytes: 1000 });
    const reader = new TarReader(collector);
    for (let at = 0; at < input.length; at += pieces) reader.push(input.subarray(at, at + pieces));
    reader.end();
    return collector.contents();
  });
}

/** @param {PackageContents} a @param {PackageContents} b */
function same(a, b) {
  if (a.name !== b.name || a.bytes !== b.bytes || a.files.size !== b.files.size) return false;
  return [...a.files].every(([path, { size, sha256 }]) => {
    const other = b.files.get(path);
    return other?.size === size && other.sha256 === sha256;
  });
}

/** @param {import('../archives.mjs').Random} random @param {Buffer} input @param {readonly Buffer[]} others */
export function mutate(random, input, others) {
  return mutateArchive(random, input, random.pick(others), (bytes) => mutateBytes(random, bytes, others, words));
}
