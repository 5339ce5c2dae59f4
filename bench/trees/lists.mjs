/** What peers are told of a tree: they read lists, and a list is made once. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { installedAt } from '../../dist/src/demo/layout.js';

/** @typedef {{ name: string, path: string }} SignedModule */

/**
 * The list that `sha256sum --check` takes: every listed file that is installed, below the tree's root.
 *
 * @param {readonly SignedModule[]} modules
 */
export function checksumList(modules) {
  /** @type {string[]} */
  const lines = [];
  for (const { name, path } of modules) {
    for (const [listed, sha256] of entriesOf(readFileSync(join(path, 'module.sig'), 'utf8'))) {
      const place = installedAt(name, listed);
      if (place !== undefined) lines.push(`${sha256}  ${place}\n`);
    }
  }
  return lines;
}

/** The entries of a signature of our own making. @param {string} text @returns {Generator<[path: string, sha256: string]>} */
function* entriesOf(text) {
  for (const line of text.split('\n')) {
    const [, path, sha256] = /^(?:- )?(.+) = ([0-9a-f]{64})$/.exec(line) ?? [];
    if (path !== undefined && sha256 !== undefined) yield [path, sha256];
  }
}

/**
 * Every regular file below `root`, by its path from there, folder after folder, and how many bytes they have.
 *
 * @param {string} root
 */
export function everyFile(root) {
  /** @type {string[]} */
  const files = [];
  let bytes = 0;
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      if (!entry.isFile()) continue;
      files.push(path);
      bytes += statSync(join(root, path)).size;
    }
  }
  return { files, bytes };
}
