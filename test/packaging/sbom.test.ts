import { describe, expect, it } from 'vitest';
import { importPackaging } from './import-packaging.js';

const { completed, onlyShipped, requireValid } = await importPackaging('sbom.mjs');
const { thisRelease } = await importPackaging('release.mjs');

const component = (name: string, version: string) => ({
  'bom-ref': `${name}@${version}`,
  type: 'library',
  name,
  version,
  purl: `pkg:npm/${name}@${version}`,
});

/** As npm writes it: with a developer's tool, and a library's part for another machine. */
const NPM = {
  $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  serialNumber: 'urn:uuid:00000000-0000-4000-8000-000000000000',
  version: 1,
  metadata: {
    timestamp: '2026-01-01T00:00:00.000Z',
    component: { ...component('sigsweep', '0.1.0'), name: 'folder' },
  },
  components: [component('used', '1.0.0'), component('tool', '2.0.0'), component('used-darwin', '1.0.0')],
  dependencies: [
    { ref: 'sigsweep@0.1.0', dependsOn: ['used@1.0.0', 'tool@2.0.0'] },
    { ref: 'used@1.0.0', dependsOn: ['used-darwin@1.0.0'] },
    { ref: 'tool@2.0.0', dependsOn: [] },
    { ref: 'used-darwin@1.0.0', dependsOn: [] },
  ],
};

const RUNTIME = {
  version: '24.1.2',
  parts: { node: '24.1.2', openssl: '3.5.9', modules: '137', nghttp3: '' },
  sha256: 'a'.repeat(64),
};

const RELEASE = thisRelease({ SOURCE_DATE_EPOCH: '1764331200' });
const bom = completed(onlyShipped(NPM, new Set(['used@1.0.0'])), RUNTIME, RELEASE);

describe('the SBOM', () => {
  it('lists what is shipped, the runtime with its parts included, and nothing else', () => {
    const names = bom.components.map(({ name }: { name: string }) => name);
    expect(names).toEqual(['used', 'node']);
    expect(bom.components[1]).toMatchObject({ version: '24.1.2', hashes: [{ content: 'a'.repeat(64) }] });
    expect(bom.components[1].components.map(({ name }: { name: string }) => name)).toEqual(['openssl']);
    expect(bom.dependencies).toEqual([
      { ref: 'sigsweep@0.1.0', dependsOn: ['used@1.0.0', 'node@24.1.2'] },
      { ref: 'used@1.0.0', dependsOn: [] },
      { ref: 'node@24.1.2', dependsOn: [] },
    ]);
    expect(bom.metadata.component.name).toBe('sigsweep');
  });

  it('is the same for the same content, and has another number for other content', () => {
    const again = completed(onlyShipped(NPM, new Set(['used@1.0.0'])), RUNTIME, RELEASE);
    expect(again).toEqual(bom);
    const other = completed(onlyShipped(NPM, new Set(['used@1.0.0'])), { ...RUNTIME, version: '24.1.3' }, RELEASE);
    expect(other.serialNumber).not.toBe(bom.serialNumber);
  });

  it("is refused where it breaks CycloneDX's schema", async () => {
    await expect(requireValid(JSON.stringify({ ...bom, components: [{ name: 'of no type' }] }))).rejects.toThrow(
      "breaks CycloneDX's schema",
    );
  });
});
