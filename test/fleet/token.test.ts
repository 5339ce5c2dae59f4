import { describe, expect, it } from 'vitest';
import { newKey, publicText } from '../../src/fleet/keys.js';
import { newToken, parseToken, tokenText } from '../../src/fleet/token.js';
import { MAX_TOKEN_CHARACTERS } from '../../src/limits.js';

describe('a token', () => {
  it('is one word that says whose fleet it is, and holds the key of one message', () => {
    const coordinator = newKey();
    const token = newToken('pbx1.example', coordinator, 1_800_000_000_000);
    const text = tokenText(token);
    expect(text).toMatch(/^sigsweep-fleet-1\.[\w-]+$/);
    const read = parseToken(`  ${text}\n`);
    expect(read).toMatchObject({ host: 'pbx1.example', expires: 1_800_000_000_000 });
    expect(publicText(read.coordinator)).toBe(publicText(coordinator));
    expect(publicText(read.key)).toBe(publicText(token.key));
  });

  it('refuses what is no token, and does not repeat it', () => {
    const text = tokenText(newToken('pbx1', newKey(), 1));
    const wrong = [
      '',
      'hello',
      text.slice(0, -9),
      text.replace('-1.', '-2.'),
      `${text}${'A'.repeat(MAX_TOKEN_CHARACTERS)}`,
    ];
    for (const word of wrong) {
      expect(() => parseToken(word)).toThrow(
        /^this is no token: .*give the whole word that sigsweep fleet enroll printed$/,
      );
    }
    expect(() => parseToken('secret')).not.toThrow(/secret/);
  });
});
