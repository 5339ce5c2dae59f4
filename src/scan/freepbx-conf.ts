import type { BytePath } from '../files/bytepath.js';
import { fromLatin1 } from '../files/bytepath.js';
import { withoutComments } from './module-xml.js';

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
  return settingsFrom(withoutComments(text, '/*', '*/'), (line) => {
    const [, , key, , value] = assignment.exec(line) ?? [];
    return [key, value];
  });
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
