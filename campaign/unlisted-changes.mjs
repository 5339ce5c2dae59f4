/** Files that nobody signed: added, altered, renamed, made executable. */
import { dirname } from 'node:path';
import { pickListed, pickUnlisted } from './pick.mjs';
import { MODULES, WEB_ROOT } from './system.mjs';

/**
 * @typedef {import('./listed-changes.mjs').Change} Change
 * @typedef {import('./listed-changes.mjs').Edit} Edit
 * @typedef {import('./listed-changes.mjs').Random} Random
 */

const SERVER_RUN = [
  'php',
  'php3',
  'php4',
  'php5',
  'php6',
  'php7',
  'php8',
  'phtml',
  'phar',
  'pht',
  'PHP',
  'pHp5',
  'PhTmL',
];
const SCRIPTS = ['sh', 'bash', 'ksh', 'zsh', 'csh', 'cgi', 'fcgi', 'pl', 'SH'];
const ASSETS = ['png', 'jpg', 'gif', 'ico', 'svg', 'css', 'js', 'woff2', 'mp3', 'pdf'];
const NAMES = ['ajax', 'x', '.hidden', 'index', 'a b', 'config.inc', '404', 'ünlisted', '-rf', "it's", '$(id)', '&<b>'];
/** Comments only: nothing here does anything wherever it runs. */
const CODE = [
  '<?php /* added by the campaign */\n',
  '<?= /* short */ ?>',
  '',
  '\n',
  '#!/bin/sh\n# added\n',
  'GIF89a<?php /* */',
];
const PHP = [
  '<?php /* added */',
  'GIF89a<?PHP /* added */',
  `${'\0'.repeat(65_000)}<?php /* late */`,
  '\x89PNG\r\n\x1a\n<?php\n',
];
const NEW_FOLDERS = [
  '',
  '',
  'new',
  '.git',
  '.well-known',
  'node_modules/evil',
  'a/b/c/d/e',
  'i18n',
  'assets/less/cache',
];
const PROGRAMS = ['\x7fELF\x02\x01\x01', '#!/bin/sh\n# added\n', '#!/usr/bin/php\n'];
const HARMLESS_FOLDERS = ['node/node_modules/new/lib', 'i18n/de_DE/LC_MESSAGES', 'assets/less/cache'];

