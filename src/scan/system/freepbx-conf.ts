import type { BytePath } from '../../files/bytepath.js';
import { fromLatin1 } from '../../files/bytepath.js';

/** Longest line that can be a setting, in bytes: a path and what stands around it. */
const MAX_SETTING_BYTES = 5000;

/** The folders that FreePBX's configuration names and that a scan needs. */
export const CONFIGURED_FOLDERS = ['AMPWEBROOT', 'AMPBIN', 'AMPSBIN', 'ASTAGIDIR', 'ASTVARLIBDIR'] as const;
export type ConfiguredFolder = (typeof CONFIGURED_FOLDERS)[number];
export type FolderSettings = Partial<Record<ConfiguredFolder, BytePath>>;

/**
 * The folders set in `/etc/freepbx.conf`: PHP, read as text and never run. Only plain assignments of a quoted literal
 * count (`$amp_conf['AMPWEBROOT'] = '/var/www/html';`), each at the beginning of a line and outside of comments; the
 * last one wins, as it does in PHP.
 */
export function readFreepbxConf(text: string): FolderSettings {
  const assignment = /^\$amp_conf\[ ?(['"])(\w+)\1 ?\] ?= ?(['"])([^'"\\$]*)\3 ?;/;
  return settingsFrom(withinOneLine(text), (line) => {
    const [, , key, , value] = assignment.exec(line) ?? [];
    return [key, value];
  });
}

/**
 * PHP without comments, and without strings of several lines, whose lines only look like settings. A password may hold
 * the beginning of a comment, a comment a quote: what begins first counts. What does not end takes the rest with it.
 */
function withinOneLine(php: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const opening = /['"#]|\/[/*]/g; from < php.length; ) {
    opening.lastIndex = from;
    const found = opening.exec(php);
    if (found === null) break;
    parts.push(php.slice(from, found.index));
    from = endOf(php, found[0], found.index + found[0].length);
    const isString = found[0] === "'" || found[0] === '"';
    const string = isString ? php.slice(found.index, from) : '';
    parts.push(string.includes('\n') ? "''" : string);
  }
  return parts.join('') + php.slice(from);
}

/** Where the string or the comment ends whose content begins at `start`. */
function endOf(php: string, opening: string, start: number): number {
  if (opening === '#' || opening === '//') return upTo(php.indexOf('\n', start), 0);
  if (opening === '/*') return upTo(php.indexOf('*/', start), 2);
  const mark = opening === "'" ? /\\[\s\S]?|'/g : /\\[\s\S]?|"/g;
  mark.lastIndex = start;
  let found = mark.exec(php);
  while (found !== null && found[0] !== opening) found = mark.exec(php);
  return upTo(found?.index ?? -1, 1);
}

function upTo(index: number, length: number): number {
  return index < 0 ? Number.POSITIVE_INFINITY : index + length;
}

/** The folders set in `/etc/amportal.conf`: `KEY=value` lines, `#` and `;` begin comments. */
export function readAmportalConf(text: string): FolderSettings {
  return settingsFrom(text, (line) => {
    const [setting = ''] = line.split(/[#;]/, 1);
    const equals = setting.indexOf('=');
    return equals < 0 ? [] : [setting.slice(0, equals).trimEnd(), setting.slice(equals + 1).trim()];
  });
}

function settingsFrom(text: string, read: (line: string) => (string | undefined)[]): FolderSettings {
  const settings: FolderSettings = {};
  for (const line of text.split('\n')) {
    if (line.length > MAX_SETTING_BYTES) continue;
    const [key, value] = read(line.trim());
    const folder = CONFIGURED_FOLDERS.find((candidate) => candidate === key);
    // A folder that is not absolute would depend on where the scanner was started.
    if (folder !== undefined && value?.startsWith('/')) settings[folder] = fromLatin1(value);
  }
  return settings;
}
