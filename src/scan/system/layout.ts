import { lstatSync } from 'node:fs';
import { SigsweepError } from '../../errors.js';
import { type BytePath, fromLatin1, join, toFsPath, toText } from '../../files/bytepath.js';
import { existingFolder, isFolder, pathInside } from './given-paths.js';
import { LinkResolver, resolveInside } from './resolve.js';
import {
  copiedSystem,
  linkEnd,
  lonelySystem,
  MAPPABLE_FOLDERS,
  type MappableFolder,
  type System,
  systemAt,
} from './system.js';

export { MAPPABLE_FOLDERS, type MappableFolder } from './system.js';

/** Where modules lie below the web root. */
export const MODULES_FOLDER = fromLatin1('admin/modules');

/** What the user said about where things are. */
export interface LayoutOptions {
  /**
   * The web root. With a `root`, a path inside it, with or without the root's own path before it.
   * @default what FreePBX's configuration says, else `/var/www/html`
   */
  readonly webRoot?: string;
  /** The `/` of a system that is mounted or copied elsewhere. @default this system's */
  readonly root?: string;
  /** Single folders that lie elsewhere: paths on this machine, with a `root` too. */
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
  /** Whether this machine's own FreePBX works with the web root, as its configuration says. */
  readonly isOwn: boolean;
  /**
   * Where a link in a folder below the web root leads, for a process of that system: an absolute path here, outside of
   * the web root when nobody can say.
   */
  resolveLink(folder: BytePath, target: BytePath): BytePath;
  /** Where a module's listed file is installed; `null` when it is not checked. */
  locate(module: BytePath, listed: BytePath): Place | null;
}

/** The folder of a module below the web root. */
export function moduleFolder(module: BytePath): BytePath {
  return join(MODULES_FOLDER, module);
}

/** The folder among the modules that a path below the web root lies in, or is; `null` where it lies in none. */
export function moduleFolderOf(path: BytePath): BytePath | null {
  if (!path.startsWith(`${MODULES_FOLDER}/`)) return null;
  const end = path.indexOf('/', MODULES_FOLDER.length + 1);
  return fromLatin1(end < 0 ? path : path.slice(0, end));
}

/**
 * Finds the web root and the folders around it.
 * @throws SigsweepError WEB_ROOT_NOT_FOUND when there is no such folder, or no `admin/modules` in it.
 */
export function findLayout(options: LayoutOptions): Layout {
  const system = options.root === undefined ? systemHere(options.webRoot) : systemIn(options.root, options.webRoot);
  requireWebRoot(system, options.webRoot !== undefined);
  return makeLayout(system, options.map ?? {});
}

/** This machine's system, or the one that was copied to the place of this web root. */
function systemHere(webRoot: string | undefined): System {
  const live = systemAt(fromLatin1(''));
  if (webRoot === undefined) return live;
  const given = existingFolder(webRoot, 'web root');
  return given === live.webRoot ? systemAt(live.base, live.webRootInside) : copiedSystem(given);
}

/** The system whose `/` is `root`; nothing but that folder itself is ever looked for on this machine. */
function systemIn(root: string, webRoot: string | undefined): System {
  const base = existingFolder(root, '--root');
  return webRoot === undefined ? systemAt(base) : systemAt(base, pathInside(webRoot, root, base));
}

function requireWebRoot({ base, webRoot, webRootInside }: System, wasGiven: boolean): void {
  if (!isFolder(webRoot)) {
    const where = base === '' ? '' : ` inside ${toText(base)}`;
    const hint = wasGiven ? '' : '; give it as an argument, or --root for a copied system';
    throw new SigsweepError('WEB_ROOT_NOT_FOUND', `web root ${toText(webRootInside)}${where}: no such folder${hint}`);
  }
  try {
    lstatSync(toFsPath(`${webRoot}/${MODULES_FOLDER}`));
  } catch (cause) {
    throw new SigsweepError(
      'WEB_ROOT_NOT_FOUND',
      `${toText(webRoot)} is not a FreePBX web root: there is no admin/modules in it; give the folder that holds admin/`,
      { cause },
    );
  }
}

/** The layout of a module that stands alone: every listed file lies in its own folder, `framework`'s too. */
export function standaloneLayout(folder: BytePath): Layout {
  const system = lonelySystem(folder);
  const links = new LinkResolver(system.base);
  return {
    roots: [folder],
    secureFolder: fromLatin1('/etc/freepbx.secure'),
    unknownFolders: [],
    notes: [],
    isOwn: system.isOwn,
    resolveLink: (from, target) => linkEnd(system, links, from, target),
    locate: (_module, listed) => ({ root: 0, path: listed }),
  };
}

/**
 * `/etc/freepbx.secure` of a system, where local signatures lie. Only what holds it may be reached through a link: the
 * secure folder itself must not be one.
 * @param base the system's `/`; '' for this machine's
 */
export function secureFolderIn(base: BytePath): BytePath {
  return join(resolveInside(base, fromLatin1('/etc')), fromLatin1('freepbx.secure'));
}

function makeLayout(system: System, map: Partial<Record<MappableFolder, string>>): Layout {
  const roots: BytePath[] = [system.webRoot];
  const indexes = new Map<MappableFolder, number>();
  const links = new LinkResolver(system.base);
  for (const folder of MAPPABLE_FOLDERS) {
    const given = map[folder];
    const path = given === undefined ? system.folders[folder] : existingFolder(given, `--map ${folder}`);
    if (path !== undefined) indexes.set(folder, roots.push(path) - 1);
  }
  return {
    roots,
    secureFolder: secureFolderIn(system.base),
    unknownFolders: MAPPABLE_FOLDERS.filter((folder) => !indexes.has(folder)),
    notes: system.notes,
    isOwn: system.isOwn,
    resolveLink: (folder, target) => linkEnd(system, links, folder, target),
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
