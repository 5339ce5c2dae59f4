import { describe, expect, it } from 'vitest';
import { judge, TEXT } from '../openpgp/world.js';
import { goodVectors } from './good.js';
import { testVectors } from './vector.js';

testVectors('what must stay good', goodVectors, 93);

describe('the text of good files', () => {
  it('cases 93, 94, 95, 96: is the same for CRLF and LF, escaped and not, with and without blanks', async () => {
    const texts = await Promise.all(
      goodVectors.map(async ({ file = '' }) => {
        const outcome = await judge(file);
        return outcome.verdict === 'trusted' ? outcome.text.bytes.toString() : outcome.reason;
      }),
    );
    expect(new Set(texts)).toEqual(new Set([`${TEXT}\n`]));
  });
});
