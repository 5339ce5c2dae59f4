/** Whatever we accept, GnuPG accepts too, and takes for the same text: compared on files changed at random. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { GPG_MISSING, Gpg } from '../helpers/gpg.js';
import { anchorKey, certifiedKey, judge, signed } from '../openpgp/world.js';

const FILES = 120;
const TEXTS = [
  `[config]\nhash=sha256\n[hashes]\nmodule.xml = ${'a'.repeat(64)}\n;# End`,
  '- dashes\n-\n--\n\n\ttab\nFrom here\n\n',
  'one line',
  '\xc3\xa4 \xff',
];

type Edit = (file: string) => string;

/** What readers disagree about, where they do. Most of it is tolerated, so that there is something to compare. */
const EDITS: Record<string, Edit> = {
  'CRLF line ends': (file) => file.replaceAll('\n', '\r\n'),
  'CRLF at some line ends': (file) => file.replace(/\n(?=[a-m])/g, '\r\n'),
  'blanks at line ends': (file) =>
    file.replace(/\n(?!\n|-----)/g, ' \t \n').replace(/^(-----.*|Hash: .*?|[A-Za-z0-9+/=]+) \t $/gm, '$1'),
  'dash-escaped lines': (file) => inText(file, (line) => (line.startsWith('- ') ? line : `- ${line}`)),
  'blanks in empty lines of the text': (file) => inText(file, (line) => (line === '' ? '  ' : line)),
  'a header in the block': (file) => file.replace('SIGNATURE-----\n', 'SIGNATURE-----\nComment: x: y\n'),
  'two headers in the block': (file) => file.replace('SIGNATURE-----\n', 'SIGNATURE-----\nVersion: 1\nComment: \n'),
  'no checksum': (file) => file.replace(/\n=[A-Za-z0-9+/]{4}\n/, '\n'),
  'shorter base64 lines': (file) => file.replace(/^([A-Za-z0-9+/]{30})([A-Za-z0-9+/]{34})$/gm, '$1\n$2'),
  'empty lines at the end': (file) => `${file}\n\n`,
  'no line end at the end': (file) => file.trimEnd(),
  'an empty line more in the text': (file) => file.replace('\n-----BEGIN PGP SIG', '\n\n-----BEGIN PGP SIG'),
  'an empty line less in the text': (file) => file.replace('\n\n-----BEGIN PGP SIG', '\n-----BEGIN PGP SIG'),
  'a blank before the text': (file) => file.replace('\n\n', '\n\n '),
  'another case of Hash': (file) => file.replace('Hash: SHA256', 'Hash: sha256'),
  'an empty comment line': (file) => file.replace('Hash: SHA256\n', 'Hash: SHA256\nComment:\n'),
};

const mutation = fc.record({
  text: fc.constantFrom(...TEXTS),
  edits: fc.uniqueArray(fc.constantFrom(...Object.keys(EDITS)), { maxLength: 3 }),
  // A third of the files also has a byte changed, somewhere.
  at: fc.option(fc.nat(2000), { freq: 2 }),
  byte: fc.constantFrom(' ', '\t', '\r', '\n', '-', '\0', '\x0b', '\x0c', '=', 'A', '\x80'),
});

describe.skipIf(GPG_MISSING !== undefined)('clear-signed files changed at random', () => {
  const gpg = new Gpg();
  afterAll(() => gpg.cleanup());

  it('none that we accept is refused by GnuPG or read as another text', async () => {
    gpg.import(anchorKey);
    gpg.import(certifiedKey);
    let accepted = 0;
    for (const { text, edits, at, byte } of fc.sample(mutation, { numRuns: FILES, seed: 1 })) {
      let file = edits.reduce((edited, name) => EDITS[name]?.(edited) ?? edited, signed({}, {}, text));
      if (at !== null) file = file.slice(0, at % file.length) + byte + file.slice((at % file.length) + 1);
      const outcome = await judge(file);
      if (outcome.verdict !== 'trusted') continue;
      accepted++;
      const bytes = Buffer.from(file, 'latin1');
      const textFile = join(gpg.home, 'text');
      const theirs = gpg.run(['--yes', '--output', textFile, '--verify'], bytes);
      const what = `${JSON.stringify(text.slice(0, 20))} with ${edits.join(', ')}${at === null ? '' : `, byte ${at}`}`;
      expect(theirs.stdout, `${what}\n${theirs.stderr}`).toMatch(/^\[GNUPG:\] VALIDSIG /m);
      expect(theirs.code, what).toBe(0);
      // GnuPG puts out line ends as they came; what stands before them in blanks neither of us takes for text.
      const theirText = readFileSync(textFile, 'latin1').replace(/[ \t\r]+\n/g, '\n');
      expect(theirText, what).toBe(outcome.text.bytes.toString('latin1'));
    }
    expect(accepted).toBeGreaterThan(FILES / 4);
    expect(accepted).toBeLessThan(FILES);
  });
});

/** The signed lines, edited one by one. */
function inText(file: string, edit: Edit): string {
  const start = file.indexOf('\n\n') + 2;
  const end = file.indexOf('\n-----BEGIN PGP SIG');
  return start < 2 || end < start
    ? file
    : file.slice(0, start) + file.slice(start, end).split('\n').map(edit).join('\n') + file.slice(end);
}
