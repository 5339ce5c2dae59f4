import { describe, expect, it } from 'vitest';
import { parseExemptions } from '../../src/exempt/parse.js';
import { fromText } from '../../src/files/bytepath.js';

const NOW = new Date('2026-11-23T10:00:00Z');
const HASH = 'ab'.repeat(32);

const parse = (text: string) => parseExemptions(text, '/etc/e.yaml', NOW);

/** One entry: these fields with their YAML, a line each from line 2 on, in place of or besides those of a sound one. */
function entry(fields: Readonly<Record<string, string | null>> = {}): string {
  const all = {
    module: 'framework',
    path: 'utests/bootstrap.php',
    sha256: HASH,
    reason: "shipped by the vendor's test suite",
    author: 'jane',
    expires: '2027-02-21',
    ...fields,
  };
  const given = Object.entries(all).filter(([, value]) => value !== null);
  return `exemptions:\n${given.map(([key, value], index) => `${index === 0 ? '  - ' : '    '}${key}: ${value}\n`).join('')}`;
}

describe('an exemptions file', () => {
  it('gives its entries', () => {
    expect(parse(entry())).toEqual([
      {
        module: 'framework',
        place: 'utests/bootstrap.php',
        kind: null,
        sha256: HASH,
        reason: "shipped by the vendor's test suite",
        author: 'jane',
        expires: new Date('2027-02-21T23:59:59.999Z'),
      },
    ]);
  });

  it.each(['', '# nothing yet\n', 'exemptions:\n', 'exemptions: []\n', '---\n'])(
    'may be as good as empty: %j',
    (text) => expect(parse(text)).toEqual([]),
  );

  it('says what lies outside of modules in so many words', () => {
    expect(parse(entry({ module: null, outside: 'true' }))[0]?.module).toBeNull();
  });

  it('takes names that are no text in base64, and text as the bytes that it has in UTF-8', () => {
    const bytes = Buffer.from('caf\u00e9.php', 'latin1').toString('base64');
    expect(parse(entry({ path: null, pathBase64: bytes }))[0]?.place).toBe('caf\u00e9.php');
    expect(parse(entry({ path: '"caf\\u00e9.php"' }))[0]?.place).toBe(fromText('caf\u00e9.php'));
    expect(parse(entry({ module: null, moduleBase64: bytes }))[0]?.module).toBe('caf\u00e9.php');
    expect(parse(entry({ path: '"a\\nb"' }))[0]?.place).toBe('a\nb');
  });

  it.each([
    ['2027-02-21', '2027-02-21T23:59:59.999Z'],
    ['2027-02-21T12:00:00Z', '2027-02-21T12:00:00.000Z'],
    ['2027-02-21T12:00:00+02:00', '2027-02-21T10:00:00.000Z'],
    ['2027-11-24', '2027-11-24T23:59:59.999Z'],
    // What is over is no mistake.
    ['2020-01-01', '2020-01-01T23:59:59.999Z'],
  ])('ends on %s at %s', (expires, moment) => expect(parse(entry({ expires }))[0]?.expires.toISOString()).toBe(moment));

  it('takes a path as it is, whatever a glob would make of it', () => {
    expect(parse(entry({ path: '"[x]*.php"' }))[0]?.place).toBe('[x]*.php');
  });
});

