import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.js';
import { fromText } from '../../src/files/bytepath.js';
import { MAX_MANIFEST_ENTRIES } from '../../src/limits.js';
import { parseManifest } from '../../src/manifest/manifest.js';
import { HASH, HEAD, listing, withConfig } from '../hostile/manifest.js';
import { asVerified } from './verified.js';

describe('what is a manifest', () => {
  it('keeps the bytes of a path, whatever they mean', () => {
    const text = Buffer.concat([Buffer.from(HEAD), Buffer.from([0xff, 0xe4]), Buffer.from(` = ${HASH}\n`)]);
    expect([...parseManifest(asVerified(text)).entries.keys()]).toEqual(['\xff\xe4']);
    const utf8 = Buffer.from(listing('ä b.php'), 'utf8');
    expect([...parseManifest(asVerified(utf8)).entries.keys()]).toEqual([fromText('ä b.php')]);
  });

  it('reads the configuration, and keeps what it does not know', () => {
    const text = Buffer.from(
      withConfig("signedby='Jörg <j@example.org>'", 'version = 2', 'type=local', 'signedwith=', 'x.y=a=b'),
    );
    const manifest = parseManifest(asVerified(text));
    expect(manifest.type).toBe('local');
    expect(manifest.expiresAfter).toBeNull();
    expect(Object.fromEntries(manifest.config)).toEqual({
      hash: 'sha256',
      signedby: "'Jörg <j@example.org>'",
      version: '2',
      type: 'local',
      signedwith: '',
      'x.y': 'a=b',
    });
  });

  it('is public unless it says otherwise', () => {
    expect(parseManifest(asVerified(listing('a'))).type).toBe('public');
    expect(parseManifest(asVerified(withConfig('type=public'))).type).toBe('public');
  });

  it.each(['1700000000', '1700000000.25'])('expiresafter=%s', (value) => {
    const { expiresAfter } = parseManifest(asVerified(withConfig(`expiresafter=${value}`)));
    expect(expiresAfter).toEqual(new Date(1_700_000_000_000));
  });

  it('ends with "# End" or ";# End", with or without a line end', () => {
    for (const end of ['# End', ';# End\n', '\n\n', '']) {
      expect(parseManifest(asVerified(listing('a') + end)).entries.size).toBe(1);
    }
  });
});

describe('bounds', () => {
  const many = (count: number): string =>
    HEAD + Array.from({ length: count }, (_, index) => `${index} = ${HASH}\n`).join('');

  it('reads the most entries allowed in a short time and refuses one more', () => {
    const start = performance.now();
    expect(parseManifest(asVerified(many(MAX_MANIFEST_ENTRIES))).entries.size).toBe(MAX_MANIFEST_ENTRIES);
    expect(() => parseManifest(asVerified(many(MAX_MANIFEST_ENTRIES + 1)))).toThrow(
      `more than ${MAX_MANIFEST_ENTRIES} files`,
    );
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('reads paths of 4 KiB made of separators and dots in a short time', () => {
    const start = performance.now();
    for (const path of ['a.'.repeat(2048), 'a/'.repeat(2047), ' = '.repeat(1365), '\\a'.repeat(2048)]) {
      const text =
        HEAD + Array.from({ length: 2000 }, (_, index) => `${index}${path.slice(0, 4090)}`).join(` = ${HASH}\n`);
      expect(() => parseManifest(asVerified(`${text}\n`))).toThrow(DataError);
    }
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
