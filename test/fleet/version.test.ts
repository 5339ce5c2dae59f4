import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../src/fleet/findings/version.js';

describe('versions', () => {
  // As PHP's version_compare orders them.
  const ORDERED = [
    '1.0dev',
    '1.0alpha1',
    '1.0beta1',
    '1.0beta2',
    '1.0rc1',
    '1.0',
    '1.0.0',
    '1.0.1',
    '1.0.9',
    '1.0.10',
    '1.0pl1',
    '13.0.197.13',
    '17.0.1rc2',
    '17.0.1',
    '17.0.19.31',
    '17.0.19.32',
  ];

  it('are ordered as FreePBX orders them', () => {
    for (const [index, one] of ORDERED.entries()) {
      for (const [at, other] of ORDERED.entries()) {
        expect(Math.sign(compareVersions(one, other) ?? Number.NaN), `${one} ${other}`).toBe(Math.sign(index - at));
      }
    }
    expect(compareVersions('v1.2', '1.2')).toBe(0);
    expect(compareVersions('1.2-3', '1.2.3')).toBe(0);
  });

  it.each(['', 'latest', '-1', '.5', '1'.repeat(65), 'ä1'])('are not compared where one is none: %s', (none) => {
    expect(compareVersions(none, '1.0')).toBeNull();
    expect(compareVersions('1.0', none)).toBeNull();
  });

  it('are ordered the same both ways, whatever somebody calls one', () => {
    const any = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.stringMatching(/^\d[\d.a-z-]{0,12}$/));
    fc.assert(
      fc.property(any, any, (one, other) => {
        const [there, back] = [compareVersions(one, other), compareVersions(other, one)];
        expect(there === null ? null : Math.sign(there)).toBe(back === null ? null : 0 - Math.sign(back));
      }),
    );
  });
});
