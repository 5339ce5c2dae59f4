/** Changes to files that manifests list, and harmless ones to any file. */
import { dirname } from 'node:path';
import { pickListed, pickPath, pickUnlisted, spoil } from './pick.mjs';
import { MODULES, WEB_ROOT } from './system.mjs';

/**
 * @typedef {import('./edit.mjs').Edit} Edit
 * @typedef {import('../dist/src/demo/prng.js').Random} Random
 * @typedef {{
 *   name: string,
 *   expects: 'harmful' | 'harmless' | 'either',
 *   apply: (edit: Edit, random: Random) => string,
 * }} Change `apply` returns what it did, in words; `either` depends on what chance chose, and the expectation decides
 */

const MODES = [0o600, 0o640, 0o644, 0o755, 0o777, 0o400, 0o000, 0o4755];
const TIMES = [0, 1, 1_262_304_000, 1_700_000_000, 1_739_999_999, 2_000_000_000, 4_294_967_295];
const ADDED = ['\n', ' ', '\0', '\t\n', '?>', '<?php /* added */', '/* added */\n', '\r\n', 'x'.repeat(4096)];

/** @type {Change[]} */
export const LISTED_CHANGES = [
  {
    name: 'flip a bit of a listed file',
    expects: 'harmful',
    apply(edit, random) {
      const path = pickListed(edit, random, (bytes) => bytes.length > 0);
      const { bytes, what } = spoil(edit.bytes(path), random);
      edit.write(path, bytes);
      return `${path}: ${what}`;
    },
  },
  {
    name: 'truncate a listed file',
    expects: 'either', // An empty file stays what it is.
    apply(edit, random) {
      const path = pickListed(edit, random);
      const { length } = edit.bytes(path);
      const left = random.below(8) === 0 ? Math.max(0, length - 1) : random.below(length);
      edit.write(path, edit.bytes(path).subarray(0, left));
      return `${path}: ${length} to ${left} bytes`;
    },
  },
  {
    name: 'append to a listed file',
    expects: 'harmful',
    apply(edit, random) {
      const path = pickListed(edit, random);
      const added = random.pick(ADDED);
      edit.write(path, Buffer.concat([edit.bytes(path), Buffer.from(added, 'latin1')]));
      return `${path}: ${added.length} bytes`;
    },
  },
  {
    name: 'empty a listed file',
    expects: 'either',
    apply(edit, random) {
      const path = pickListed(edit, random);
      edit.write(path, Buffer.alloc(0));
      return path;
    },
  },
  {
    name: 'delete a listed file',
    expects: 'harmful',
    apply(edit, random) {
      const path = pickListed(edit, random);
      edit.remove(path);
      return path;
    },
  },
  {
    name: 'rename a listed file',
    expects: 'harmful',
    apply(edit, random) {
      const path = pickListed(edit, random);
      const to = newName(path, random);
      edit.rename(path, to);
      return `${path} to ${to}`;
    },
  },
  {
    name: 'swap two listed files',
    expects: 'either', // Every module has the same licence.
    apply(edit, random) {
      const wanted = random.below(4) === 0 ? /\/LICENSE$/ : /./;
      const first = pickListed(edit, random, (_, path) => wanted.test(path));
      const second = pickListed(edit, random, (_, path) => path !== first && wanted.test(path));
      const [a, b] = [edit.bytes(first), edit.bytes(second)];
      edit.write(first, b);
      edit.write(second, a);
      return `${first} and ${second}`;
    },
  },
  {
    name: 'replace a listed file by a link to the same bytes',
    expects: 'harmful',
    apply(edit, random) {
      const path = pickListed(edit, random);
      const place = random.pick(['var/tmp/moved', `${WEB_ROOT}/moved.txt`, `${dirname(path)}/.moved`]);
      edit.rename(path, place);
      edit.linkTo(path, place);
      return `${path} to ${place}`;
    },
  },
  {
    name: 'replace a folder by a link to it',
    expects: 'harmful',
    apply(edit, random) {
      const path = pickListed(
        edit,
        random,
        (_, file) => !MODULES.startsWith(dirname(file)) && file.startsWith(WEB_ROOT),
      );
      const folder = dirname(path);
      const place = random.pick(['var/tmp/moved', `${WEB_ROOT}/moved`]);
      edit.rename(folder, place);
      edit.linkTo(folder, place);
      if (edit.system.signerFile.startsWith(`${folder}/`)) edit.signer = 'key-missing';
      return `${folder} to ${place}`;
    },
  },
];

/** @type {Change[]} */
export const HARMLESS_CHANGES = [
  {
    name: 'change the mode of a listed file',
    expects: process.getuid?.() === 0 ? 'harmless' : 'either',
    apply(edit, random) {
      const path = pickListed(edit, random);
      const mode = random.pick(MODES);
      edit.chmod(path, mode);
      return `${path}: ${mode.toString(8)}`;
    },
  },
  {
    name: 'touch the times of a file',
    expects: 'harmless',
    apply(edit, random) {
      const path = pickPath(edit, random);
      const time = new Date(random.pick(TIMES) * 1000);
      edit.setTimes(path, time);
      return `${path}: ${time.toISOString()}`;
    },
  },
  {
    name: 'write the same bytes again',
    expects: 'harmless',
    apply(edit, random) {
      const path = pickPath(edit, random);
      const way = random.pick(['in place', 'as a new file', 'a bit flipped and flipped back']);
      const bytes = edit.bytes(path);
      if (way === 'as a new file') edit.replaceByCopy(path);
      if (way === 'a bit flipped and flipped back' && bytes.length > 0) edit.write(path, spoil(bytes, random).bytes);
      if (way !== 'as a new file') edit.write(path, bytes);
      return `${path}: ${way}`;
    },
  },
  {
    name: 'delete an unlisted file',
    expects: 'harmless',
    apply(edit, random) {
      const path = pickUnlisted(edit, random);
      edit.remove(path);
      return path;
    },
  },
];

/** @param {string} path @param {Random} random */
function newName(path, random) {
  const folder = dirname(path);
  const name = path.slice(folder.length + 1);
  const names = [`${name}.bak`, `${name}~`, `.${name}`, `new/${name}`, `old-${name}`, `${name}.php`];
  return `${folder}/${random.pick(names)}`;
}
