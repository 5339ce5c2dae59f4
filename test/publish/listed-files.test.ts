import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { moduleXml } from '../../src/demo/modules.js';
import { GPG_MISSING, Gpg } from '../helpers/gpg.js';
import { testKeys } from '../helpers/keys.js';
import { listOf, Publisher, sha256, withoutTime } from './publisher.js';

/** Names of which one or another reader of a list might make something else. */
const STRANGE = [
  '#x',
  '\'quoted\' "twice"',
  '-leading-dash',
  '-----BEGIN PGP SIGNATURE-----',
  'From here',
  'a = b',
  `a = ${'0'.repeat(64)}`,
  'a=b',
  'a;b',
  '=x',
  '[config]',
  '[hashes] = 1',
  '$' + '{HOME}',
  'constructor',
  'module.sig.old',
  'with blanks  inside',
  'x/;not first',
  '__proto__',
  'a\\b',
];

/** Not UTF-8, UTF-8, and a mark that turns the direction of writing: one character a byte. */
const BYTES = ['caf\xe9', 'caf\xc3\xa9', '\xe2\x80\xaetxt.php', '\xff\xfe'];

describe('what is listed', () => {
  it('is every file but the signature, and but what has a dot before its name or above it', async () => {
    const publisher = await Publisher.begin({
      'a.php': 'a',
      'sub/module.sig': 'nested',
      'sub/module.xml': moduleXml('other', '1'),
      'sub/deep/er/x.php': 'x',
      'node_modules/y/index.js': 'y',
      'i18n/de.mo': '',
      '.htaccess': 'h',
      '.git/config': 'g',
      'sub/.hidden': 'h',
      'sub/.git/objects/x.php': 'g',
      'module.sig': 'old',
    });
    const { code, stdout } = await publisher.sign();
    expect(code).toBe(0);
    expect([...listOf(publisher.text).keys()]).toEqual([
      'a.php',
      'i18n/de.mo',
      'module.xml',
      'node_modules/y/index.js',
      'sub/deep/er/x.php',
      'sub/module.sig',
      'sub/module.xml',
    ]);
    expect(stdout).toBe(
      `signed mymodule: 7 files, 4 names with a dot passed over\n  by ${(await testKeys()).signer.fingerprint}\n` +
        `  wrote ${publisher.signature}\n`,
    );
    expect(await publisher.verified()).toMatchObject({ verdict: 'good', listed: 7, hashed: 7 });
  });

  it('is listed by its name, byte for byte, whatever the name looks like', async () => {
    const publisher = await Publisher.begin();
    for (const name of STRANGE) publisher.write(name, name);
    for (const name of BYTES) {
      writeFileSync(Buffer.concat([Buffer.from(`${publisher.module}/`), Buffer.from(name, 'latin1')]), name);
    }
    const module = await publisher.signed();
    expect(module).toMatchObject({ verdict: 'good', listed: STRANGE.length + BYTES.length + 1, findings: [] });
    const list = listOf(publisher.text);
    for (const name of [...STRANGE, ...BYTES]) {
      expect([name, list.get(name)]).toEqual([name, sha256(name)]);
    }
  });

  it('comes with the digests of what is there, whatever hashes them', async () => {
    const publisher = await Publisher.begin();
    const expected = new Map<string, string>();
    for (let index = 0; index < 700; index += 1) {
      const path = `folder-${index % 7}/file-${index}.php`;
      const content = `<?php // ${index}\n`.repeat(index);
      publisher.write(path, content);
      expected.set(path, sha256(content));
    }
    expected.set('module.xml', sha256(readFileSync(join(publisher.module, 'module.xml'))));
    const texts: string[] = [];
    for (const threads of [['--threads', '1'], ['--threads', '2'], []]) {
      const { code, stdout } = await publisher.sign(['--key', publisher.key, '--dry-run', ...threads]);
      expect(code).toBe(0);
      texts.push(withoutTime(stdout));
    }
    expect(listOf(texts[0] ?? '')).toEqual(expected);
    expect(new Set(texts).size).toBe(1);
    expect(await publisher.signed()).toMatchObject({ verdict: 'good', listed: 701, hashed: 701 });
  });
});

describe('what is signed', () => {
  it('is the same text each time, but for its timestamp, and says whose it is', async () => {
    const publisher = await Publisher.begin({ 'b.php': 'b', 'a.php': 'a' });
    const before = Date.now() / 1000;
    await publisher.signed();
    const [first, list] = [publisher.text, listOf(publisher.text)];
    await publisher.signed();
    const { signer } = await testKeys();
    expect(withoutTime(publisher.text)).toBe(withoutTime(first));
    const [config = ''] = first.split('[hashes]');
    expect(withoutTime(config).split('[config]\n')[1]).toBe(
      `version=2\nhash=sha256\nsignedwith=${signer.fingerprint}\nsignedby='Test signer <signer@example.org>'\n` +
        'repo=standard\ntype=public\ntimestamp=\n',
    );
    const [, time = ''] = /^timestamp=(.*)$/m.exec(config) ?? [];
    expect(Number(time)).toBeGreaterThanOrEqual(Math.floor(before));
    expect(Number(time)).toBeLessThanOrEqual(Date.now() / 1000 + 1);
    expect([...list.keys()]).toEqual(['a.php', 'b.php', 'module.xml']);
  });

  it('follows what is there: a file that came, one that changed, one that went', async () => {
    const publisher = await Publisher.begin({ 'a.php': 'a', 'b.php': 'b' });
    await publisher.signed();
    rmSync(join(publisher.module, 'a.php'));
    publisher.write('b.php', 'changed');
    publisher.write('c.php', 'c');
    expect(await publisher.verified()).toMatchObject({ verdict: 'tampered' });
    expect(await publisher.signed()).toMatchObject({ verdict: 'good', listed: 3, findings: [] });
  });

  it('is a module of folders without files too', async () => {
    const publisher = await Publisher.begin();
    mkdirSync(join(publisher.module, 'empty/emptier'), { recursive: true });
    expect(await publisher.signed()).toMatchObject({ verdict: 'good', listed: 1 });
  });

  it.skipIf(GPG_MISSING)(`is good by the word of GnuPG${GPG_MISSING ? ` (skipped: ${GPG_MISSING})` : ''}`, async () => {
    const publisher = await Publisher.begin({ '-dash.php': '-', 'From here': 'x' });
    await publisher.signed();
    const gpg = new Gpg();
    try {
      gpg.import((await testKeys()).certified);
      const { code, stdout } = gpg.verify(readFileSync(publisher.signature));
      expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('GOODSIG') });
    } finally {
      gpg.cleanup();
    }
  });
});
