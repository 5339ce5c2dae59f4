import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedAt } from '../../src/demo/layout.js';
import { Random } from '../../src/demo/prng.js';
import { fileSizes } from '../../src/demo/sizes.js';
import { type GeneratedSystem, generateSystem } from '../../src/demo/system.js';
import { GPG_MISSING, Gpg } from '../helpers/gpg.js';
import { makeTempFolder, removeFolder } from '../helpers/temp.js';

const OPTIONS = { modules: 8, listedFiles: 300, unlistedFiles: 200, seed: 7, meanBytes: 2000 };

const folder = makeTempFolder();
afterAll(() => removeFolder(folder));
let system: GeneratedSystem;
beforeAll(async () => {
  system = await generateSystem(join(folder, 'one'), OPTIONS);
});

describe('a generated system', () => {
  it('lists and leaves unlisted as many files as asked for', () => {
    expect(system.modules).toHaveLength(OPTIONS.modules);
    expect(system.modules.flatMap(({ listed }) => listed)).toHaveLength(OPTIONS.listedFiles);
    expect(system.written.unlistedFiles).toBe(OPTIONS.unlistedFiles);
    const inWebRoot = filesBelow(system.webRoot).length;
    const elsewhere = ['usr', 'var/lib'].flatMap((path) => filesBelow(join(system.dir, path))).length;
    const manifests = system.modules.length;
    expect(inWebRoot + elsewhere - manifests).toBe(system.written.listedFiles + system.written.unlistedFiles);
  });

  it('has every listed file in its place, with the hash that the manifest gives', () => {
    for (const { name, path, listed } of system.modules) {
      const hashes = readManifest(join(path, 'module.sig'));
      expect([...hashes.keys()].sort()).toEqual([...listed].sort());
      for (const [listedPath, expected] of hashes) {
        const place = installedAt(name, listedPath);
        if (place === undefined) continue;
        const content = readFileSync(join(system.dir, place));
        expect(createHash('sha256').update(content).digest('hex'), listedPath).toBe(expected);
      }
    }
  });

  it('has the same contents again from the same seed, and others from another', async () => {
    const again = await generateSystem(join(folder, 'two'), OPTIONS);
    expect(contentsOf(again)).toEqual(contentsOf(system));
    const other = await generateSystem(join(folder, 'three'), { ...OPTIONS, seed: 8 });
    expect(contentsOf(other)).not.toEqual(contentsOf(system));
  });

  it('can do without framework', async () => {
    const { modules, webRoot, signer } = await generateSystem(join(folder, 'four'), { ...OPTIONS, framework: false });
    expect(modules.map(({ name }) => name)).not.toContain('framework');
    expect(readdirSync(join(webRoot, 'admin/libraries/BMO'))).toContain(`${signer.keyId}.key`);
  });

  it.skipIf(GPG_MISSING !== undefined)(`is signed by GnuPG's word too ${GPG_MISSING ?? ''}`, () => {
    const gpg = new Gpg();
    try {
      for (const { keyId } of [system.anchor, system.signer]) {
        gpg.import(readFileSync(join(system.webRoot, `admin/libraries/BMO/${keyId}.key`)));
      }
      for (const { path } of system.modules) {
        const { stdout } = gpg.verify(readFileSync(join(path, 'module.sig')));
        expect(stdout).toContain(`VALIDSIG ${system.signer.fingerprint}`);
      }
      const byAnchor = gpg
        .checkedSignatures(system.signer.fingerprint)
        .filter((line) => line.includes(system.anchor.keyId));
      expect(byAnchor).toEqual([expect.stringMatching(/^sig:!:.*:10x:/)]);
    } finally {
      gpg.cleanup();
    }
  });
});

describe('file sizes', () => {
  it('have a mean far above the median, as in real modules', () => {
    const sizes = fileSizes(30_000, 15_000, new Random(1)).sort((left, right) => left - right);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(mean).toBeGreaterThan(13_000);
    expect(mean).toBeLessThanOrEqual(15_001);
    expect(sizes[15_000]).toBeGreaterThan(1500);
    expect(sizes[15_000]).toBeLessThan(2500);
    expect(sizes.filter((size) => size > 1_000_000).length).toBeGreaterThan(5);
  });
});

/** Every file and link, relative to the folder. */
function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

function readManifest(file: string): Map<string, string> {
  const entries = readFileSync(file, 'utf8').matchAll(/^(.+) = ([0-9a-f]{64})$/gm);
  return new Map(Array.from(entries, ([, path = '', sha256 = '']) => [path, sha256]));
}

/** Hashes by path, without keys and signatures, which differ each time. */
function contentsOf({ dir }: GeneratedSystem): Record<string, string> {
  const files = filesBelow(dir).filter((file) => !/\.key$|\/module\.sig$/.test(file) && lstatSync(file).isFile());
  return Object.fromEntries(
    files.map((file) => [file.slice(dir.length), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );
}
