/** Chance: which file, which bit. */
import { placeOf, WEB_ROOT } from './system.mjs';

/**
 * @typedef {import('./edit.mjs').Edit} Edit
 * @typedef {import('../dist/src/demo/prng.js').Random} Random
 */

/** @type {WeakMap<import('./system.mjs').System, string[]>} */
const listedPaths = new WeakMap();

/** Where listed files lie, in the order of the manifests. @param {import('./system.mjs').System} system */
function placesOf(system) {
  let places = listedPaths.get(system);
  if (places === undefined) {
    places = [...system.modules.values()]
      .flatMap(({ name, entries }) => [...entries.keys()].map((listed) => placeOf(name, listed)))
      .filter((path) => path !== null);
    listedPaths.set(system, places);
  }
  return places;
}

/**
 * The place of a listed file that is installed. Key files are left out: they have changes of their own.
 *
 * @param {Edit} edit @param {Random} random @param {(bytes: Buffer, path: string) => boolean} suits
 */
export function pickListed(edit, random, suits = () => true) {
  const places = placesOf(edit.system).filter((path) => !path.endsWith('.key'));
  return random.pick(places.filter((path) => suits(edit.bytes(path), path)));
}

/**
 * A file in the web root that nobody signed.
 *
 * @param {Edit} edit @param {Random} random @param {(path: string) => boolean} suits
 */
export function pickUnlisted(edit, random, suits = () => true) {
  const listed = new Set(placesOf(edit.system));
  const isUnlisted = (/** @type {string} */ path) => path.startsWith(WEB_ROOT) && !path.endsWith('/module.sig');
  return pickPath(edit, random, (path) => isUnlisted(path) && !listed.has(path) && suits(path));
}

/**
 * Any regular file of the system.
 *
 * @param {Edit} edit @param {Random} random @param {(path: string) => boolean} suits
 */
export function pickPath(edit, random, suits = () => true) {
  const files = [...edit.tree].filter(([, node]) => node.type === 'file').map(([path]) => path);
  return random.pick(files.filter(suits));
}

/** @param {Edit} edit @param {Random} random @param {(module: import('./system.mjs').Module) => boolean} suits */
export function pickModule(edit, random, suits = () => true) {
  return random.pick([...edit.system.modules.values()].filter(suits));
}

/** One bit of the bytes the other way round. @param {Buffer} bytes @param {Random} random */
export function spoil(bytes, random) {
  const at = random.below(bytes.length);
  const bit = random.below(8);
  const spoilt = Buffer.from(bytes);
  spoilt[at] = (spoilt[at] ?? 0) ^ (1 << bit);
  return { bytes: spoilt, what: `bit ${bit} of byte ${at}` };
}
