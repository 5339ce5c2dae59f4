import type { BytePath } from '../files/bytepath.js';
import { fromLatin1 } from '../files/bytepath.js';

/** The folders that FreePBX's configuration names and that a scan needs. */
export const CONFIGURED_FOLDERS = ['AMPWEBROOT', 'AMPBIN', 'AMPSBIN', 'ASTAGIDIR', 'ASTVARLIBDIR'] as const;
export type ConfiguredFolder = (typeof CONFIGURED_FOLDERS)[number];
export type FolderSettings = Partial<Record<ConfiguredFolder, BytePath>>;

/**
 * The folders set in `/etc/freepbx.conf`: PHP, read as text and never run. Only plain assignments of a quoted literal
 * count (`$amp_conf['AMPWEBROOT'] = '/var/www/html';`); the last one wins, as it does in PHP.
 */
export function readFreepbxConf(text: string): FolderSettings {
  return settingsFrom(text, /^[ \t]*\$amp_conf\[\s*(['"])(\w+)\1\s*\]\s*=\s*(['"])([^'"\\$\n]*)\3\s*;/gm, 2, 4);
}

/** The folders set in `/etc/amportal.conf`: `KEY=value` lines, `#` and `;` begin comments. */
export function readAmportalConf(text: string): FolderSettings {
  return settingsFrom(text, /^[ \t]*(\w+)[ \t]*=[ \t]*([^\n#;]*?)[ \t\r]*(?:[#;].*)?$/gm, 1, 2);
}

function settingsFrom(text: string, assignment: RegExp, keyGroup: number, valueGroup: number): FolderSettings {
  const settings: FolderSettings = {};
  for (const match of text.matchAll(assignment)) {
    const key = CONFIGURED_FOLDERS.find((folder) => folder === match[keyGroup]);
    const value = match[valueGroup];
    // A folder that is not absolute would depend on where the scanner was started.
    if (key !== undefined && value?.startsWith('/')) settings[key] = fromLatin1(value);
  }
  return settings;
}
