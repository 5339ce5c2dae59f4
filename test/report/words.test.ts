import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesInWords, countInWords, groupDigits } from '../../src/words.js';

it.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1_234_567, '1,234,567'],
])('groups the digits of %d', (number, expected) => expect(groupDigits(number)).toBe(expected));

it('puts a noun into the plural', () => {
  expect([0, 1, 2, 1000].map((number) => countInWords(number, 'file'))).toEqual([
    '0 files',
    '1 file',
    '2 files',
    '1,000 files',
  ]);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9_960, '10 kB'],
  [99_400, '99 kB'],
  [99_600, '100 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [416_000_000, '416 MB'],
  [2_800_000_000, '2.8 GB'],
  [5e15, '5000 TB'],
])('%d bytes are %s', (bytes, expected) => expect(bytesInWords(bytes)).toBe(expected));

it('never writes an exponent', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 50), (bytes) => void expect(bytesInWords(bytes)).toMatch(/^\d{1,4}(\.\d)? [kMGT]?B$/)),
  );
});
