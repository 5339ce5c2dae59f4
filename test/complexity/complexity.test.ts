/**
 * Twice the input never costs more than two and a half times as much, whatever it is made of, up to the limits; signature
 * files up to a quarter of theirs, where what grows with the square would show as well.
 */
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.js';
import { containsPhp } from '../../src/hash/inspect.js';
import { codeEndsOpen, type Language } from '../../src/hash/open-code.js';
import {
  MAX_MANIFEST_ENTRIES,
  MAX_SIGNATURE_FILE_BYTES,
  MAX_TEXT_FILE_BYTES,
  MAX_TREE_KEY_FILE_BYTES,
} from '../../src/limits.js';
import { parseManifest } from '../../src/manifest/manifest.js';
import { parseCleartext } from '../../src/openpgp/armor.js';
import { Keyring } from '../../src/openpgp/keyring.js';
import { readOnlySignature } from '../../src/openpgp/signature-form.js';
import { readModuleXml } from '../../src/scan/signature/module-xml.js';
import { readAmportalConf, readFreepbxConf } from '../../src/scan/system/freepbx-conf.js';
import { isHarmlessLessCache } from '../../src/scan/unlisted/less-cache.js';
import { judgeUserIni } from '../../src/scan/unlisted/user-ini.js';
import { asVerified } from '../manifest/verified.js';
import { ForgedKey, packet, signatureBody, subpacket, uint } from '../openpgp/forge.js';
import { keyPacket, publicKey, userIdPacket } from '../openpgp/forge-keys.js';
import { growth, MOST } from './growth.js';

/** Text of a size: a beginning, as much of a part repeated as fits, an end. */
interface Shape {
  readonly name: string;
  readonly begin?: string;
  readonly part: string | ((index: number) => string);
  readonly end?: string;
}

describe('the armor of a signature file', () => {
  const head = '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n';
  const signature = '-----BEGIN PGP SIGNATURE-----\n';
  const tail = `${signature}\n-----END PGP SIGNATURE-----\n`;
  const text = (name: string, part: string): Shape => ({ name, begin: head, part, end: tail });
  it.each<Shape>([
    text('lines of a manifest', `views/page.php = ${'a'.repeat(64)}\n`),
    text('empty lines', '\n'),
    text('CRLF line ends', '\r\n'),
    text('escaped empty lines', '- \n'),
    text('long lines of blanks', `${' '.repeat(19_999)}\n`),
    text('lines that begin with the end', `- ${signature}`),
    text('one line without an end', 'x'),
    { name: 'headers in the block', begin: `${head}x\n${signature}`, part: 'Comment: \n', end: '\n' },
    { name: 'base64', begin: `${head}x\n${signature}\n`, part: `${'A'.repeat(76)}\n`, end: '=AAAA\n' },
    { name: 'base64 of single characters', begin: `${head}x\n${signature}\n`, part: 'A\n', end: '=AAAA\n' },
    { name: 'empty lines after it', begin: `${head}x\n${tail}`, part: '\n' },
  ])('$name', (shape) => {
    expectLinear(MAX_SIGNATURE_FILE_BYTES / 4, shape, (file) => parseCleartext(Buffer.from(file, 'latin1')));
  });
});

describe('a manifest', () => {
  const hash = '0'.repeat(64);
  const config = '[config]\nhash=sha256\n';
  const ordinary = MAX_MANIFEST_ENTRIES * 77;
  it.each<Shape & { readonly bytes: number }>([
    { name: 'entries', begin: `${config}[hashes]\n`, part: (index) => `${index} = ${hash}\n`, bytes: ordinary },
    {
      name: 'long paths',
      begin: `${config}[hashes]\n`,
      part: (index) => `${index}${'/p'.repeat(2000)} = ${hash}\n`,
      bytes: MAX_SIGNATURE_FILE_BYTES,
    },
    { name: 'separators', begin: `${config}[hashes]\n`, part: ' = ', bytes: MAX_TEXT_FILE_BYTES },
    {
      name: 'settings',
      begin: '[config]\n',
      part: (index) => `k${index}=v\n`,
      end: 'hash=sha256\n',
      bytes: MAX_TEXT_FILE_BYTES,
    },
    { name: 'blanks in a setting', begin: '[config]\nk', part: ' ', bytes: MAX_TEXT_FILE_BYTES },
    { name: 'comments', part: ';\n', bytes: MAX_TEXT_FILE_BYTES },
  ])('$name', ({ bytes, ...shape }) => {
    expectLinear(bytes, shape, (text) => parseManifest(asVerified(text)));
  });
});

