import { lstatSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { SigsweepError } from '../errors.js';
import type { BytePath } from '../files/bytepath.js';
import { basename, dirname, fromLatin1, fromText, join, toFsPath } from '../files/bytepath.js';
import { FolderChain } from '../files/folder-chain.js';
import { readFileBelow } from '../files/read.js';
import { MAX_TEXT_FILE_BYTES } from '../limits.js';
import { CONFIGURED_FOLDERS, type FolderSettings, readAmportalConf, readFreepbxConf } from './freepbx-conf.js';
import { resolveInside } from './resolve.js';

/** The folders outside the web root where `framework` installs files. */
export const MAPPABLE_FOLDERS = ['AMPBIN', 'AMPSBIN', 'ASTAGIDIR', 'ASTVARLIBDIR'] as const;
export type MappableFolder = (typeof MAPPABLE_FOLDERS)[number];

const DEFAULT_WEB_ROOT = fromLatin1('/var/www/html');
const DEFAULT_FOLDERS: Record<MappableFolder, BytePath> = {
  AMPBIN: fromLatin1('/var/lib/asterisk/bin'),
  AMPSBIN: fromLatin1('/usr/sbin'),
  ASTAGIDIR: fromLatin1('/var/lib/asterisk/agi-bin'),
  ASTVARLIBDIR: fromLatin1('/var/lib/asterisk'),
};

/** Where modules lie below the web root. */
export const MODULES_FOLDER = fromLatin1('admin/modules');

/** What the user said about where things are. */
export interface LayoutOptions {
  /** The web root. @default what FreePBX's configuration says, else `/var/www/html` */
  readonly webRoot?: string;
  /** The `/` of a system that is mounted or copied elsewhere. @default this system's */
  readonly root?: string;
  /** Single folders that lie elsewhere. */
  readonly map?: Partial<Record<MappableFolder, string>>;
}

/** A file's place: an index into {@link Layout.roots} and the path below it. */
export interface Place {
  readonly root: number;
  readonly path: BytePath;
}

/** Where a system's files are installed. */
export interface Layout {
  /** Absolute folders that are opened as roots; the first is the web root. Nothing below one is followed by link. */
  readonly roots: readonly BytePath[];
  /** `/etc/freepbx.secure` of the scanned system, where local signatures lie. */
  readonly secureFolder: BytePath;
  /** Outside folders whose place is not known: their files count as unchecked. */
  readonly unknownFolders: readonly MappableFolder[];
  /** What a reader must know about where the folders came from. */
  readonly notes: readonly string[];
  /** Where a link in a folder below the web root leads, for a process of that system; an absolute path here. */
  resolveLink(folder: BytePath, target: BytePath): BytePath;
  /** Where a module's listed file is installed; `null` when it is not checked. */
  locate(module: BytePath, listed: BytePath): Place | null;
}

/** The folder of a module below the web root. */
export function moduleFolder(module: BytePath): BytePath {
  return join(MODULES_FOLDER, module);
}

/**
 * Finds the web root and the folders around it.
 * @throws SigsweepError WEB_ROOT_NOT_FOUND when there is no such folder, or no `admin/modules` in it.
 */
export function findLayout(options: LayoutOptions): Layout {
  const root = options.root === undefined ? undefined : existingFolder(options.root, '--root');
  const live = systemAt(root ?? fromLatin1(''));
  let system = live;
  if (options.webRoot !== undefined) {
    const given = givenWebRoot(options.webRoot, root);
    system = given === live.webRoot || root !== undefined ? { ...live, webRoot: given } : copiedSystem(given);
  }
  requireWebRoot(system.webRoot, options);
  return makeLayout(system, options.map ?? {});
}

/** The layout of a module that stands alone: every listed file lies in its own folder, `framework`'s too. */
export function standaloneLayout(folder: BytePath): Layout {
  return {
    roots: [folder],
    secureFolder: fromLatin1('/etc/freepbx.secure'),
    unknownFolders: [],
    notes: [],
    resolveLink: (from, target) => linkEnd({ ...ALONE, webRoot: folder }, from, target),
    locate: (_module, listed) => ({ root: 0, path: listed }),
  };
}

interface System {
  readonly base: BytePath;
  readonly webRoot: BytePath;
  readonly folders: Partial<Record<MappableFolder, BytePath>>;
  readonly notes: readonly string[];
  /** Whether nothing around the web root is known. */
  readonly isAlone: boolean;
}

const ALONE: Omit<System, 'webRoot'> = { base: fromLatin1(''), folders: {}, notes: [], isAlone: true };

/** The system whose `/` is `base`, as its own configuration describes it. */
function systemAt(base: BytePath): System {
  const settings = {
    ...readConf(base, 'amportal.conf', readAmportalConf),
    ...readConf(base, 'freepbx.conf', readFreepbxConf),
  };
  const inside = (path: BytePath) => resolveInside(base, path);
  const folders: System['folders'] = {};
  for (const folder of MAPPABLE_FOLDERS) folders[folder] = inside(settings[folder] ?? DEFAULT_FOLDERS[folder]);
  return {
    base,
    webRoot: inside(settings.AMPWEBROOT ?? DEFAULT_WEB_ROOT),
    folders,
    notes: notesOf(settings),
    isAlone: false,
  };
}

/**
 * A web root that is not this machine's own. `…/var/www/html` tells where the rest of that system lies; anywhere else
 * the outside folders are unknown, and this machine's own must not be taken for them.
 */
function copiedSystem(webRoot: BytePath): System {
  if (webRoot.endsWith(DEFAULT_WEB_ROOT)) {
    const base = fromLatin1(webRoot.slice(0, -DEFAULT_WEB_ROOT.length));
    return { ...systemAt(base), webRoot };
  }
  return { ...ALONE, webRoot };
}

/** On a real system the web server's user may write these files, so whatever they change is said. */
function notesOf(settings: FolderSettings): string[] {
  const defaults: FolderSettings = { AMPWEBROOT: DEFAULT_WEB_ROOT, ...DEFAULT_FOLDERS };
  return CONFIGURED_FOLDERS.filter((folder) => settings[folder] !== undefined)
    .filter((folder) => settings[folder]?.replace(/\/+$/, '') !== defaults[folder])
    .map((folder) => `${folder} is ${settings[folder]}, as /etc/freepbx.conf or /etc/amportal.conf says`);
}

/** The end of a link, for a process of the system that it lies in. */
function linkEnd({ base, webRoot, isAlone }: System, folder: BytePath, target: BytePath): BytePath {
  const inside = fromLatin1(webRoot.slice(base.length));
  if (!target.startsWith('/')) return resolveInside(base, join(join(inside, folder), target));
  // In a copied web root the usual place stands for its own: FreePBX writes such links with the whole path.
  const own = isAlone && target.startsWith(`${DEFAULT_WEB_ROOT}/`);
  return resolveInside(base, own ? join(inside, fromLatin1(target.slice(DEFAULT_WEB_ROOT.length + 1))) : target);
}

function givenWebRoot(webRoot: string, root: BytePath | undefined): BytePath {
  if (root !== undefined) {
    const inside = resolveInside(root, fromText(webRoot));
    if (isFolder(inside)) return inside;
  }
  return existingFolder(webRoot, 'web root');
}

function existingFolder(folder: string, what: string): BytePath {
  const path = resolveInside(fromLatin1(''), fromText(resolve(folder)));
  if (!isFolder(path)) {
    throw new SigsweepError('WEB_ROOT_NOT_FOUND', `${what} ${folder}: no such folder (or it cannot be read)`);
  }
  return fromLatin1(path === '/' ? '' : path);
}

function requireWebRoot(webRoot: BytePath, options: LayoutOptions): void {
  const shown = Buffer.from(webRoot, 'latin1').toString('utf8');
  if (!isFolder(webRoot)) {
    const hint = options.webRoot === undefined ? '; give it as an argument, or --root for a copied system' : '';
    throw new SigsweepError('WEB_ROOT_NOT_FOUND', `web root ${shown}: no such folder${hint}`);
  }
  try {
    lstatSync(toFsPath(`${webRoot}/${MODULES_FOLDER}`));
  } catch (cause) {
    throw new SigsweepError(
      'WEB_ROOT_NOT_FOUND',
      `${shown} is not a FreePBX web root: there is no admin/modules in it; give the folder that holds admin/`,
      { cause },
    );
  }
}

function makeLayout(system: System, map: Partial<Record<MappableFolder, string>>): Layout {
  const roots: BytePath[] = [system.webRoot];
  const indexes = new Map<MappableFolder, number>();
  for (const folder of MAPPABLE_FOLDERS) {
    const given = map[folder];
    const path = given === undefined ? system.folders[folder] : existingFolder(given, `--map ${folder}`);
    if (path !== undefined) indexes.set(folder, roots.push(path) - 1);
  }
  return {
    roots,
    // Only what holds it may be reached through a link: the secure folder itself must not be one.
    secureFolder: join(resolveInside(system.base, fromLatin1('/etc')), fromLatin1('freepbx.secure')),
    unknownFolders: MAPPABLE_FOLDERS.filter((folder) => !indexes.has(folder)),
    notes: system.notes,
    resolveLink: (folder, target) => linkEnd(system, folder, target),
    locate: (module, listed) => locate(indexes, module, listed),
  };
}

/** `framework` installs parts of itself elsewhere; the name is exact, `Framework` is a module like any other. */
const RELOCATIONS: readonly { prefix: string; to: MappableFolder | 'webroot' | 'unchecked'; below: string }[] = [
  { prefix: 'amp_conf/htdocs/', to: 'webroot', below: '' },
  { prefix: 'amp_conf/bin/', to: 'AMPBIN', below: '' },
  { prefix: 'amp_conf/sbin/', to: 'AMPSBIN', below: '' },
  { prefix: 'amp_conf/agi-bin/', to: 'ASTAGIDIR', below: '' },
  { prefix: 'amp_conf/sounds/', to: 'ASTVARLIBDIR', below: 'sounds/' },
  // Edited by the administrator, or never installed.
  { prefix: 'amp_conf/astetc/', to: 'unchecked', below: '' },
  { prefix: 'amp_conf/moh/', to: 'unchecked', below: '' },
  { prefix: 'upgrades/', to: 'unchecked', below: '' },
];

function locate(indexes: ReadonlyMap<MappableFolder, number>, module: BytePath, listed: BytePath): Place | null {
  const relocation = module === 'framework' ? RELOCATIONS.find(({ prefix }) => listed.startsWith(prefix)) : undefined;
  if (relocation === undefined) return { root: 0, path: join(moduleFolder(module), listed) };
  const path = fromLatin1(relocation.below + listed.slice(relocation.prefix.length));
  if (relocation.to === 'unchecked') return null;
  if (relocation.to === 'webroot') return { root: 0, path };
  const root = indexes.get(relocation.to);
  return root === undefined ? null : { root, path };
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

function isFolder(path: BytePath): boolean {
  try {
    return statSync(toFsPath(path === '' ? '/' : path)).isDirectory();
  } catch {
    return false;
  }
}
