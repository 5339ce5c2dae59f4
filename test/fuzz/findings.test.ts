/** What fuzzing has found so far, kept so that it stays fixed. */
import { describe, expect, it } from 'vitest';
import { fromText } from '../../src/files/bytepath.js';
import { parseManifest } from '../../src/manifest/manifest.js';
import { serializeManifest } from '../../src/manifest/serialize.js';
import { asVerified } from '../manifest/verified.js';
import { frame, signText } from '../openpgp/forge-keys.js';
import { judge, signed, signer } from '../openpgp/world.js';

describe('findings of fuzzing', () => {
  it('an empty line that is taken out of an otherwise empty text leaves the signature good: refused', async () => {
    const file = signed({}, {}, '');
    expect(await judge(file)).toMatchObject({ verdict: 'trusted' });
    const without = file.replace('SHA256\n\n\n', 'SHA256\n\n');
    expect(without).toHaveLength(file.length - 1);
    expect(await judge(without)).toMatchObject({ verdict: 'invalid', reason: 'There is no line of text.' });
    expect(await judge(frame('a', signText('a', signer)))).toMatchObject({ verdict: 'trusted' });
  });

  it('a tab inside of a setting, which the parser accepts, can be written too', () => {
    const text = `[config]\nhash=sha256\nx=a\tb\n[hashes]\na = ${'0'.repeat(64)}\n`;
    const { config, entries } = parseManifest(asVerified(text));
    expect(parseManifest(asVerified(serializeManifest(config, entries))).config.get('x')).toBe('a\tb');
    expect(entries.has(fromText('a'))).toBe(true);
  });
});
