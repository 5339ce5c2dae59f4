/** What is refused, each with its own construction. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.js';
import { read } from './read.js';
import { END, entry, file, folder, GNU, type HeaderParts, longName, member, packed, pax, record } from './tar.js';

const GOOD = file('cdr/a', 'x');
const TAR = Buffer.concat([GOOD, END]);

const PACKAGES: Record<string, readonly [bytes: Uint8Array, reason: RegExp]> = {
  // gzip
  'no gzip data': [Buffer.from('no gzip data'), /no gzip/],
  'nothing at all': [Buffer.alloc(0), /cut off/],
  'half a gzip header': [packed(GOOD).subarray(0, 5), /cut off/],
  'another method than deflate': [Buffer.from('\x1f\x8b\x07', 'latin1'), /no gzip/],
  'a checksum of the gzip header': [member(TAR, { flags: 2, extra: '\0\0' }), /gzip header holds more/],
  'an extra field in the gzip header': [member(TAR, { flags: 4, extra: '\x02\0ab' }), /gzip header holds more/],
  'a comment in the gzip header': [member(TAR, { flags: 16, extra: 'hello\0' }), /gzip header holds more/],
  'reserved flags in the gzip header': [member(TAR, { flags: 0x80 }), /gzip header holds more/],
  'a file name without end in the gzip header': [
    member(TAR, { flags: 8, extra: 'a'.repeat(5000) }),
    /too long a file name/,
  ],
  'gzip data cut off in the middle': [packed(GOOD).subarray(0, -20), /cut off|damaged/],
  'gzip data without its last byte': [packed(GOOD).subarray(0, -1), /cut off/],
  'a wrong checksum': [member(TAR, { crc: 1 }), /checksum or its length/],
  'a wrong length': [member(TAR, { length: 1 }), /checksum or its length/],
  'a byte behind the gzip data': [Buffer.concat([packed(GOOD), Buffer.from('x')]), /follows the end of the gzip/],
  'zeros behind the gzip data': [Buffer.concat([packed(GOOD), Buffer.alloc(512)]), /follows the end of the gzip/],
  'two gzip members': [Buffer.concat([gzipSync(GOOD), gzipSync(END)]), /follows the end of the gzip/],
  'a second package behind the first': [
    Buffer.concat([packed(GOOD), packed(file('cdr/b'))]),
    /follows the end of the gzip/,
  ],
  'damaged deflate data': [Buffer.concat([packed(GOOD).subarray(0, 10), Buffer.alloc(50, 0xff)]), /damaged/],
  'a gzip bomb': [gzipSync(Buffer.alloc(64 * 1024 * 1024)), /100 times its size/],

  // the archive as a whole
  'nothing in it': [packed(), /holds nothing/],
  'no end': [gzipSync(GOOD), /ends in the middle/],
  'one empty block at the end': [gzipSync(Buffer.concat([GOOD, END.subarray(512)])), /two empty blocks/],
  'an end that is no whole block': [gzipSync(Buffer.concat([TAR, Buffer.alloc(100)])), /two empty blocks/],
  'an entry behind the end': [packed(GOOD, END, file('cdr/b')), /follows the end of the archive/],
  'an entry behind one empty block': [packed(GOOD, END.subarray(512), file('cdr/b')), /follows the end of the archive/],
  'one byte behind the end': [gzipSync(Buffer.concat([TAR, Buffer.from('x')])), /follows the end of the archive/],
  'an archive cut off in a header': [gzipSync(TAR.subarray(0, 300)), /ends in the middle/],
  'an archive cut off in a file': [gzipSync(file('cdr/a', 'x'.repeat(900)).subarray(0, 1000)), /ends in the middle/],
  'a file that hides the next header in its padding': [packed(entry({}, 'x', 1)), /end of a file in its last block/],
  'text instead of an archive': [gzipSync(Buffer.alloc(2048, 'x')), /no header of a tar/],

  // headers
  'a header before ustar': [header({ magic: '' }), /no header of a tar/],
  'a magic that is nearly one': [header({ magic: 'ustar\x0001' }), /no header of a tar/],
  'a wrong checksum of a header': [header({ checksum: '000000\0 ' }), /checksum of a header is wrong/],
  'a checksum that is no number': [header({ checksum: '        ' }), /checksum in a header is no octal/],
  'a size in base 256': [header({ size: '\x80\0\0\0\0\0\0\0\0\0\0\x01' }), /size in a header is no octal/],
  'a negative size in base 256': [header({ size: '\xff'.repeat(12) }), /size in a header is no octal/],
  'a negative size': [header({ size: '-0000000001\0' }), /size in a header is no octal/],
  'a size that is no number': [header({ size: '0000000008 \0' }), /size in a header is no octal/],
  'a size with text behind it': [header({ size: '1 2         ' }), /size in a header is no octal/],
  'a size that goes beyond the archive': [packed(file('cdr/a', '', { size: '00000001000\0' })), /two empty blocks/],
  'a size beyond all limits': [packed(file('cdr/a', '', { size: '777777777777' })), /ends in the middle/],
  'no mode': [header({ mode: '' }), /mode in a header is no octal/],
  'a time that is no number': [header({ mtime: '14000080000\0' }), /time in a header is no octal/],
  'an owner that is no number': [header({ uid: '000000x\0' }), /owner in a header is no octal/],
  'an owner beyond all numbers': [header({ uid: '\x80\x01\0\0\0\0\0\0' }), /owner in a header is no octal/],
  'a setuid file': [header({ mode: '0004755\0' }), /setuid/],
  'a setgid file': [header({ mode: '0002755\0' }), /setuid/],
  'a name that goes on behind a NUL': [header({ name: 'cdr/a\0b' }), /name in a header goes on/],
  'a prefix that goes on behind a NUL': [header({ prefix: 'cdr\0x' }), /prefix in a header goes on/],
  'a prefix in a header of GNU tar': [header({ magic: GNU, prefix: 'cdr' }), /holds more than packages/],
  'bytes behind the prefix': [header({ rest: 'x' }), /holds more than packages/],
  'no name': [header({ name: '' }), /has no name/],
  'a file that names what it links to': [header({ linkName: 'cdr/b' }), /leads to another file/],
  'a folder with content': [packed(GOOD, folder('cdr/b', { size: '00000000001\0' })), /has content/],

  // types
  ...Object.fromEntries(
    Object.entries({
      '1': 'hard link',
      '2': 'symbolic link',
      '3': 'character device',
      '4': 'block device',
      '6': 'FIFO',
      '7': 'unknown type',
      D: 'listing of a folder',
      K: 'long name of a link',
      M: 'another volume',
      S: 'sparse file',
      V: 'label of a volume',
      A: 'unknown type',
      X: 'unknown type',
      '\xff': 'unknown type',
    }).map(([type, what]) => [
      `an entry of type ${JSON.stringify(type)}`,
      [packed(GOOD, entry({ name: 'cdr/b', type, linkName: '../x' })), new RegExp(what)] as const,
    ]),
  ),

  // names
  ...names({
    '/etc/cdr': /is absolute/,
    '../cdr/a': /has an empty, "\." or ".." component/,
    'cdr/../../a': /component/,
    'cdr/./a': /component/,
    './cdr/a': /component/,
    'cdr//a': /component/,
    'cdr/a/': /component/,
    '.': /component/,
    '..': /component/,
    'cdr/..': /component/,
    'cdr/..\\..\\a': /component/,
    '..\\cdr/a': /component/,
    '\\cdr/a': /is absolute/,
    'cdr/a\nb': /control character/,
    'cdr/a\x1b[2J': /control character/,
    'cdr/a\x7f': /control character/,
    'a.php': /outside of any folder/,
    'cdr/a ': /begins or ends with a space/,
  }),
  'a second folder at the top': [packed(GOOD, file('other/a')), /does not lie in the folder 'cdr'/],
  'a folder whose name only begins alike': [packed(GOOD, file('cdr2/a')), /does not lie in the folder 'cdr'/],
  'the top folder as a file': [packed(GOOD, file('cdr')), /outside of any folder/],
  'a file twice': [packed(GOOD, GOOD), /is there twice/],
  'a file twice, once by its long name': [packed(GOOD, longName('cdr/a'), file('cdr/x')), /is there twice/],
  'a file twice, once by its pax name': [packed(GOOD, pax({ path: 'cdr/a' }), file('cdr/x')), /is there twice/],
  'a file twice, once by its prefix': [packed(file('cdr/a/b'), file('b', '', { prefix: 'cdr/a' })), /is there twice/],
  'a folder twice': [packed(GOOD, folder('cdr/b/'), folder('cdr/b')), /is there twice/],
  'a file and a folder': [packed(GOOD, folder('cdr/a')), /as a file and as a folder/],
  'a folder with a slash and a file': [packed(folder('cdr/b/'), file('cdr/b')), /as a file and as a folder/],
  'a file where a folder is implied': [packed(file('cdr/a/b'), GOOD), /as a file and as a folder/],
  'a folder under a file': [packed(GOOD, file('cdr/a/b')), /lies below 'cdr\/a', which is a file/],
  'a folder deep under a file': [packed(GOOD, file('cdr/a/b/c/d')), /lies below 'cdr\/a', which is a file/],
  'a long path': [packed(longName(`cdr/${'a/'.repeat(600)}a`), GOOD), /longer than 1024 bytes/],
  'a long name in a path': [packed(longName(`cdr/${'a'.repeat(256)}`), GOOD), /component longer than 255/],

  // long names and extended headers
  'a long name of nothing': [packed(entry({ type: 'L' }, ''), GOOD), /0 bytes of extensions/],
  'a long name that is too long': [packed(longName('a'.repeat(9000)), GOOD), /9001 bytes of extensions/],
  'a long name that goes on behind a NUL': [packed(longName('cdr/b\0c'), GOOD), /goes on behind its end/],
  'a long name with two NULs': [packed(longName('cdr/b', '\0\0'), GOOD), /goes on behind its end/],
  'a long name that leads out': [packed(longName(`cdr/${'../'.repeat(50)}etc/x`), GOOD), /component/],
  'two long names': [packed(longName('cdr/b'), longName('cdr/c'), GOOD), /more than one header/],
  'a long name and an extended header': [
    packed(longName('cdr/b'), pax({ path: 'cdr/c' }), GOOD),
    /more than one header/,
  ],
  'a long name at the end': [packed(GOOD, longName('cdr/b')), /followed by none/],
  'a pax path that leads out': [packed(pax({ path: '../x' }), GOOD), /component/],
  'a pax path with a NUL': [packed(pax({ path: 'cdr/a\0b' }), GOOD), /control character/],
  'a pax path of a file with a slash at its end': [packed(pax({ path: 'cdr/a/' }), GOOD), /component/],
  'an empty pax path': [packed(pax({ path: '' }), GOOD), /is empty/],
  'another size in an extended header': [packed(pax({ size: '512' }), GOOD), /has two sizes/],
  'a time beyond all clocks': [
    packed(pax({ mtime: '9'.repeat(20) }), GOOD),
    /mtime in an extended header is malformed/,
  ],
  'an owner beyond all numbers in an extended header': [
    packed(pax({ uid: '9999999999' }), GOOD),
    /uid in an extended header/,
  ],
  'a negative size in an extended header': [
    packed(pax({ size: '-1' }), GOOD),
    /size in an extended header is malformed/,
  ],
  'a link in an extended header': [packed(pax({ linkpath: '/etc/passwd' }), GOOD), /sets 'linkpath'/],
  'a sparse file in an extended header': [packed(pax({ 'GNU.sparse.major': '1' }), GOOD), /sets 'GNU.sparse.major'/],
  'the name of a sparse file': [packed(pax({ 'GNU.sparse.name': 'cdr/b' }), GOOD), /sets 'GNU.sparse.name'/],
  'a character set': [packed(pax({ hdrcharset: 'BINARY' }), GOOD), /sets 'hdrcharset'/],
  attributes: [packed(pax({ 'SCHILY.xattr.user.x': 'y' }), GOOD), /sets 'SCHILY/],
  'a setting twice': [
    packed(entry({ type: 'x' }, record('path', 'cdr/b') + record('path', 'cdr/c')), GOOD),
    /'path' twice/,
  ],
  'a record with a wrong length': [packed(entry({ type: 'x' }, '99 path=cdr/b\n'), GOOD), /header is malformed/],
  'a record that is too short': [packed(entry({ type: 'x' }, '5 path=cdr/b\n'), GOOD), /header is malformed/],
  'a record without a key': [packed(entry({ type: 'x' }, '5 =b\n'), GOOD), /header is malformed/],
  'a record without a value': [packed(entry({ type: 'x' }, '5 ab\n'), GOOD), /header is malformed/],
  'a record without a length': [packed(entry({ type: 'x' }, 'path=cdr/b\n'), GOOD), /header is malformed/],
  'a path for all entries': [packed(pax({ path: 'cdr/b' }, 'g'), GOOD), /all entries sets 'path'/],
  'a comment for all entries in the middle': [
    packed(GOOD, pax({ comment: 'x' }, 'g'), file('cdr/b')),
    /does not come first/,
  ],
};

describe('a package is refused that has', () => {
  it.each(Object.entries(PACKAGES))('%s', async (_, [bytes, reason]) => {
    for (const pieces of [7, undefined]) {
      const refused = read(bytes, pieces === undefined || bytes.length > 20_000 ? {} : { pieces });
      await expect(refused).rejects.toThrow(DataError);
      await expect(refused).rejects.toThrow(reason);
    }
  });
});

function header(parts: HeaderParts): Buffer {
  return packed(entry({ name: 'cdr/a', ...parts }));
}

function names(reasons: Readonly<Record<string, RegExp>>): typeof PACKAGES {
  return Object.fromEntries(
    Object.entries(reasons).map(([name, reason]) => [
      `a file ${JSON.stringify(name)}`,
      [packed(file(name)), reason] as const,
    ]),
  );
}
