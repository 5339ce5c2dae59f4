import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.js';
import { fromText } from '../../src/files/bytepath.js';
import { MAX_MANIFEST_ENTRIES } from '../../src/limits.js';
import { parseManifest } from '../../src/manifest/manifest.js';
import { asVerified } from './verified.js';

const HASH = '0123456789abcdef'.repeat(4);
const HEAD = '[config]\nversion=1\nhash=sha256\n[hashes]\n';
const listing = (...paths: string[]): string => HEAD + paths.map((path) => `${path} = ${HASH}\n`).join('');
const withConfig = (...lines: string[]): string =>
  `[config]\nhash=sha256\n${lines.join('\n')}\n[hashes]\na = ${HASH}\n`;

interface Refused {
  readonly case: number;
  readonly name: string;
  readonly text: string;
  readonly reason: RegExp;
}

const refused: Refused[] = [
  { case: 62, name: 'no manifest at all', text: 'Dear reader,\n', reason: /line 1 .*before \[config\]/ },
  { case: 62, name: 'nothing', text: '', reason: /no \[hashes\]/ },
  { case: 62, name: 'comments only', text: ';\n# End\n', reason: /no \[hashes\]/ },
  { case: 62, name: 'no [hashes]', text: '[config]\nhash=sha256\n', reason: /no \[hashes\]/ },
  { case: 62, name: 'empty [hashes]', text: HEAD, reason: /lists no file/ },
  { case: 62, name: '[hashes] with comments only', text: `${HEAD};a = ${HASH}\n`, reason: /lists no file/ },
  { case: 63, name: 'duplicate path', text: listing('a', 'b', 'a'), reason: /line 7 .*second time/ },
  { case: 63, name: 'duplicate [hashes]', text: `${listing('a')}[hashes]\nb = ${HASH}\n`, reason: /line 6 .*section/ },
  { case: 63, name: 'duplicate [config]', text: `[config]\n${listing('a')}`, reason: /line 2 .*section/ },
  {
    case: 63,
    name: 'sections swapped',
    text: `[hashes]\na = ${HASH}\n[config]\nhash=sha256\n`,
    reason: /line 1 .*section/,
  },
  { case: 63, name: '[config] after [hashes]', text: `${listing('a')}[config]\n`, reason: /line 6 .*section/ },
  { case: 63, name: 'another section', text: `[config]\nhash=sha256\n[other]\n`, reason: /line 3 .*section/ },
  { case: 63, name: 'capital section', text: `[Config]\n`, reason: /section/ },
  { case: 63, name: 'duplicate key', text: withConfig('repo=a', 'repo=a'), reason: /sets repo a second time/ },
  { case: 63, name: 'a key before [config]', text: `hash=sha256\n${listing('a')}`, reason: /before \[config\]/ },
  { case: 63, name: 'no key', text: withConfig('=x'), reason: /not "key=value"/ },
  { case: 63, name: 'a line without =', text: withConfig('x'), reason: /not "key=value"/ },
  ...[
    ['null', 'null'],
    ['63 digits', HASH.slice(1)],
    ['65 digits', `${HASH}0`],
    ['upper case', HASH.toUpperCase()],
    ['trailing text', `${HASH} x`],
    ['trailing comment', `${HASH};`],
    ['quotes', `"${HASH}"`],
    ['nothing', ''],
  ].map(([name = '', value]) => ({
    case: 65,
    name,
    text: `${HEAD}a = ${value}\n`,
    reason: /line 5 .*is not "path = hash"/,
  })),
  { case: 65, name: 'no spaces around =', text: `${HEAD}a=${HASH}\n`, reason: /is not "path = hash"/ },
  { case: 65, name: '# and =', text: `${HEAD}#a=b\n`, reason: /is not "path = hash"/ },
  ...['../x', 'a/../b', 'a/..', '..', './a', 'a/./b', '.', 'a//b', 'a/', '..\\x', 'a\\..\\b', 'a\\\\b', 'a/..\\b'].map(
    (path) => ({ case: 66, name: path, text: listing(path), reason: /component/ }),
  ),
  { case: 66, name: '/etc/x', text: listing('/etc/x'), reason: /is absolute/ },
  { case: 66, name: '\\x', text: listing('\\x'), reason: /is absolute/ },
  { case: 66, name: 'empty', text: listing(''), reason: /is empty/ },
  { case: 66, name: 'NUL', text: listing('a\0b'), reason: /control character/ },
  { case: 66, name: 'tab', text: listing('a\tb'), reason: /control character/ },
  { case: 66, name: 'DEL', text: listing('a\x7fb'), reason: /control character/ },
  { case: 66, name: 'space in front', text: listing(' a'), reason: /space/ },
  { case: 66, name: 'space at the end', text: listing('a '), reason: /space/ },
  { case: 66, name: '4,097 bytes', text: listing('a'.repeat(4097)), reason: /longer than 4096/ },
  {
    case: 68,
    name: 'hash=md5',
    text: `[config]\nhash=md5\n[hashes]\na = ${HASH}\n`,
    reason: /must be sha256, not "md5"/,
  },
  {
    case: 68,
    name: "hash='sha256'",
    text: `[config]\nhash='sha256'\n[hashes]\na = ${HASH}\n`,
    reason: /must be sha256/,
  },
  { case: 68, name: 'no hash', text: `[config]\n[hashes]\na = ${HASH}\n`, reason: /not absent/ },
  { case: 68, name: 'Hash=sha256', text: `[config]\nHash=sha256\n[hashes]\na = ${HASH}\n`, reason: /not absent/ },
  { case: 71, name: 'type=Local', text: withConfig('type=Local'), reason: /public or local/ },
  { case: 71, name: 'version=3', text: withConfig('version=3'), reason: /1 or 2/ },
  { case: 72, name: 'expiresafter=tomorrow', text: withConfig('expiresafter=tomorrow'), reason: /Unix time/ },
  { case: 72, name: 'expiresafter=', text: withConfig('expiresafter='), reason: /Unix time/ },
  { case: 72, name: 'expiresafter=-1', text: withConfig('expiresafter=-1'), reason: /Unix time/ },
  { case: 72, name: 'expiresafter=1e12', text: withConfig('expiresafter=1e12'), reason: /Unix time/ },
];

