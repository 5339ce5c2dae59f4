/**
 * The rules for texts that only look like code: LESS caches, `.user.ini`, the two configuration files, `module.xml`.
 */
import { containsPhp } from '../../dist/src/hash/inspect.js';
import { codeEndsOpen } from '../../dist/src/hash/open-code.js';
import { readModuleXml } from '../../dist/src/scan/signature/module-xml.js';
import { readAmportalConf, readFreepbxConf } from '../../dist/src/scan/system/freepbx-conf.js';
import { isHarmlessLessCache } from '../../dist/src/scan/unlisted/less-cache.js';
import { judgeUserIni } from '../../dist/src/scan/unlisted/user-ini.js';
import { must } from './expect.mjs';

export const name = 'text';
export const files = [
  'scan/less-cache.js',
  'scan/user-ini.js',
  'scan/freepbx-conf.js',
  'scan/module-xml.js',
  'hash/open-code.js',
  'hash/inspect.js',
];
export const words = [
  '<?php ',
  '?>',
  'return ',
  'array(',
  'new Less_Tree_Value(',
  'Array(',
  ')',
  '[',
  ']',
  '=>',
  ',',
  ';',
  "'",
  '"',
  '\\',
  '$x',
  '{$',
  '`',
  'true',
  'NULL',
  '1.5e3',
  'max_input_vars = 1\n',
  'memory_limit=1M\n',
  'auto_prepend_file=/x\n',
  '; ',
  '#',
  '[PATH=/]',
  "$amp_conf['AMPWEBROOT'] = '/var/www/html';\n",
  '$amp_conf["AMPBIN"] = "/x";',
  'AMPSBIN=/usr/sbin\n',
  '/*',
  '*/',
  '//',
  '<!--',
  '-->',
  '<rawname>',
  '</rawname>',
  '<version>',
  '<<<EOT\n',
  '${',
  '\r',
  '\0',
];

const LITERALS = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\${]|\\[\s\S])*"/g;
const HARMLESS_CACHE =
  /^<\?php[ \t\r\n](?:return|array|true|false|null|new[ \t\r\n]+\\?less_[a-z0-9_]+|e[-+]?\d|[\d.,;()[\]=>+\- \t\r\n#])*(?:\?>\s*)?$/i;

/** @param {Buffer} input */
export function run(input) {
  const text = input.toString('latin1');
  checkLessCache(text);
  checkUserIni(text);
  for (const read of [readFreepbxConf, readAmportalConf]) {
    for (const value of Object.values(read(text))) {
      must(
        value.startsWith('/') && !/['"\n]/.test(value.slice(0, read === readFreepbxConf ? undefined : 0)),
        'a folder that is none',
      );
      must(text.includes(value), 'a folder that is not there');
    }
  }
  const { rawname, version } = readModuleXml(text);
  for (const value of [rawname, version])
    must(value === null || !value.includes('<'), 'an element with elements inside');
  for (const language of /** @type {const} */ (['php', 'js', 'css', 'json'])) codeEndsOpen(text, language);
  must(containsPhp(input) === /<\?php/i.test(text), 'PHP overlooked or imagined');
}

/** @param {string} text */
function checkLessCache(text) {
  if (!isHarmlessLessCache(text)) return;
  // Without its literals it holds the words of the grammar and nothing that could run.
  must(HARMLESS_CACHE.test(text.replace(LITERALS, '#')), 'a LESS cache that is more than literals');
  must(!isHarmlessLessCache(`${text}<?php f();`) && !isHarmlessLessCache(`#${text}`), 'code around it is harmless');
}

/** @param {string} text */
function checkUserIni(text) {
  const judgement = judgeUserIni(text);
  must(judgeUserIni(`${text}\nauto_prepend_file=/x`) === 'dangerous', 'a directive at the end is overlooked');
  must(judgeUserIni(`auto_append_file=/x\n${text}`) === 'dangerous', 'a directive at the beginning is overlooked');
  if (judgement === 'dangerous') return;
  const directives = text
    .split(/[\r\n]/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith(';'));
  must(
    directives.every(
      (line) => !/^[^=;]*(?:file|path|dir|extension|handler|basedir|hooks)\b/i.test(line.split('=')[0] ?? ''),
    ),
    'a path is harmless',
  );
  must(
    judgement !== 'freepbx' || directives.every((line) => line.startsWith('max_input_vars')),
    'more than FreePBX writes',
  );
}
