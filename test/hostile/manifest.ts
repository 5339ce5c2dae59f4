/** Section "The manifest", as far as it is about text. */
export const HASH = '0123456789abcdef'.repeat(4);
export const HEAD = '[config]\nversion=1\nhash=sha256\n[hashes]\n';
export const listing = (...paths: string[]): string => HEAD + paths.map((path) => `${path} = ${HASH}\n`).join('');
export const withConfig = (...lines: string[]): string =>
  `[config]\nhash=sha256\n${lines.join('\n')}\n[hashes]\na = ${HASH}\n`;

/** Signed text that is no manifest: the module is `invalid`, and the reason says why. */
export interface RefusedManifest {
  readonly case: number;
  readonly name: string;
  readonly text: string;
  readonly reason: RegExp;
}

export const refusedManifests: readonly RefusedManifest[] = [
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

/**
 * Paths that are files like any other. Case 64 leaves open what parentheses mean; the grammar takes every path literally,
 * whatever INI readers make of parentheses, quotes or semicolons in it.
 */
export const ordinaryPaths: readonly { readonly case: number; readonly path: string }[] = [
  { case: 64, path: 'a(1).php' },
  { case: 64, path: 'a;b"c\'d.php' },
  { case: 64, path: '$HOME{x}' },
  { case: 64, path: '[id].js' },
  { case: 64, path: '#hash.php' },
  { case: 64, path: 'a = b.php' },
  { case: 64, path: 'null' },
  { case: 64, path: '-x.php' },
  { case: 64, path: '...' },
  { case: 64, path: '..a/b..' },
  { case: 64, path: '.htaccess' },
  { case: 64, path: `a ${'='.repeat(3)} b` },
  { case: 64, path: 'a'.repeat(4096) },
  { case: 67, path: '__proto__' },
  { case: 67, path: 'constructor' },
  { case: 67, path: 'toString' },
];