describe('what is no manifest', () => {
  it.each(refused)('case $case: $name → refused', ({ text, reason }) => {
    expect(() => parseManifest(asVerified(text))).toThrow(reason);
    expect(() => parseManifest(asVerified(text))).toThrow(DataError);
  });
});

describe('what is a manifest', () => {
  it.each([
    [64, 'a(1).php'],
    [64, 'a;b"c\'d.php'],
    [64, '$HOME{x}'],
    [64, '[id].js'],
    [64, '#hash.php'],
    [64, 'a = b.php'],
    [64, 'null'],
    [64, '-x.php'],
    [64, '...'],
    [64, '..a/b..'],
    [64, '.htaccess'],
    [64, `a ${'='.repeat(3)} b`],
    [64, 'a'.repeat(4096)],
    [67, '__proto__'],
    [67, 'constructor'],
    [67, 'toString'],
  ])('case %i: the path %s is a path like any other', (_, path) => {
    expect([...parseManifest(asVerified(listing(path))).entries]).toEqual([[path, HASH]]);
  });

  it('keeps the bytes of a path, whatever they mean', () => {
    const text = Buffer.concat([Buffer.from(HEAD), Buffer.from([0xff, 0xe4]), Buffer.from(` = ${HASH}\n`)]);
    expect([...parseManifest(asVerified(text)).entries.keys()]).toEqual(['\xff\xe4']);
    const utf8 = Buffer.from(listing('ä b.php'), 'utf8');
    expect([...parseManifest(asVerified(utf8)).entries.keys()]).toEqual([fromText('ä b.php')]);
  });

  it('reads the configuration, and keeps what it does not know', () => {
    const text = Buffer.from(
      withConfig("signedby='Jörg <j@example.org>'", 'version = 2', 'type=local', 'signedwith=', 'x.y=a=b'),
    );
    const manifest = parseManifest(asVerified(text));
    expect(manifest.type).toBe('local');
    expect(manifest.expiresAfter).toBeNull();
    expect(Object.fromEntries(manifest.config)).toEqual({
      hash: 'sha256',
      signedby: "'Jörg <j@example.org>'",
      version: '2',
      type: 'local',
      signedwith: '',
      'x.y': 'a=b',
    });
  });

  it('is public unless it says otherwise', () => {
    expect(parseManifest(asVerified(listing('a'))).type).toBe('public');
    expect(parseManifest(asVerified(withConfig('type=public'))).type).toBe('public');
  });

  it.each(['1700000000', '1700000000.25'])('case 72: expiresafter=%s', (value) => {
    const { expiresAfter } = parseManifest(asVerified(withConfig(`expiresafter=${value}`)));
    expect(expiresAfter).toEqual(new Date(1_700_000_000_000));
  });

  it('ends with "# End" or ";# End", with or without a line end', () => {
    for (const end of ['# End', ';# End\n', '\n\n', '']) {
      expect(parseManifest(asVerified(listing('a') + end)).entries.size).toBe(1);
    }
  });
});

describe('case 74: bounds', () => {
  const many = (count: number): string =>
    HEAD + Array.from({ length: count }, (_, index) => `${index} = ${HASH}\n`).join('');

  it('reads the most entries allowed in a short time and refuses one more', () => {
    const start = performance.now();
    expect(parseManifest(asVerified(many(MAX_MANIFEST_ENTRIES))).entries.size).toBe(MAX_MANIFEST_ENTRIES);
    expect(() => parseManifest(asVerified(many(MAX_MANIFEST_ENTRIES + 1)))).toThrow(/more than 250000 files/);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('reads paths of 4 KiB made of separators and dots in a short time', () => {
    const start = performance.now();
    for (const path of ['a.'.repeat(2048), 'a/'.repeat(2047), ' = '.repeat(1365), '\\a'.repeat(2048)]) {
      const text =
        HEAD + Array.from({ length: 2000 }, (_, index) => `${index}${path.slice(0, 4090)}`).join(` = ${HASH}\n`);
      expect(() => parseManifest(asVerified(`${text}\n`))).toThrow(DataError);
    }
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
