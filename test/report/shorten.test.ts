import { describe, expect, it } from 'vitest';
import { escapeForTerminal } from '../../src/report/escape.js';
import { shortForTerminal } from '../../src/report/shorten.js';

const utf8 = (text: string) => Buffer.from(text).toString('latin1');

describe('what is shown of a name', () => {
  it.each(['', 'a.php', 'a\n\u001b', '/x'.repeat(2500), '\u00ff'.repeat(5000)])(
    'is all of it, up to 5000 bytes',
    (name) => {
      expect(shortForTerminal(name)).toBe(escapeForTerminal(name));
    },
  );

  it('is beginning and end of a longer one, and how much is left out', () => {
    const name = `${'a'.repeat(2000)}${'b'.repeat(1_234_567)}${'c'.repeat(2000)}`;
    expect(shortForTerminal(name)).toBe(`${'a'.repeat(2000)}\\(1,234,567 bytes left out)${'c'.repeat(2000)}`);
  });

  it('is text wherever the cut falls', () => {
    for (const before of ['', 'x', 'xx', 'xxx']) {
      const shown = shortForTerminal(utf8(`${before}${'\u{1f600}'.repeat(2000)}`));
      expect(shown).toMatch(/^x*\p{Emoji}+\\\([\d,]+ bytes left out\)\p{Emoji}+$/u);
    }
    expect(shortForTerminal('\u0080'.repeat(6000))).toMatch(/^(\\x80){2000}\\\(2,000 bytes left out\)(\\x80){2000}$/);
  });

  it('cannot hold what looks like the mark', () => {
    expect(shortForTerminal('a\\(5 bytes left out)b')).toBe('a\\\\(5 bytes left out)b');
  });
});
