import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containsPhp, isExecutableContent } from '../../src/hash/inspect.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('containsPhp', () => {
  test.each(['<?php', 'x<?PHP ', '<?<?pHp', '\0\xff<?Php\n', `${'<?'.repeat(100)}<?php`, `${'<? '.repeat(40)}<?php`])(
    'finds it in %j',
    (text) => {
      expect(containsPhp(bytes(text))).toBe(true);
    },
  );

  test.each([
    '',
    '<',
    '<?ph',
    '<?p hp',
    '<? php',
    '<?xml',
    '<?=1',
    `${'<?'.repeat(100)}`,
    '\x1c?php',
    '<\x1fphp',
    '<?\x50\x48',
  ])('finds nothing in %j', (text) => {
    expect(containsPhp(bytes(text))).toBe(false);
  });

  test('agrees with a regular expression', () => {
    const text = fc.array(fc.constantFrom('<', '?', 'p', 'P', 'h', 'H', 'x', '<?', '<?ph'), { maxLength: 120 });
    fc.assert(
      fc.property(text, (parts) => {
        expect(containsPhp(bytes(parts.join('')))).toBe(/<\?php/i.test(parts.join('')));
      }),
      { numRuns: 2000 },
    );
  });

  test('takes time in proportion to the length, whatever the bytes are', () => {
    const hostile = Buffer.alloc(16 * 2 ** 20, '<?');
    const start = performance.now();
    expect(containsPhp(hostile)).toBe(false);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

test.each([
  ['#!/bin/sh', true],
  ['#!', true],
  ['\x7fELF', true],
  ['\x7fEL', false],
  ['#', false],
  ['', false],
  [' #!/bin/sh', false],
])('%j is executable content: %s', (text, expected) => {
  expect(isExecutableContent(bytes(text))).toBe(expected);
});
