import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PackagingError } from './errors.mjs';
import { packagesIn } from './libraries.mjs';

/**
 * @typedef {object} License
 * @property {string} name of a package
 * @property {string} version of it
 * @property {string} path its folder in `node_modules`
 * @property {string} id as the package names it
 * @property {string} author
 * @property {string} text all that it has of license texts; '' where it has none of its own
 */

const LICENSE_FILE = /^(?:licen[cs]e|copying|notice)(?:[-.].*)?$/i;

/** @param {string} libraries a `node_modules` @returns {License[]} one a package, sorted */
export function licensesIn(libraries) {
  return packagesIn(libraries).map((path) => {
    const folder = join(libraries, path);
    const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (typeof license !== 'string') throw new PackagingError(`${path} does not say under which license it is`);
    const texts = readdirSync(folder)
      .filter((file) => LICENSE_FILE.test(file))
      .sort()
      .map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return { name, version, path, id: license, author: nameOf(author) ?? name, text: texts.join('\n\n') };
  });
}

/** @param {unknown} author @returns {string | undefined} */
function nameOf(author) {
  if (typeof author === 'string') return author;
  return typeof author === 'object' && author !== null && 'name' in author ? String(author.name) : undefined;
}

/**
 * All of it in one text, to go with what has no folder for it.
 * @param {string} own the license of this program @param {readonly License[]} libraries @param {string} node Node's
 * @param {string} nodeVersion
 */
export function licensesText(own, libraries, node, nodeVersion) {
  const parts = [
    ['sigsweep (MIT)', own],
    ...libraries.map(({ name, version, id, text }) => [
      `${name} ${version} (${id})`,
      text || `Published under ${id} without a text of its own.`,
    ]),
    [`Node.js ${nodeVersion}, with all that is part of it`, node],
  ];
  return parts
    .map(([title, text]) => `${'='.repeat(100)}\n${title}\n${'='.repeat(100)}\n\n${text?.trim()}\n`)
    .join('\n');
}