describe('a key file', () => {
  const key = new ForgedKey();
  const certification = signatureBody({ by: key, type: 0x10, over: Buffer.alloc(0) });
  const armor = (kind: string) => `-----${kind} PGP PUBLIC KEY BLOCK-----\n`;
  const latin1 = (...packets: Buffer[]) => Buffer.concat(packets).toString('latin1');
  /** A certification that differs from every other in its last four bytes. */
  const certify = (index: number) => latin1(packet(2, Buffer.concat([certification.subarray(0, -4), uint(index, 4)])));
  it.each<Shape>([
    { name: 'user IDs', begin: latin1(keyPacket(key)), part: (index) => latin1(userIdPacket(`${index}`)) },
    { name: 'one user ID again and again', begin: latin1(keyPacket(key)), part: latin1(userIdPacket('x')) },
    { name: 'signatures on one user ID', begin: latin1(publicKey(key, 'x')), part: certify },
    { name: 'one key again and again', part: latin1(publicKey(key, 'x')) },
    {
      name: 'other keys',
      part: (index) => latin1(packet(6, Buffer.concat([Buffer.from([4]), uint(index, 4), key.body.subarray(5)]))),
    },
    {
      name: 'subkeys',
      begin: latin1(keyPacket(key)),
      part: (index) => latin1(packet(14, Buffer.concat([Buffer.from([4]), uint(index, 4), key.body.subarray(5)]))),
    },
    { name: 'empty packets', begin: latin1(keyPacket(key)), part: '\xcd\0' },
    {
      name: 'broken signatures',
      begin: latin1(keyPacket(key)),
      part: (index) => `\xc2\x02\x04${String.fromCharCode(index % 256)}`,
    },
    { name: 'beginnings of blocks', part: armor('BEGIN') },
    { name: 'ends of blocks', begin: armor('BEGIN'), part: armor('END') },
    { name: 'empty blocks', part: armor('BEGIN') + armor('END') },
    { name: 'empty lines in a block', begin: armor('BEGIN'), part: '\n', end: armor('END') },
    { name: 'base64', begin: `${armor('BEGIN')}\n`, part: `${'A'.repeat(64)}\n`, end: armor('END') },
  ])('$name', (shape) => {
    expectLinear(MAX_TREE_KEY_FILE_BYTES, shape, (file) => new Keyring().add(Buffer.from(file, 'latin1'), 'file'));
  });
});

describe('a signature packet', () => {
  const by = new ForgedKey();
  const most = 65_000;
  it.each<Shape>([
    { name: 'subpackets', part: subpacket(16, Buffer.alloc(8)).toString('latin1') },
    { name: 'empty subpackets', part: '\x01\x14' },
  ])('$name', (shape) => {
    const file = (area: string) =>
      packet(2, signatureBody({ by, type: 1, over: Buffer.alloc(0), hashed: [Buffer.from(area, 'latin1')] }));
    expectLinear(most, shape, (input) => readOnlySignature(input), file);
  });
});

