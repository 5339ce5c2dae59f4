import { type BytePath, basename, dirname, fromLatin1, join } from '../../files/bytepath.js';
import { FolderChain } from '../../files/folder-chain.js';
import { readFileBelow } from '../../files/read.js';
import { MAX_TEXT_FILE_BYTES } from '../../limits.js';
import { CONFIGURED_FOLDERS, type FolderSettings, readAmportalConf, readFreepbxConf } from './freepbx-conf.js';
import { type LinkResolver, nowhere, resolveInside } from './resolve.js';

/** The folders outside the web root where `framework` installs files. */
export const MAPPABLE_FOLDERS: readonly MappableFolder[] = ['AMPBIN', 'AMPSBIN', 'ASTAGIDIR', 'ASTVARLIBDIR'];

/** A folder outside the web root where `framework` installs files, by the name that FreePBX's configuration gives it. */
export type MappableFolder = 'AMPBIN' | 'AMPSBIN' | 'ASTAGIDIR' | 'ASTVARLIBDIR';

const DEFAULT_WEB_ROOT = fromLatin1('/var/www/html');
const DEFAULT_FOLDERS: Record<MappableFolder, BytePath> = {
  AMPBIN: fromLatin1('/var/lib/asterisk/bin'),
  AMPSBIN: fromLatin1('/usr/sbin'),
  ASTAGIDIR: fromLatin1('/var/lib/asterisk/agi-bin'),
  ASTVARLIBDIR: fromLatin1('/var/lib/asterisk'),
};

/** A system as a scan sees it: its `/`, and what lies where. Paths are absolute and of this machine. */
export interface System {
  /** The system's `/`; '' for this machine's. */
  readonly base: BytePath;
  readonly webRoot: BytePath;
  /** The web root as it was given or configured: a path inside the system. */
  readonly webRootInside: BytePath;
  readonly folders: Partial<Record<MappableFolder, BytePath>>;
  readonly notes: readonly string[];
  /** Whether nothing around the web root is known. */
  readonly isAlone: boolean;
  /** Whether it is the web root that this machine's own FreePBX works with, as its configuration says. */
  readonly isOwn: boolean;
}

/**
 * The system whose `/` is `base`, as its own configuration describes it.
 * @param given the web root, a path inside the system. @default what the configuration says
 */
export function systemAt(base: BytePath, given?: BytePath): System {
  const settings = {
    ...readConf(base, 'amportal.conf', readAmportalConf),
    ...readConf(base, 'freepbx.conf', readFreepbxConf),
  };
  const configured = settings.AMPWEBROOT ?? DEFAULT_WEB_ROOT;
  const webRootInside = given ?? configured;
  const webRoot = resolveInside(base, webRootInside);
  const folders: System['folders'] = {};
  for (const folder of MAPPABLE_FOLDERS) {
    folders[folder] = resolveInside(base, settings[folder] ?? DEFAULT_FOLDERS[folder]);
  }
  return {
    base,
    webRoot: withoutSlash(webRoot),
    webRootInside,
    folders,
    // Whoever says where the web root is does not depend on what is configured.
    notes: notesOf(given === undefined ? settings : omitWebRoot(settings)),
    isAlone: false,
    isOwn: base === '' && webRoot === resolveInside(base, configured),
  };
}

/**
 * The system of a web root that is not this machine's own. `…/var/www/html` tells where the rest of that system lies;
 * anywhere else the outside folders are unknown, and this machine's own must not be taken for them.
 */
export function copiedSystem(webRoot: BytePath): System {
  if (!webRoot.endsWith(DEFAULT_WEB_ROOT)) return lonelySystem(webRoot);
  const base = fromLatin1(webRoot.slice(0, -DEFAULT_WEB_ROOT.length));
  return { ...systemAt(base, DEFAULT_WEB_ROOT), webRoot };
}

/** A folder of which only itself is known. */
export function lonelySystem(webRoot: BytePath): System {
  return { base: fromLatin1(''), webRoot, webRootInside: webRoot, folders: {}, notes: [], isAlone: true, isOwn: false };
}

/**
 * The end of a link in a folder below the web root, for a process of the system that it lies in.
 * @param links of the system's base.
 * @returns an absolute path here: one that is nowhere when another process could end up in another place.
 */
export function linkEnd(system: System, links: LinkResolver, folder: BytePath, target: BytePath): BytePath {
  const path = targetInside(system, folder, target);
  return links.resolve(path) ?? nowhere(path);
}

function targetInside({ base, webRoot, isAlone }: System, folder: BytePath, target: BytePath): BytePath {
  const inside = fromLatin1(webRoot.slice(base.length));
  if (!target.startsWith('/')) return join(join(inside, folder), target);
  // In a copied web root the usual place stands for its own: FreePBX writes such links with the whole path.
  const own = isAlone && target.startsWith(`${DEFAULT_WEB_ROOT}/`);
  return own ? join(inside, fromLatin1(target.slice(DEFAULT_WEB_ROOT.length + 1))) : target;
}

/** A path of a folder, to which `/name` can be added. */
export function withoutSlash(path: BytePath): BytePath {
  return fromLatin1(path.replace(/\/$/, ''));
}

function omitWebRoot({ AMPWEBROOT: _ignored, ...settings }: FolderSettings): FolderSettings {
  return settings;
}

/** On a real system the web server's user may write these files, so whatever they change is said. */
function notesOf(settings: FolderSettings): string[] {
  const defaults: FolderSettings = { AMPWEBROOT: DEFAULT_WEB_ROOT, ...DEFAULT_FOLDERS };
  return CONFIGURED_FOLDERS.filter((folder) => settings[folder] !== undefined)
    .filter((folder) => settings[folder]?.replace(/\/+$/, '') !== defaults[folder])
    .map((folder) => `${folder} is ${settings[folder]}, as /etc/freepbx.conf or /etc/amportal.conf says`);
}

/** Not there or not readable: the defaults hold, and a wrong web root is named when it is opened. */
function readConf(base: BytePath, name: string, parse: (text: string) => FolderSettings): FolderSettings {
  const file = resolveInside(base, fromLatin1(`/etc/${name}`));
  const chain = new FolderChain(dirname(file));
  try {
    const read = readFileBelow(chain, basename(file), MAX_TEXT_FILE_BYTES);
    return read.ok ? parse(read.bytes.toString('latin1')) : {};
  } finally {
    chain.close();
  }
}
