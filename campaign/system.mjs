/** The signed system that every run changes: its files, kept in memory as they should be, and its keys. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSystem } from '../dist/src/demo/system.js';
import { armor, frame, makeKey, publicKey, signText } from './forge.mjs';

/**
 * @typedef {{ type: 'file', bytes: Buffer, mode: number } | { type: 'link', target: string }} Node
 * @typedef {Map<string, Node>} Tree by path below the root of the system
 * @typedef {Map<string, string>} Entries SHA-256 by listed path
 * @typedef {{ name: string, folder: string, text: string, packet: Buffer, names: boolean, entries: Entries }} Module
 * @typedef {{
 *   dir: string, now: Date, tree: Tree, modules: Map<string, Module>,
 *   anchor: import('./forge.mjs').Key, signer: import('./forge.mjs').Key, stranger: import('./forge.mjs').Key,
 *   anchorFile: string, signerFile: string,
 * }} System
 */

export const WEB_ROOT = 'var/www/html';
export const MODULES = `${WEB_ROOT}/admin/modules`;
const KEYS = `${WEB_ROOT}/admin/libraries/BMO`;
const LISTED_KEYS = 'amp_conf/htdocs/admin/libraries/BMO';

/** Unix seconds. Everything is judged at one time, so that a seed gives the same result on any day. */
export const KEYS_CREATED = 1_700_000_000;
export const SIGNED = 1_720_000_000;
const NOW = 1_740_000_000;

/** Few enough to be hashed in the calling thread: starting workers would cost more than the rest of a run. */
const SIZE = { modules: 8, listedFiles: 190, unlistedFiles: 110, meanBytes: 1500 };

/**
 * Writes the system. The files come from the generator; keys and signatures are replaced by ones that follow from the
 * seed.
 *
 * @param {string} dir an empty folder
 * @param {number} seed
 * @returns {Promise<System>}
 */
export async function buildSystem(dir, seed) {
  await generateSystem(dir, { ...SIZE, seed });
  const anchor = makeKey(`anchor ${seed}`, KEYS_CREATED);
  const signer = makeKey(`signer ${seed}`, KEYS_CREATED);
  const stranger = makeKey(`stranger ${seed}`, KEYS_CREATED);
  const anchorFile = `${KEYS}/${anchor.keyId}.key`;
  const signerFile = `${KEYS}/${signer.keyId}.key`;
  for (const name of readdirSync(join(dir, KEYS))) if (name.endsWith('.key')) rmSync(join(dir, KEYS, name));
  writeFileSync(join(dir, anchorFile), keyFile(anchor, 'anchor'));
  writeFileSync(join(dir, signerFile), keyFile(signer, 'signer', [anchor]));

  const tree = readTree(dir);
  const modules = new Map();
  for (const name of readdirSync(join(dir, MODULES))) {
    const folder = `${MODULES}/${name}`;
    const signature = tree.get(`${folder}/module.sig`);
    if (signature?.type !== 'file') continue;
    const module = { name, folder, names: modules.size % 2 === 0 };
    makeSpecialFiles(dir, tree, folder);
    const listed = relist(name, folder, signature.bytes.toString('utf8'), tree, [anchorFile, signerFile]);
    const packet = signText(Buffer.from(listed.text).toString('latin1'), signer, {
      created: SIGNED,
      names: module.names,
    });
    modules.set(name, { ...module, ...listed, packet });
    const bytes = Buffer.from(frame(Buffer.from(listed.text).toString('latin1'), packet), 'latin1');
    writeFileSync(join(dir, folder, 'module.sig'), bytes);
    tree.set(`${folder}/module.sig`, { ...signature, bytes });
  }
  return { dir, now: new Date(NOW * 1000), tree, modules, anchor, signer, stranger, anchorFile, signerFile };
}

/**
 * @param {import('./forge.mjs').Key} key
 * @param {string} name
 * @param {import('./forge.mjs').Key[]} certifiers
 */
export function keyFile(key, name, certifiers = []) {
  return armor('PUBLIC KEY BLOCK', publicKey(key, `${name} <${name}@example.org>`, KEYS_CREATED, certifiers));
}

/**
 * Where a listed file is installed, below the root of the system; `null` where it is not checked.
 *
 * @param {string} module @param {string} listed
 */
export function placeOf(module, listed) {
  if (module !== 'framework' || !/^(?:amp_conf|upgrades)\//.test(listed)) return `${MODULES}/${module}/${listed}`;
  const [, folder = '', rest = ''] = /^amp_conf\/(\w[\w-]*)\/(.*)$/.exec(listed) ?? [];
  switch (folder) {
    case 'htdocs':
      return `${WEB_ROOT}/${rest}`;
    case 'bin':
    case 'agi-bin':
      return `var/lib/asterisk/${folder}/${rest}`;
    case 'sounds':
      return `var/lib/asterisk/sounds/${rest}`;
    case 'sbin':
      return `usr/sbin/${rest}`;
    default:
      return null;
  }
}

/** @param {Buffer} bytes */
export function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @param {string} dir @returns {Tree} */
function readTree(dir) {
  /** @type {Tree} */
  const tree = new Map();
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(dir.length + 1);
    if (entry.isSymbolicLink()) tree.set(path, { type: 'link', target: readlinkSync(file) });
    if (entry.isFile()) tree.set(path, { type: 'file', bytes: readFileSync(file), mode: lstatSync(file).mode & 0o777 });
  }
  return tree;
}

/**
 * What the generator leaves out and real modules have: the same licence in every module, and an empty file. Swapping
 * the first or emptying the second changes nothing.
 *
 * @param {string} dir @param {Tree} tree @param {string} folder
 */
function makeSpecialFiles(dir, tree, folder) {
  const specials = [
    [`${folder}/LICENSE`, 'Permission is granted to everybody.\n'],
    [`${folder}/install.php`, folder.length % 2 === 0 ? '' : '<?php\n// nothing to install\n'],
  ];
  for (const [path = '', text = ''] of specials) {
    writeFileSync(join(dir, path), text);
    tree.set(path, { type: 'file', bytes: Buffer.from(text), mode: 0o644 });
  }
}

/**
 * The manifest's text again, with the hashes of the files as they lie there now and other key files.
 *
 * @param {string} name @param {string} folder @param {string} signed @param {Tree} tree @param {string[]} keyFiles
 * @returns {{ text: string, entries: Entries }}
 */
function relist(name, folder, signed, tree, keyFiles) {
  /** @type {Entries} */
  const entries = new Map();
  for (const [, path = '', hash = ''] of signed.matchAll(/^(.+) = ([0-9a-f]{64})$/gm)) {
    if (path.startsWith(LISTED_KEYS) && path.endsWith('.key')) continue;
    const node = tree.get(placeOf(name, path) ?? '');
    entries.set(path, node?.type === 'file' ? sha256(node.bytes) : hash);
  }
  if (name === 'framework') {
    for (const file of keyFiles) {
      const node = tree.get(file);
      if (node?.type === 'file') entries.set(LISTED_KEYS + file.slice(KEYS.length), sha256(node.bytes));
    }
  }
  const lines = [...entries].map(([path, hash]) => `${path} = ${hash}`);
  const config = ['[config]', 'version=2', 'hash=sha256', "signedby='sigsweep campaign'", 'type=public'];
  return {
    text: [`; ${folder.length} characters of comment`, ...config, '[hashes]', ...lines, ';# End', ''].join('\n'),
    entries,
  };
}
