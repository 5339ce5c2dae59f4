import { describe, expect, it, onTestFinished } from 'vitest';
import { DataError } from '../../src/errors.js';
import { parseManifest } from '../../src/manifest/manifest.js';
import { runCli } from '../helpers/cli.js';
import { moduleOf, reportOf, scanSystem } from '../helpers/report.js';
import { makeSystem } from '../helpers/system.js';
import { asVerified } from '../manifest/verified.js';
import { anchor, MODULE, signed } from '../openpgp/world.js';
import { HASH, listing, ordinaryPaths, refusedManifests } from './manifest.js';
import { scanned, written } from './vector.js';

describe('what is no manifest', () => {
  it.each(refusedManifests)('case $case: $name → invalid', async ({ text, reason }) => {
    expect(() => parseManifest(asVerified(text))).toThrow(reason);
    expect(() => parseManifest(asVerified(text))).toThrow(DataError);
    const module = await scanned({ file: signed({}, {}, text) });
    expect(module).toMatchObject({ verdict: 'invalid', reason: expect.stringMatching(reason) });
    expect(module.signature?.trust ?? 'certified').toBe('certified');
  });

  it('case 66 through the built program: a path that leads out of the module', async () => {
    const { module, keyring = '' } = written({ file: signed({}, {}, listing('../../../../../../etc/passwd')) });
    const args = ['verify', module, '--format', 'json', '--keyring', keyring, '--anchor', anchor.fingerprint];
    const result = await runCli(args);
    expect(moduleOf(reportOf(result), MODULE)).toMatchObject({
      verdict: 'invalid',
      reason: expect.stringContaining('component'),
      findings: [],
    });
    expect(result.code).toBe(1);
  });
});

describe('a path like any other', () => {
  it.each(ordinaryPaths)('case $case: $path → listed as it is written', ({ path }) => {
    expect([...parseManifest(asVerified(listing(path))).entries]).toEqual([[path, HASH]]);
  });

  it('cases 64, 67: such files are good, and found when they are altered or missing', async () => {
    const onDisk = ordinaryPaths.map(({ path }) => path).filter((path) => path.length < 256);
    const files = Object.fromEntries(onDisk.map((path) => [path, `content of ${path}`]));
    const system = await makeSystem({ modules: { cdr: files } });
    onTestFinished(() => system.cleanup());
    expect(moduleOf(await scanSystem(system), 'cdr')).toMatchObject({
      verdict: 'good',
      hashed: onDisk.length + 1,
      findings: [],
    });
    for (const path of onDisk) system.writeListed('cdr', path, 'altered');
    system.remove('var/www/html/admin/modules/cdr/constructor');
    const { verdict, findings } = moduleOf(await scanSystem(system), 'cdr');
    expect(verdict).toBe('tampered');
    const found = Object.fromEntries(findings.map(({ kind, path }) => [path, kind]));
    const expected = Object.fromEntries(onDisk.map((path) => [path, path === 'constructor' ? 'missing' : 'altered']));
    expect(found).toEqual(expected);
  });
});
