import { packet } from '../openpgp/forge.js';
import { frame, signatureBlock, signText } from '../openpgp/forge-keys.js';
import { signed, signer, TEXT } from '../openpgp/world.js';
import type { Vector } from './vector.js';

const good = signed();
const bad = good.replace('version=1', 'version=2');
const packets = signText(TEXT, signer);
const armorStart = '-----BEGIN PGP SIGNATURE-----\n\n';
const literal = packet(11, Buffer.from('b\0\0\0\0\0[config]', 'latin1'));

const NOT_AT_START = /does not begin with/;
const HEADER = /exactly one "Hash/;
const CONTROL = /control character/;
const ALTERED = /does not match the text/;
const AFTER = /something follows/;
const NOT_BASE64 = /not base64|does not end as it should/;

const framings: readonly Omit<Vector, 'verdict'>[] = [
  { case: 1, name: 'text before the block', file: `x\n${good}`, says: NOT_AT_START },
  { case: 1, name: 'an empty line before the block', file: `\n${good}`, says: NOT_AT_START },
  { case: 2, name: 'text after the block', file: `${good}x\n`, says: AFTER },
  { case: 2, name: 'a space after the block', file: `${good} \n`, says: AFTER },
  { case: 3, name: 'two good blocks', file: good + good, says: AFTER },
  { case: 4, name: 'a bad block, then a good one', file: bad + good, says: AFTER },
  { case: 5, name: 'Comment above the text', file: good.replace('Hash:', 'Comment: x\nHash:'), says: HEADER },
  {
    case: 5,
    name: 'Version below Hash',
    file: good.replace('SHA256\n', 'SHA256\nVersion: x\n'),
    says: /no empty line/i,
  },
  {
    case: 5,
    name: 'two Hash headers',
    file: good.replace('SHA256\n', 'SHA256\nHash: SHA256\n'),
    says: /no empty line/i,
  },
  { case: 5, name: 'a list in Hash', file: good.replace('SHA256', 'SHA256,SHA1'), says: HEADER },
  { case: 6, name: 'NotDashEscaped', file: good.replace('Hash:', 'NotDashEscaped: yes\nHash:'), says: HEADER },
  {
    case: 7,
    name: 'NotDashEscaped with a signature of type 0x00 over LF text',
    file: signed({ type: 0x00 }).replace('SHA256\n', 'SHA256\nNotDashEscaped: yes\n'),
    says: /no empty line/i,
  },
  { case: 8, name: 'no Hash header', file: good.replace('Hash: SHA256\n', ''), says: HEADER },
  {
    case: 9,
    name: 'another digest in Hash',
    file: good.replace('SHA256', 'SHA512'),
    says: /SHA512, the signature sha256/,
  },
  { case: 10, name: 'evil Hash', file: good.replace('Hash:', 'evil Hash:'), says: HEADER },
  {
    case: 11,
    name: 'no-break space in the blank line',
    file: good.replace('\n\n', '\n\xa0\n'),
    says: /no empty line/i,
  },
  { case: 11, name: 'form feed in the blank line', file: good.replace('\n\n', '\n\f\n'), says: CONTROL },
  { case: 11, name: 'space in the blank line', file: good.replace('\n\n', '\n \n'), says: /no empty line/i },
  { case: 12, name: 'lone CR, unsigned', file: good.replace('version', 'ver\rsion'), says: CONTROL },
  { case: 12, name: 'lone CR, signed', file: signed({}, {}, TEXT.replace('version', 'ver\rsion')), says: CONTROL },
  { case: 12, name: 'CR CR LF', file: good.replace('version=1', 'version=1\r\r'), says: CONTROL },
  { case: 13, name: 'NUL after BEGIN', file: good.replace('MESSAGE-----', 'MESSAGE-----\0'), says: CONTROL },
  { case: 13, name: 'NUL after Hash', file: good.replace('SHA256', 'SHA256\0'), says: CONTROL },
  { case: 13, name: 'NUL after SIGNATURE', file: good.replace('SIGNATURE-----', 'SIGNATURE-----\0'), says: CONTROL },
  { case: 13, name: 'NUL in signed text', file: signed({}, {}, `${TEXT}\0`), says: CONTROL },
  { case: 14, name: 'form feed in signed text', file: signed({}, {}, `${TEXT}\f`), says: CONTROL },
  {
    case: 15,
    name: 'U+2028 and an armor line',
    file: good.replace('[config]', '[config]\xe2\x80\xa8-----BEGIN PGP SIGNATURE-----'),
    says: ALTERED,
  },
  { case: 16, name: 'byte-order mark', file: `\xef\xbb\xbf${good}`, says: NOT_AT_START },
  {
    case: 17,
    name: 'an invalid byte where U+FFFD was signed',
    file: signed({}, {}, `${TEXT}\n;\xef\xbf\xbd`).replace('\xef\xbf\xbd', '\xff'),
    says: ALTERED,
  },
  {
    case: 18,
    name: '-----X----- in the text',
    file: good.replace('[config]', '[config]\n-----X-----'),
    says: /unescaped/,
  },
  { case: 18, name: '-x in the text', file: good.replace('[config]', '[config]\n-x'), says: /unescaped/ },
  {
    case: 19,
    name: 'no END line',
    file: good.replace('-----END PGP SIGNATURE-----\n', ''),
    says: /ends in the middle/,
  },
  { case: 19, name: 'no signature block', file: good.slice(0, good.indexOf(armorStart)), says: /ends in the middle/ },
  {
    case: 20,
    name: 'bad CRC-24',
    file: good.replace(/\n=(.)/, (_, c) => `\n=${c === 'A' ? 'B' : 'A'}`),
    says: /checksum/,
  },
  { case: 20, name: 'CRC-24 too short', file: good.replace(/\n=....\n/, '\n=AAA\n'), says: /checksum/ },
  {
    case: 21,
    name: 'a foreign character in the base64',
    file: good.replace(armorStart, `${armorStart}!`),
    says: NOT_BASE64,
  },
  { case: 21, name: 'base64url', file: good.replace(armorStart, `${armorStart}a-_a`), says: NOT_BASE64 },
  { case: 21, name: 'a space in the base64', file: good.replace(armorStart, `${armorStart} `), says: NOT_BASE64 },
  { case: 21, name: 'an empty line in the base64', file: good.replace(/\n(=....)\n/, '\n\n$1\n'), says: NOT_BASE64 },
  { case: 21, name: 'padding with bits', file: frameWith(['AAB=']), says: NOT_BASE64 },
  { case: 21, name: 'an overlong line', file: frameWith(['A'.repeat(80)]), says: /too long/ },
  {
    case: 22,
    name: 'text between CRC and END',
    file: good.replace(/\n(=....)\n/, '\n$1\nx\n'),
    says: /does not end/,
  },
  { case: 22, name: 'two CRCs', file: good.replace(/\n(=....)\n/, '\n$1\n$1\n'), says: /does not end/ },
  {
    case: 23,
    name: 'a literal after the signature',
    file: frame(TEXT, Buffer.concat([packets, literal])),
    says: /exactly one/,
  },
  {
    case: 23,
    name: 'a literal before it',
    file: frame(TEXT, Buffer.concat([literal, packets])),
    says: /exactly one/,
  },
  {
    case: 24,
    name: 'a byte after the packet',
    file: frame(TEXT, Buffer.concat([packets, Buffer.alloc(1)])),
    says: /not a sequence/,
  },
  { case: 24, name: 'a byte inside the packet', file: signed({ trailing: Buffer.alloc(1) }), says: /bytes follow/i },
  { case: 25, name: 'an empty signature block', file: frame(TEXT, Buffer.alloc(0)), says: /is empty/ },
  {
    case: 26,
    name: 'a detached signature alone, and its text in a file "module" beside it',
    beside: { module: TEXT, 'module.sig.txt': TEXT },
    file: `${signatureBlock(packets).join('\n')}\n`,
    says: NOT_AT_START,
  },
  {
    case: 27,
    name: 'an inline-signed message',
    file: signatureBlock(Buffer.concat([literal, packets]))
      .join('\n')
      .replaceAll('SIGNATURE', 'MESSAGE'),
    says: NOT_AT_START,
  },
  { case: 28, name: 'an unsigned literal packet', file: literal, says: CONTROL },
  {
    case: 29,
    name: 'a line over 20,000 bytes',
    file: signed({}, {}, `${TEXT}\n;${'x'.repeat(20_000)}`),
    says: /too long/,
  },
  { case: 30, name: '0 bytes', file: '', says: /is empty/ },
  { case: 30, name: '64 MiB', file: Buffer.alloc(64 * 1024 * 1024, good), says: /too large|larger than/ },
];

/** Section "Armor framing": all of them are refused. */
export const armorVectors: readonly Vector[] = framings.map((vector) => ({ ...vector, verdict: 'invalid' }));

function frameWith(base64: string[]): string {
  const start = good.indexOf(armorStart) + armorStart.length;
  return `${good.slice(0, start)}${base64.join('\n')}\n-----END PGP SIGNATURE-----\n`;
}

/** What looks like some of the above and is good. */
export const goodArmorVectors: readonly Vector[] = [
  { case: 29, name: 'a line of exactly 20,000 bytes', file: signed({}, {}, `${TEXT}\n;${'x'.repeat(19_999)}`) },
  { case: 2, name: 'empty lines after the block', file: `${good}\n\r\n` },
  { case: 2, name: 'no line end after the block', file: good.slice(0, -1) },
  {
    case: 5,
    name: 'Version below the text',
    file: good.replace(armorStart, '-----BEGIN PGP SIGNATURE-----\nVersion: x\n\n'),
  },
].map((vector) => ({ ...vector, verdict: 'good' }));