describe('what is wrong with it is said with its line', () => {
  const twice = `${entry()}${entry({ reason: 'another' }).replace('exemptions:\n', '')}`;

  it.each<[string, string, string]>([
    ['an unknown key', entry({ until: '2027-01-01' }), 'line 8: unknown key exemptions[1].until'],
    ['an unknown key above', 'exemption: []\n', 'line 1: unknown key exemption'],
    [
      'a key twice',
      entry().replace('author: jane', 'author: jane\n    author: joe'),
      'line 7: this key stands there twice',
    ],
    ['no YAML', 'exemptions: [\n', 'line 2: '],
    ['no reason', entry({ reason: null }), 'line 2: exemptions[1].reason: is missing'],
    ['an empty reason', entry({ reason: "' '" }), 'line 5: exemptions[1].reason: is empty'],
    ['a reason without end', entry({ reason: 'a'.repeat(501) }), 'line 5: exemptions[1].reason: is longer than 500'],
    ['no author', entry({ author: null }), 'line 2: exemptions[1].author: is missing'],
    ['an author that is a number', entry({ author: '7' }), 'line 6: exemptions[1].author: give text, with quotes'],
    ['no end', entry({ expires: null }), 'line 2: exemptions[1].expires: is missing'],
    ['a day that is none', entry({ expires: '2027-02-30' }), 'line 7: exemptions[1].expires: give a date such as'],
    ['a time without a zone', entry({ expires: '2027-02-21T12:00:00' }), 'line 7: exemptions[1].expires: give a date'],
    ['a duration', entry({ expires: '90d' }), 'line 7: exemptions[1].expires: give a date'],
    [
      'forever',
      entry({ expires: '2099-01-01' }),
      'line 7: exemptions[1].expires: is more than a year away: give 2027-11-25',
    ],
    ['a day too long', entry({ expires: '2027-11-25' }), 'line 7: exemptions[1].expires: is more than a year away'],
    ['a hash that is none', entry({ sha256: 'ab' }), 'line 4: exemptions[1].sha256: give 64 lower-case hex digits'],
    ['a hash in capitals', entry({ sha256: HASH.toUpperCase() }), 'line 4: exemptions[1].sha256: give 64 lower-case'],
    ['no module', entry({ module: null }), 'line 2: exemptions[1]: give one of module, moduleBase64 and outside: true'],
    ['a module that was left empty', entry({ module: '' }), 'line 2: exemptions[1].module: give text'],
    ['two modules', entry({ outside: 'true' }), 'line 2: exemptions[1]: give one of module'],
    ['not outside', entry({ module: null, outside: 'false' }), 'exemptions[1].outside: give true'],
    ['no path', entry({ path: null }), 'line 2: exemptions[1]: give one of path, pathBase64 and glob'],
    ['path and glob', entry({ glob: 'a/*' }), 'line 2: exemptions[1]: give one of path'],
    ['an absolute path', entry({ path: '/var/www/html/a.php' }), 'line 3: exemptions[1].path: is relative to'],
    ['a path upwards', entry({ path: 'a/../b.php' }), 'line 3: exemptions[1].path: is written without'],
    ['a path with bytes lost', entry({ path: 'caf\ufffd' }), 'line 3: exemptions[1].path: is no text'],
    ['half a character', entry({ path: '"caf\\ud800"' }), 'line 3: exemptions[1].path: is no text'],
    ['no base64', entry({ path: null, pathBase64: 'a%' }), 'exemptions[1].pathBase64: give the bytes in base64'],
    ['an over-wide glob', entry({ path: null, glob: '"**/*"' }), 'exemptions[1].glob: matches nearly everything'],
    ['an absolute glob', entry({ path: null, glob: '/logs/*' }), 'exemptions[1].glob: is relative to'],
    [
      'a kind that is never exempted',
      entry({ kind: 'unreadable' }),
      'exemptions[1].kind: give one of altered, missing',
    ],
    ['altered without a hash', entry({ kind: 'altered', sha256: null }), 'exemptions[1].kind: what is altered needs'],
    ['missing with a hash', entry({ kind: 'missing' }), 'line 4: exemptions[1].sha256: what is missing has no content'],
    ['missing by glob', entry({ kind: 'missing', sha256: null, path: null, glob: 'a/*' }), 'needs its path'],
    ['an entry twice', twice, 'line 8: exemptions[2]: is the same as exemptions[1]'],
    ['a list of words', 'exemptions:\n  - framework\n', 'line 2: exemptions[1]: '],
    ['a list alone', '- module: framework\n', 'line 1: '],
  ])('%s', (_what, text, message) => {
    expect(() => parse(text)).toThrowError(
      expect.objectContaining({ code: 'EXEMPTIONS_MALFORMED', message: expect.stringContaining(message) }),
    );
    expect(() => parse(text)).toThrowError(/^\/etc\/e\.yaml: line \d+: /);
  });

  it('too many globs', () => {
    const globs = (number: number) =>
      `exemptions:\n${Array.from({ length: number }, (_, index) =>
        entry({ path: null, glob: `"g${index}/*"` }).replace('exemptions:\n', ''),
      ).join('')}`;
    expect(parse(globs(200))).toHaveLength(200);
    expect(() => parse(globs(201))).toThrowError(/line 1202: exemptions\[201\]: is one glob more than the 200/);
  });
});