/** @type {Change[]} */
export const UNLISTED_CHANGES = [
  {
    name: 'add code that the server runs',
    expects: 'either', // An empty file in `ucp` may be a copy of a signed one.
    apply: (edit, random) => add(edit, anyFolder(edit, random), newName(random, SERVER_RUN), random.pick(CODE)),
  },
  {
    name: 'add a script',
    expects: 'either', // In `node_modules` every package has some.
    apply: (edit, random) => add(edit, anyFolder(edit, random), newName(random, SCRIPTS), random.pick(CODE)),
  },
  {
    name: 'add a copy of signed code',
    expects: 'either', // In `ucp` FreePBX puts them itself.
    apply(edit, random) {
      const original = pickListed(edit, random, (bytes, path) => path.endsWith('.php') && bytes.length > 0);
      return `${original} as ${add(edit, anyFolder(edit, random), newName(random, SERVER_RUN), edit.bytes(original))}`;
    },
  },
  {
    name: 'add server configuration',
    expects: 'either', // FreePBX writes `.user.ini` files with `max_input_vars`.
    apply(edit, random) {
      const folder = anyFolder(
        edit,
        random,
        (path) => !edit.tree.has(`${path}/.htaccess`) && !edit.tree.has(`${path}/.user.ini`),
      );
      if (random.below(2) === 0) return add(edit, folder, '.htaccess', 'RewriteEngine On\n');
      const texts = [
        'max_input_vars=3000\n',
        'memory_limit=256M\n',
        'auto_prepend_file=/tmp/x\n',
        'extension = evil.so\n',
      ];
      return add(edit, folder, '.user.ini', random.pick(texts));
    },
  },
  {
    name: 'add PHP inside an asset',
    expects: 'either', // In `node_modules` only with --deep.
    apply: (edit, random) => add(edit, anyFolder(edit, random), newName(random, ASSETS), random.pick(PHP)),
  },
  {
    name: 'add a program',
    expects: 'either', // As above.
    apply(edit, random) {
      const isMarked = random.below(2) === 0;
      const content = isMarked ? 'nothing that runs' : random.pick(PROGRAMS);
      return add(edit, anyFolder(edit, random), `program${random.below(100)}`, content, isMarked ? 0o755 : 0o644);
    },
  },
  {
    name: 'plant code in a LESS cache',
    expects: 'harmful',
    apply(edit, random) {
      const path = pickUnlisted(edit, random, (file) => file.endsWith('.lesscache'));
      const text = edit.bytes(path).toString('latin1');
      const planted = random.pick([
        `${text}<?php /* added */`,
        text.replace('return', '/* added */ return'),
        text.replace(/\)\); \?>$/, ')).strtolower("X"); ?>'),
        text.replace(/"|'[^']*'/, '"{$added}"'),
        text.slice(0, -20),
      ]);
      if (random.below(2) === 0) return add(edit, dirname(path), 'lessphp_new.lesscache', planted);
      edit.write(path, planted);
      return path;
    },
  },
  {
    name: 'add a folder among the modules',
    expects: 'harmful',
    apply(edit, random) {
      const content = random.pick(['<?php /* added */', 'nothing']);
      return add(
        edit,
        `${MODULES}/${random.pick(['h', '.x', 'amodule', 'Core'])}`,
        random.pick(['ajax.php', 'readme.txt']),
        content,
      );
    },
  },
  {
    name: 'add a link',
    expects: 'either', // One that stays inside the web root and does not run shows what is looked at anyway.
    apply(edit, random) {
      const folder = anyFolder(edit, random, (path) => path.startsWith(WEB_ROOT));
      const path = `${folder}/${newName(random, ['txt', 'php', 'png'])}`;
      const target = random.pick(['/etc/passwd', '/', '../../../../../../..', `/${WEB_ROOT}/index.php`, './nowhere']);
      edit.link(path, target);
      return `${path} to ${target}`;
    },
  },
  {
    name: 'add what systems are full of',
    expects: 'harmless',
    apply(edit, random) {
      const { folder } = random.pick([...edit.system.modules.values()]);
      const place = random.pick(HARMLESS_FOLDERS);
      if (place.includes('cache'))
        return add(edit, `${MODULES}/_cache`, `new-17.0.${random.below(99)}.tgz.gpg`, '\xa3\x01');
      const isPackage = place.includes('node_modules');
      return add(
        edit,
        `${folder}/${place}`,
        isPackage ? 'index.js' : 'new.po',
        isPackage ? 'var x;\n' : "# <?php echo _('') ?>\n",
      );
    },
  },
  {
    name: 'alter an unlisted file',
    expects: 'either', // Only where it was a copy of a signed one.
    apply(edit, random) {
      const path = pickUnlisted(edit, random, (file) => !/\.(?:lesscache|ini)$/.test(file));
      edit.write(
        path,
        Buffer.concat([edit.bytes(path), Buffer.from(random.pick(['\n', '/* added */', '<?php /* added */']))]),
      );
      return path;
    },
  },
  {
    name: 'make an unlisted file code by its name',
    expects: 'either', // A copy under `ucp` stays one.
    apply(edit, random) {
      const path = pickUnlisted(edit, random);
      edit.rename(path, `${path}.${random.pick(SERVER_RUN)}`);
      return path;
    },
  },
  {
    name: 'change the mode of an unlisted file',
    expects: 'either', // An execute bit makes a program of what has the name of no data.
    apply(edit, random) {
      const path = pickUnlisted(edit, random);
      const mode = random.pick([0o600, 0o644, 0o755, 0o777, 0o711]);
      edit.chmod(path, mode);
      return `${path}: ${mode.toString(8)}`;
    },
  },
];

/**
 * A folder of the web root that has files, or a new one below it, dot folders and `node_modules` included.
 *
 * @param {Edit} edit @param {Random} random @param {(folder: string) => boolean} suits
 */
function anyFolder(edit, random, suits = () => true) {
  const folders = new Set(
    [...edit.tree.keys()].filter((path) => path.startsWith(WEB_ROOT)).map((path) => dirname(path)),
  );
  const folder = random.pick([...folders].filter(suits));
  const below = random.pick(NEW_FOLDERS);
  return below === '' || edit.tree.has(`${folder}/${below}`) ? folder : `${folder}/${below}`;
}

/** @param {Random} random @param {string[]} endings */
function newName(random, endings) {
  return `${random.pick(NAMES)}${random.below(1000)}.${random.pick(endings)}`;
}

/**
 * @param {Edit} edit @param {string} folder @param {string} name @param {Buffer | string} content
 * @param {number} [mode]
 */
function add(edit, folder, name, content, mode) {
  const path = `${folder}/${name}`;
  edit.write(path, content, mode);
  return path;
}
