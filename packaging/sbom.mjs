import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { PackagingError } from './errors.mjs';
import { packagesIn } from './libraries.mjs';
import { run } from './run.mjs';

/** Of `process.versions`: what is no software, or is Node itself. */
const NO_PARTS = ['node', 'modules', 'napi', 'unicode', 'cldr', 'tz'];

/**
 * @typedef {object} Runtime
 * @property {string} version of Node, without its `v`
 * @property {Record<string, string>} parts `process.versions`
 * @property {string} sha256 of its binary
 */

/** @param {string} node its binary @returns {Promise<Runtime>} */
export async function describeRuntime(node) {
  const parts = JSON.parse(run(node, ['-p', 'JSON.stringify(process.versions)'], { env: {} }));
  return { version: parts.node, parts, sha256: await sha256Of(node) };
}

/**
 * What is in a package, as CycloneDX's JSON: what npm says of the installed libraries, and Node with its own.
 * @param {string} folder where the libraries were installed
 * @param {Runtime} runtime
 * @param {import('./release.mjs').Release} release
 * @returns {Promise<string>}
 * @throws PackagingError where it is not what CycloneDX's schema demands, or a package is missing in it
 */
export async function makeSbom(folder, runtime, release) {
  // The whole lock file: of what is installed npm would say that the rest is missing, and with --omit=dev it leaves out
  // libraries that a developer's tool needs as well.
  const args = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'];
  const npm = JSON.parse(run('npm', args, { cwd: folder }));
  const shipped = namesIn(join(folder, 'node_modules'));
  const bom = completed(onlyShipped(npm, shipped), runtime, release);
  const text = `${JSON.stringify(bom, null, 2)}\n`;
  await requireValid(text);
  requireWhole(bom, shipped);
  return text;
}

/** @param {string} libraries a `node_modules` @returns {Set<string>} `name@version` of all packages in it */
function namesIn(libraries) {
  const names = packagesIn(libraries).map((path) => {
    const { name, version } = JSON.parse(readFileSync(join(libraries, path, 'package.json'), 'utf8'));
    return `${name}@${version}`;
  });
  return new Set(names);
}

/**
 * The lock file names packages for developers, and for every kind of machine.
 * @param {Record<string, any>} npm @param {ReadonlySet<string>} shipped
 */
export function onlyShipped(npm, shipped) {
  const isShipped = (/** @type {string} */ ref) => shipped.has(ref) || ref === npm.metadata.component['bom-ref'];
  return {
    ...npm,
    components: npm.components.filter((/** @type {any} */ component) => isShipped(component['bom-ref'])),
    dependencies: npm.dependencies
      .filter((/** @type {any} */ { ref }) => isShipped(ref))
      .map((/** @type {any} */ entry) => ({ ...entry, dependsOn: entry.dependsOn.filter(isShipped) })),
  };
}

/**
 * @param {Record<string, any>} npm what npm says @param {Runtime} runtime @param {import('./release.mjs').Release} release
 */
export function completed(npm, runtime, release) {
  const own = npm.metadata.component;
  const node = nodeComponent(runtime);
  const bom = {
    ...npm,
    metadata: {
      ...npm.metadata,
      timestamp: release.date.toISOString(),
      lifecycles: [{ phase: 'build' }],
      component: { ...own, type: 'application', name: 'sigsweep' },
    },
    components: [...npm.components, node],
    dependencies: npm.dependencies
      .map((/** @type {any} */ entry) =>
        entry.ref === own['bom-ref'] ? { ...entry, dependsOn: [...entry.dependsOn, node['bom-ref']] } : entry,
      )
      .concat({ ref: node['bom-ref'], dependsOn: [] }),
  };
  // The same content has the same number, so that the same commit gives the same bytes.
  return { ...bom, serialNumber: `urn:uuid:${uuidOf(JSON.stringify({ ...bom, serialNumber: '' }))}` };
}

/** @param {Runtime} runtime */
function nodeComponent({ version, parts, sha256 }) {
  return {
    'bom-ref': `node@${version}`,
    type: 'platform',
    name: 'node',
    version,
    scope: 'required',
    purl: `pkg:generic/node@${version}`,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    licenses: [{ license: { id: 'MIT' } }],
    hashes: [{ alg: 'SHA-256', content: sha256 }],
    components: Object.entries(parts)
      .filter(([name, part]) => part !== '' && !NO_PARTS.includes(name))
      .map(([name, part]) => ({
        'bom-ref': `node@${version}/${name}@${part}`,
        type: 'library',
        name,
        version: part,
        scope: 'required',
      })),
  };
}

/** @param {string} text */
export async function requireValid(text) {
  // What npm writes is 1.5.
  const problem = await new Validation.JsonStrictValidator(Spec.Version.v1dot5).validate(text);
  if (problem !== null) throw new PackagingError(`the SBOM breaks CycloneDX's schema: ${JSON.stringify(problem)}`);
}

/** @param {Record<string, any>} bom @param {ReadonlySet<string>} shipped */
function requireWhole(bom, shipped) {
  const listed = new Set(bom.components.map((/** @type {any} */ component) => component['bom-ref']));
  const absent = [...shipped].filter((name) => !listed.has(name));
  if (absent.length > 0) throw new PackagingError(`the SBOM does not list ${absent.join(', ')}`);
}

/** @param {string} content */
function uuidOf(content) {
  const hex = createHash('sha256').update(content).digest('hex');
  // Version 8 of UUIDs: made by a rule of one's own.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** @param {string} file @returns {Promise<string>} lower-case hex */
export async function sha256Of(file) {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part);
  return hash.digest('hex');
}
