import fc from 'fast-check';
import { expect, test } from 'vitest';
import { basename, dirname, fromText, isPlainName, join, toBytes, toFsPath } from '../../src/files/bytepath.js';

test('text becomes its UTF-8 bytes, one character each', () => {
  expect(fromText('é')).toBe('\xc3\xa9');
  expect(toBytes(fromText('é'))).toEqual(Buffer.from('é'));
  expect(toFsPath(fromText('é'))).toEqual(Buffer.from('é'));
  expect(toFsPath('plain')).toBe('plain');
});

test('names that differ only for a reader stay two names', () => {
  expect(fromText('\u00e9')).not.toBe(fromText('e\u0301'));
  expect(fromText('A')).not.toBe(fromText('a'));
});

test('folder and name put together are the path again', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z.]{1,5}$/), { minLength: 1 }), (names) => {
      const path = fromText(names.join('/'));
      expect(join(dirname(path), basename(path))).toBe(path);
    }),
  );
});

test.each(['', '.', '..', 'a/b', '/', 'a\0'])('%j is not the name of one entry', (name) => {
  expect(isPlainName(name)).toBe(false);
});

test.each(['a', '...', '..a', ' ', '\n', '\xff'])('%j is the name of one entry', (name) => {
  expect(isPlainName(name)).toBe(true);
});
