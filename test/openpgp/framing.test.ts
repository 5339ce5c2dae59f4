import { describe, expect, it } from 'vitest';
import { packet } from './forge.js';
import { frame, signatureBlock, signText } from './forge-keys.js';
import { judge, signed, signer, TEXT } from './world.js';

/** A file that must be `invalid`, and why it is: a test that fails for another reason tests nothing. */
interface Vector {
  readonly case: number;
  readonly name: string;
  readonly file: string | Buffer;
  readonly reason: RegExp;
}

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

const vectors: Vector[] = [
  { case: 1, name: 'text before the block', file: `x\n${good}`, reason: NOT_AT_START },
  { case: 1, name: 'an empty line before the block', file: `\n${good}`, reason: NOT_AT_START },
  { case: 2, name: 'text after the block', file: `${good}x\n`, reason: AFTER },
  { case: 2, name: 'a space after the block', file: `${good} \n`, reason: AFTER },
  { case: 3, name: 'two good blocks', file: good + good, reason: AFTER },
  { case: 4, name: 'a bad block, then a good one', file: bad + good, reason: AFTER },
  { case: 5, name: 'Comment above the text', file: good.replace('Hash:', 'Comment: x\nHash:'), reason: HEADER },
  {
    case: 5,
    name: 'Version below Hash',
    file: good.replace('SHA256\n', 'SHA256\nVersion: x\n'),
    reason: /no empty line/i,
  },
  {
    case: 5,
    name: 'two Hash headers',
    file: good.replace('SHA256\n', 'SHA256\nHash: SHA256\n'),
    reason: /no empty line/i,
  },
  { case: 5, name: 'a list in Hash', file: good.replace('SHA256', 'SHA256,SHA1'), reason: HEADER },
  { case: 6, name: 'NotDashEscaped', file: good.replace('Hash:', 'NotDashEscaped: yes\nHash:'), reason: HEADER },
  {
    case: 7,
    name: 'NotDashEscaped with a signature of type 0x00 over LF text',
    file: signed({ type: 0x00 }).replace('SHA256\n', 'SHA256\nNotDashEscaped: yes\n'),
    reason: /no empty line/i,
  },
  { case: 8, name: 'no Hash header', file: good.replace('Hash: SHA256\n', ''), reason: HEADER },
  {
    case: 9,
    name: 'another digest in Hash',
    file: good.replace('SHA256', 'SHA512'),
    reason: /SHA512, the signature sha256/,
  },
  { case: 10, name: 'evil Hash', file: good.replace('Hash:', 'evil Hash:'), reason: HEADER },
  {
    case: 11,
    name: 'no-break space in the blank line',
    file: good.replace('\n\n', '\n\xa0\n'),
    reason: /no empty line/i,
  },
  { case: 11, name: 'form feed in the blank line', file: good.replace('\n\n', '\n\f\n'), reason: CONTROL },
  { case: 11, name: 'space in the blank line', file: good.replace('\n\n', '\n \n'), reason: /no empty line/i },
  { case: 12, name: 'lone CR, unsigned', file: good.replace('version', 'ver\rsion'), reason: CONTROL },
  { case: 12, name: 'lone CR, signed', file: signed({}, {}, TEXT.replace('version', 'ver\rsion')), reason: CONTROL },
  { case: 12, name: 'CR CR LF', file: good.replace('version=1', 'version=1\r\r'), reason: CONTROL },
  { case: 13, name: 'NUL after BEGIN', file: good.replace('MESSAGE-----', 'MESSAGE-----\0'), reason: CONTROL },
  { case: 13, name: 'NUL after Hash', file: good.replace('SHA256', 'SHA256\0'), reason: CONTROL },
  { case: 13, name: 'NUL after SIGNATURE', file: good.replace('SIGNATURE-----', 'SIGNATURE-----\0'), reason: CONTROL },
  { case: 13, name: 'NUL in signed text', file: signed({}, {}, `${TEXT}\0`), reason: CONTROL },
  { case: 14, name: 'form feed in signed text', file: signed({}, {}, `${TEXT}\f`), reason: CONTROL },
  {
    case: 15,
    name: 'U+2028 and an armor line',
    file: good.replace('[config]', '[config]\xe2\x80\xa8-----BEGIN PGP SIGNATURE-----'),
    reason: ALTERED,
  },
  { case: 16, name: 'byte-order mark', file: `\xef\xbb\xbf${good}`, reason: NOT_AT_START },
  {
    case: 17,
    name: 'an invalid byte where U+FFFD was signed',
    file: signed({}, {}, `${TEXT}\n;\xef\xbf\xbd`).replace('\xef\xbf\xbd', '\xff'),
    reason: ALTERED,
  },
  {
    case: 18,
    name: '-----X----- in the text',
    file: good.replace('[config]', '[config]\n-----X-----'),
    reason: /unescaped/,
  },
  { case: 18, name: '-x in the text', file: good.replace('[config]', '[config]\n-x'), reason: /unescaped/ },
  {
    case: 19,
    name: 'no END line',
    file: good.replace('-----END PGP SIGNATURE-----\n', ''),
    reason: /ends in the middle/,
  },
  { case: 19, name: 'no signature block', file: good.slice(0, good.indexOf(armorStart)), reason: /ends in the middle/ },
  {
    case: 20,
    name: 'bad CRC-24',
    file: good.replace(/\n=(.)/, (_, c) => `\n=${c === 'A' ? 'B' : 'A'}`),
    reason: /checksum/,
  },
  { case: 20, name: 'CRC-24 too short', file: good.replace(/\n=....\n/, '\n=AAA\n'), reason: /checksum/ },
  {
    case: 21,
    name: 'a foreign character in the base64',
    file: good.replace(armorStart, `${armorStart}!`),
    reason: NOT_BASE64,
  },
  { case: 21, name: 'base64url', file: good.replace(armorStart, `${armorStart}a-_a`), reason: NOT_BASE64 },
  { case: 21, name: 'a space in the base64', file: good.replace(armorStart, `${armorStart} `), reason: NOT_BASE64 },
  { case: 21, name: 'an empty line in the base64', file: good.replace(/\n(=....)\n/, '\n\n$1\n'), reason: NOT_BASE64 },
  { case: 21, name: 'padding with bits', file: frameWith(['AAB=']), reason: NOT_BASE64 },
  { case: 21, name: 'an overlong line', file: frameWith(['A'.repeat(80)]), reason: /too long/ },
  {
    case: 22,
    name: 'text between CRC and END',
    file: good.replace(/\n(=....)\n/, '\n$1\nx\n'),
    reason: /does not end/,
  },
  { case: 22, name: 'two CRCs', file: good.replace(/\n(=....)\n/, '\n$1\n$1\n'), reason: /does not end/ },
  {
    case: 23,
    name: 'a literal after the signature',
    file: frame(TEXT, Buffer.concat([packets, literal])),
    reason: /exactly one/,
  },
  {
    case: 23,
    name: 'a literal before it',
    file: frame(TEXT, Buffer.concat([literal, packets])),
    reason: /exactly one/,
  },
  {
    case: 24,
    name: 'a byte after the packet',
    file: frame(TEXT, Buffer.concat([packets, Buffer.alloc(1)])),
    reason: /not a sequence/,
  },
  { case: 24, name: 'a byte inside the packet', file: signed({ trailing: Buffer.alloc(1) }), reason: /bytes follow/i },
  { case: 25, name: 'an empty signature block', file: frame(TEXT, Buffer.alloc(0)), reason: /is empty/ },
  {
    case: 26,
    name: 'a detached signature alone',
    file: `${signatureBlock(packets).join('\n')}\n`,
    reason: NOT_AT_START,
  },
  {
    case: 27,
    name: 'an inline-signed message',
    file: signatureBlock(Buffer.concat([literal, packets]))
      .join('\n')
      .replaceAll('SIGNATURE', 'MESSAGE'),
    reason: NOT_AT_START,
  },
  { case: 28, name: 'an unsigned literal packet', file: literal, reason: CONTROL },
  {
    case: 29,
    name: 'a line over 20,000 bytes',
    file: signed({}, {}, `${TEXT}\n;${'x'.repeat(20_000)}`),
    reason: /too long/,
  },
  { case: 30, name: '0 bytes', file: '', reason: /is empty/ },
  { case: 30, name: '64 MiB', file: Buffer.alloc(64 * 1024 * 1024, good), reason: /too large/ },
];

