/** What fuzzing has found so far, kept so that it stays fixed. */
import { describe, expect, it } from 'vitest';
import { fromText } from '../../src/files/bytepath.js';
import { parseManifest } from '../../src/manifest/manifest.js';
import { serializeManifest } from '../../src/manifest/serialize.js';
import { readFreepbxConf } from '../../src/scan/system/freepbx-conf.js';
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

  it.each([
    ['a string that holds the beginning of a comment', "$amp_conf['AMPDBPASS'] = 'a/*b';", '/srv/www'],
    ['a comment that holds a quote', "// don't\n# it's\n/* \"' */", '/srv/www'],
    ['a string with an escaped quote', "$x = 'it\\'s /*';", '/srv/www'],
    ['a string that does not end', "$x = 'a", undefined],
    ['a comment that does not end', '/* a', undefined],
    ['a string of several lines', "$x = '\n';", '/srv/www'],
  ])('freepbx.conf after %s is read as PHP reads it', (_, before, folder) => {
    const { AMPWEBROOT } = readFreepbxConf(`<?php\n${before}\n$amp_conf['AMPWEBROOT'] = '/srv/www';\n`);
    expect(AMPWEBROOT).toBe(folder);
  });

  it('a folder in freepbx.conf keeps what looks like a comment', () => {
    expect(readFreepbxConf("$amp_conf['AMPBIN'] = '/a/* b */ // c';")).toEqual({ AMPBIN: '/a/* b */ // c' });
    expect(readFreepbxConf('$x = \'\n$amp_conf["AMPBIN"] = "/evil";\n\';')).toEqual({});
    expect(readFreepbxConf("$amp_conf['AMPBIN'] = '/a\nb';")).toEqual({});
  });
});