describe('a LESS cache', () => {
  const begin = '<?php return array(';
  const end = ');';
  it.each<Shape>([
    { name: 'items', begin, part: "'a'=>1,", end },
    { name: 'objects', begin, part: "new Less_Tree_Value('x'),", end },
    { name: 'one string', begin: `${begin}'`, part: 'x', end: `'${end}` },
    { name: 'escapes', begin: `${begin}'`, part: "\\'", end: `'${end}` },
    { name: 'a string without an end', begin: `${begin}"`, part: '\\"x' },
    { name: 'blanks', begin, part: ' \n', end },
    { name: 'blanks that end nothing', begin: `${begin})`, part: ' ' },
    { name: 'one number', begin, part: '1', end },
    { name: 'numbers', begin, part: '-1.5e3,', end },
    { name: 'nested arrays', begin, part: '[[[[]]]],', end },
    { name: 'opening brackets', begin, part: '[' },
    { name: 'letters', begin, part: 'a' },
  ])('$name', (shape) => expectLinear(MAX_TEXT_FILE_BYTES, shape, isHarmlessLessCache));
});

describe('other texts', () => {
  const rules = { judgeUserIni, readFreepbxConf, readAmportalConf, readModuleXml };
  const parts = [
    'x',
    ' ',
    '\t',
    '\n',
    '=',
    '"',
    "'",
    ';',
    '#',
    '/*',
    '<!--',
    '-->',
    '<rawname>',
    'a = b\n',
    '$amp_conf[',
  ];
  it.each(Object.entries(rules))('%s', (_, rule: (text: string) => unknown) => {
    for (const part of parts) expectLinear(MAX_TEXT_FILE_BYTES, { name: JSON.stringify(part), part }, rule);
  });
});

describe('code', () => {
  const parts = [
    'x',
    '{',
    '"',
    "'",
    '\\',
    '/',
    '/*',
    '//',
    '#',
    '?>',
    '<?php ',
    '<<<A\n',
    '`${',
    '"{$',
    '\n',
    ' = /',
    '[)',
  ];
  it.each<Language>(['php', 'js', 'css', 'json'])('in %s', (language) => {
    const begin = language === 'php' ? '<?php ' : '';
    for (const part of parts) {
      const run = (text: string) => codeEndsOpen(text, language);
      expectLinear(MAX_TEXT_FILE_BYTES, { name: JSON.stringify(part), begin, part }, run);
    }
  });

  it.each(['<', '<?', '<?p', '<?ph', '\0'])('searched in %j', (part) => {
    expectLinear(MAX_TEXT_FILE_BYTES, { name: part, part }, containsPhp, (text) => Buffer.from(text, 'latin1'));
  });
});

it('what grows with the square is told from what does not', () => {
  const square = (size: number) => {
    for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) if (a * b === -1) throw new Error('never');
  };
  expect(growth(4096, (size) => size, square)).toBeGreaterThan(3);
  expect(growth(4096, (size) => Math.sqrt(size) * 64, square)).toBeLessThan(MOST);
});

function expectLinear(largest: number, shape: Shape, run: (input: string) => unknown): void;
function expectLinear<Input>(
  largest: number,
  shape: Shape,
  run: (input: Input) => unknown,
  prepare: (text: string) => Input,
): void;
function expectLinear(
  largest: number,
  shape: Shape,
  run: (input: never) => unknown,
  prepare: (text: string) => unknown = (text) => text,
): void {
  const ratio = growth(
    largest,
    (size) => prepare(build(shape, size)),
    (input) => {
      try {
        run(input as never);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
      }
    },
  );
  expect(ratio, shape.name).toBeLessThan(MOST);
}

function build({ begin = '', part, end = '' }: Shape, size: number): string {
  if (typeof part === 'string') return begin + part.repeat(Math.floor(size / part.length)) + end;
  const parts: string[] = [];
  for (let index = 0, length = 0; length < size; index++) length += parts[parts.push(part(index)) - 1]?.length ?? 0;
  // A string of parts would be put together during the first measurement.
  return Buffer.from(begin + parts.join('') + end, 'latin1').toString('latin1');
}