function frameWith(base64: string[]): string {
  const start = good.indexOf(armorStart) + armorStart.length;
  return `${good.slice(0, start)}${base64.join('\n')}\n-----END PGP SIGNATURE-----\n`;
}

describe('armor framing', () => {
  it.each(vectors)('case $case: $name → invalid', async ({ file, reason }) => {
    const outcome = await judge(file);
    expect(outcome.verdict).toBe('invalid');
    expect(outcome.reason).toMatch(reason);
  });

  const accepted: { case: number; name: string; file: string }[] = [
    { case: 93, name: 'CRLF line ends', file: signed({}, { lineEnd: '\r\n' }) },
    { case: 94, name: 'blanks at the ends of signed lines', file: good.replace('version=1', 'version=1 \t ') },
    { case: 95, name: '"- " before ordinary lines', file: good.replace('version=1', '- version=1') },
    { case: 95, name: 'an escaped armor line', file: signed({}, {}, `${TEXT}\n-----BEGIN PGP SIGNATURE-----`) },
    { case: 96, name: 'no CRC line', file: signed({}, { checksum: false }) },
    { case: 29, name: 'a line of exactly 20,000 bytes', file: signed({}, {}, `${TEXT}\n;${'x'.repeat(19_999)}`) },
    { case: 2, name: 'empty lines after the block', file: `${good}\n\r\n` },
    { case: 2, name: 'no line end after the block', file: good.slice(0, -1) },
    {
      case: 5,
      name: 'Version below the text',
      file: good.replace(armorStart, armorStart.replace('\n\n', '\nVersion: x\n\n')),
    },
  ];

  it.each(accepted)('case $case: $name → trusted', async ({ file }) => {
    const outcome = await judge(file);
    expect(outcome.reason).toBe('');
    expect(outcome.verdict).toBe('trusted');
  });

  it('gives the same text for CRLF and LF, escaped and not, with and without blanks', async () => {
    const texts = await Promise.all(
      accepted.slice(0, 3).map(async ({ file }) => {
        const outcome = await judge(file);
        return outcome.verdict === 'trusted' ? outcome.text.bytes.toString() : outcome.reason;
      }),
    );
    expect(new Set(texts)).toEqual(new Set([`${TEXT}\n`]));
  });

  it('reads a file of nothing but short escaped lines in time proportional to its size', async () => {
    const file = signed({}, {}, `${TEXT}\n${'- \n'.repeat(1_500_000)}`);
    const start = performance.now();
    expect((await judge(file)).verdict).toBe('trusted');
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
