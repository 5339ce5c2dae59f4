import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ExactEntry } from '../../src/exempt/entry.js';
import { readExemptions } from '../../src/exempt/read.js';
import { addExemptions } from '../../src/exempt/write.js';
import { fromText } from '../../src/files/bytepath.js';
import { escapeControls } from '../../src/report/escape.js';
import { tempFolder } from '../helpers/temp.js';
import { bytes } from '../report/fixtures.js';
import { entry, HASH, NOW, OTHER_HASH } from './entries.js';

const exact = (path: string, changes: Partial<ExactEntry> = {}): ExactEntry => ({
  ...entry(path),
  kind: 'unlisted',
  place: fromText(path),
  ...changes,
});
const newFile = () => join(tempFolder(), 'exemptions.yaml');

describe('entries that are written', () => {
  it('are read again as they were, whatever their names and words', async () => {
    const file = newFile();
    const entries = [
      exact('utests/bootstrap.php'),
      exact('caf\u00e9 \u6587.php'),
      exact('', { place: bytes('caf\u00e9\u00ff.php'), module: bytes('\u00ff') }),
      exact('a\nb: # \u001b[2J\u202e"\'.php'),
      exact('\ufffd.php'),
      exact('- x', { module: null }),
      exact('true', { module: fromText('1e3') }),
      exact('~', { module: fromText('null') }),
      exact('<<', { sha256: '1234567890'.repeat(6).concat('12e4') }),
      exact('a.txt', { sha256: null }),
      exact('gone.php', { kind: 'missing', sha256: null }),
      exact('times', { expires: new Date('2026-11-24T10:00:00.123Z') }),
      exact('words', { reason: 'because: #1 "it" is\n\u2028 so', author: '007' }),
    ];
    addExemptions(file, entries, NOW);
    expect(await readExemptions(file, NOW)).toEqual(entries);
  });

  it('hold nothing that a terminal obeys', () => {
    const file = newFile();
    addExemptions(file, [exact('a\u001b[2J\u202e.php'), exact('b\u200b')], NOW);
    const text = readFileSync(file, 'utf8');
    expect(escapeControls(text).replaceAll('\\n', '\n')).toBe(text);
  });

  it('are added behind what is there, which stays with its comments', () => {
    const file = newFile();
    const written = `# ours

exemptions:
  # one
  - module: cdr # why
    path: "a.php"
    sha256: ${HASH}
    reason: a reason that is much longer than eighty characters, which a program could fold if nobody told it not to
    author: jane
    expires: 2027-02-21

  # two
  - outside: true
    glob: logs/**
    reason: logs
    author: joe
    expires: 2027-01-01
# the end
`;
    writeFileSync(file, written);
    addExemptions(file, [exact('b.php')], NOW);
    const after = readFileSync(file, 'utf8');
    expect(
      after.replace(/ {2}- module: cdr\n {4}path: b\.php\n(?: {4}.*\n)+/, '').replace(/\n\n# the end/, '\n# the end'),
    ).toBe(written);
  });

  it.each([
    '',
    '# only a comment\n',
    'exemptions:\n',
    'exemptions: []\n',
    '{ exemptions: [] }\n',
    'exemptions: # none\n',
  ])('are the first ones in %j', async (text) => {
    const file = newFile();
    writeFileSync(file, text);
    addExemptions(file, [exact('a.php')], NOW);
    expect(await readExemptions(file, NOW)).toHaveLength(1);
    const comment = /#.*/.exec(text)?.[0];
    if (comment !== undefined) expect(readFileSync(file, 'utf8')).toContain(comment);
  });

  it('keep how the list is indented, and a list in braces becomes one of lines', () => {
    const file = newFile();
    const flat = 'exemptions:\n- {module: cdr, glob: logs/**, reason: r, author: a, expires: 2027-01-01}\n';
    writeFileSync(file, flat);
    addExemptions(file, [exact('a.php')], NOW);
    expect(readFileSync(file, 'utf8')).toContain('\n- module: cdr\n  path: a.php\n');
  });

  it('renew those about the same content, in their place, and leave those about other content', async () => {
    const file = newFile();
    addExemptions(file, [exact('a.php'), exact('b.php', { sha256: OTHER_HASH }), exact('c.php')], NOW);
    const longer = { expires: new Date('2027-03-01T23:59:59.999Z'), reason: 'still' };
    addExemptions(file, [exact('a.php', longer), exact('b.php', longer), exact('a.php', longer)], NOW);
    const entries = await readExemptions(file, NOW);
    expect(entries.map(({ place, sha256, reason }) => [place, sha256, reason])).toEqual([
      ['a.php', HASH, 'still'],
      ['b.php', OTHER_HASH, 'our own page'],
      ['c.php', HASH, 'our own page'],
      ['b.php', HASH, 'still'],
    ]);
  });
});

it('an entry that others repeat a part of is not renewed', () => {
  const file = newFile();
  const rest = 'author: a, expires: 2027-01-01';
  const text = `exemptions:
  - { module: cdr, path: a.php, kind: unlisted, sha256: ${HASH}, reason: &why r, ${rest} }
  - { module: cdr, path: b.php, kind: unlisted, sha256: ${HASH}, reason: *why, ${rest} }
`;
  writeFileSync(file, text);
  expect(() => addExemptions(file, [exact('a.php')], NOW)).toThrowError(
    expect.objectContaining({ code: 'EXEMPTIONS_MALFORMED', message: expect.stringContaining('write it out') }),
  );
  expect(readFileSync(file, 'utf8')).toBe(text);
});

describe('the file', () => {
  it('is made with a word about itself, for everybody to read', () => {
    const file = newFile();
    addExemptions(file, [exact('a.php')], NOW);
    expect(readFileSync(file, 'utf8')).toMatch(/^# Findings that may be there/);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(readdirSync(dirname(file))).toEqual(['exemptions.yaml']);
  });

  it('keeps its mode, and a link to it stays one', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'checkout'));
    const kept = join(folder, 'checkout/ours.yaml');
    writeFileSync(kept, 'exemptions: []\n', { mode: 0o600 });
    symlinkSync('checkout/ours.yaml', join(folder, 'exemptions.yaml'));
    addExemptions(join(folder, 'exemptions.yaml'), [exact('a.php')], NOW);
    expect(lstatSync(join(folder, 'exemptions.yaml')).isSymbolicLink()).toBe(true);
    expect(readFileSync(kept, 'utf8')).toContain('path: a.php');
    expect(statSync(kept).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['is malformed', 'exemptions: 7\n', 0o644, 'EXEMPTIONS_MALFORMED'],
    ['could be written by others', 'exemptions: []\n', 0o666, 'FILE_UNSAFE'],
  ])('stays as it is where it %s', (_what, text, mode, code) => {
    const file = newFile();
    writeFileSync(file, text);
    chmodSync(file, mode);
    expect(() => addExemptions(file, [exact('a.php')], NOW)).toThrowError(expect.objectContaining({ code }));
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(readdirSync(dirname(file))).toEqual(['exemptions.yaml']);
  });

  it('is not made in a folder that others may write in, nor where there is none', () => {
    const file = newFile();
    chmodSync(dirname(file), 0o777);
    expect(() => addExemptions(file, [exact('a.php')], NOW)).toThrowError(
      expect.objectContaining({ code: 'FILE_UNSAFE' }),
    );
    expect(existsSync(file)).toBe(false);
    const nowhere = join(dirname(file), 'no/where.yaml');
    expect(() => addExemptions(nowhere, [exact('a.php')], NOW)).toThrowError(
      expect.objectContaining({ code: 'OUTPUT_FAILED', message: expect.stringContaining(nowhere) }),
    );
  });

  it('is not written while a lock is there, which is said by name', () => {
    const file = newFile();
    writeFileSync(`${file}.lock`, '');
    expect(() => addExemptions(file, [exact('a.php')], NOW)).toThrowError(
      expect.objectContaining({ code: 'OUTPUT_FAILED', message: expect.stringContaining(`remove ${file}.lock`) }),
    );
    expect(existsSync(file)).toBe(false);
    expect(existsSync(`${file}.lock`)).toBe(true);
  });

  it('loses nothing when several write at once', async () => {
    const file = newFile();
    const script = `
      const { addExemptions } = await import(${JSON.stringify(new URL('../../dist/src/exempt/write.js', import.meta.url).href)});
      const [file, name] = process.argv.slice(1);
      for (let at = 0; at < 6; at += 1) {
        addExemptions(file, [{ module: 'cdr', place: name + at, kind: 'unlisted', sha256: '${HASH}', reason: 'r', author: 'a',
          expires: new Date('2027-02-21T23:59:59.999Z') }], new Date('2026-11-23T10:00:00Z'));
      }`;
    const run = promisify(execFile);
    const writers = ['a', 'b', 'c'];
    await Promise.all(
      writers.map((name) => run(process.execPath, ['--input-type=module', '--eval', script, file, name])),
    );
    const places = (await readExemptions(file, NOW)).map(({ place }) => place.toString());
    expect(places.sort()).toEqual(writers.flatMap((name) => Array.from({ length: 6 }, (_, at) => `${name}${at}`)));
    expect(readdirSync(dirname(file))).toEqual(['exemptions.yaml']);
  });
});
