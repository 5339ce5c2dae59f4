import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.js';
import { type BytePath, fromLatin1, fromText } from '../../src/files/bytepath.js';
import { parseManifest } from '../../src/manifest/manifest.js';
import { checkListedPath } from '../../src/manifest/paths.js';
import { serializeManifest } from '../../src/manifest/serialize.js';
import { asVerified } from './verified.js';

const HASH = 'a'.repeat(64);
const CONFIG = [
  ['version', '1'],
  ['hash', 'sha256'],
] as const;

const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const paths = fc
  .uint8Array({ minLength: 1, maxLength: 30 })
  .map((bytes) => fromLatin1(Buffer.from(bytes).toString('latin1')))
  .filter((path) => checkListedPath(path) === null && !path.startsWith(';'));
const entryLists = fc.uniqueArray(fc.tuple(paths, hashes), { minLength: 1, selector: ([path]) => path });
const configs = fc.uniqueArray(
  fc.tuple(
    fc.stringMatching(/^[a-z]{1,8}$/).map((key) => `x${key}`),
    fc.stringMatching(/^([!-~äß€😀]( [!-~]+)?)?$/u),
  ),
  {
    selector: ([key]) => key,
  },
);

describe('serializeManifest', () => {
  it('writes what parseManifest reads back', () => {
    fc.assert(
      fc.property(entryLists, configs, (entries, config) => {
        const text = serializeManifest([...CONFIG, ...config], entries);
        const manifest = parseManifest(asVerified(text));
        expect(new Map(manifest.entries)).toEqual(new Map(entries));
        expect([...manifest.config]).toEqual([...CONFIG, ...config]);
      }),
    );
  });

  it('sorts by bytes, so that the order given does not matter', () => {
    fc.assert(
      fc.property(entryLists, (entries) => {
        const text = serializeManifest(CONFIG, entries);
        expect(serializeManifest(CONFIG, [...entries].reverse()).equals(text)).toBe(true);
        const listed = [...parseManifest(asVerified(text)).entries.keys()].map((path) => Buffer.from(path, 'latin1'));
        expect([...listed].sort(Buffer.compare)).toEqual(listed);
      }),
    );
  });

  it('parses anything or refuses it, and never fails otherwise', () => {
    const line = fc.oneof(
      fc.constantFrom('[config]', '[hashes]', 'hash=sha256', `a = ${HASH}`, ';', '# End', ''),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        try {
          expect(parseManifest(asVerified(Buffer.from(lines.join('\n')))).entries.size).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('begins with a comment, lists configuration and files, and says where it ends', () => {
    const text = serializeManifest(CONFIG, [[fromText('ä'), HASH]]).toString();
    expect(text).toMatch(/^; .*\n; .*\n\n\[config\]\nversion=1\nhash=sha256\n\[hashes\]\nä = a{64}\n;# End\n$/);
  });

  it('keeps a tab inside of a setting, which the parser accepts', () => {
    const text = serializeManifest([...CONFIG, ['x', 'a\tb']], [[fromText('a'), HASH]]);
    expect(parseManifest(asVerified(text)).config.get('x')).toBe('a\tb');
  });

  it.each([
    ['a comment', ';a', /begins with ";"/],
    ['a parent', '../a', /component/],
    ['a control character', 'a\nb', /control character/],
    ['a space at the end', 'a ', /space/],
  ])('refuses %s', (_, path, reason) => {
    expect(() => serializeManifest(CONFIG, [[path as BytePath, HASH]])).toThrow(reason);
  });

  it.each([
    ['a hash in upper case', CONFIG, [['a', HASH.toUpperCase()]], /lower-case/],
    [
      'a path twice',
      CONFIG,
      [
        ['a', HASH],
        ['a', HASH],
      ],
      /twice/,
    ],
    ['no file', CONFIG, [], /no file/],
    ['no hash setting', [], [['a', HASH]], /must be sha256/],
    ['a setting twice', [...CONFIG, ['hash', 'sha256']], [['a', HASH]], /twice/],
    ['a line end in a setting', [...CONFIG, ['x', 'a\nb']], [['a', HASH]], /cannot be written/],
    ['a space at the end of a setting', [...CONFIG, ['x', 'a ']], [['a', HASH]], /cannot be written/],
    ['a space at the start of a setting', [...CONFIG, ['x', ' a']], [['a', HASH]], /cannot be written/],
    ['half a character', [...CONFIG, ['x', '\ud800']], [['a', HASH]], /cannot be written/],
    ['a bad key', [...CONFIG, ['x y', 'a']], [['a', HASH]], /cannot be written/],
  ] as const)('refuses %s', (_, config, entries, reason) => {
    const typed = entries.map(([path, hash]) => [path as BytePath, hash] as const);
    expect(() => serializeManifest(config, typed)).toThrow(reason);
    expect(() => serializeManifest(config, typed)).toThrow(DataError);
  });
});
