import { statSync } from 'node:fs';
import { basename as basenameText, resolve } from 'node:path';
import { SigsweepError } from '../errors.js';
import { type BytePath, basename, dirname, fromLatin1, fromText, join, toFsPath, toText } from '../files/bytepath.js';
import { FolderChain } from '../files/folder-chain.js';
import { readFileBelow } from '../files/read.js';
import { MAX_TEXT_FILE_BYTES } from '../limits.js';
import type { Report } from '../model.js';
import type { RunOptions } from './options.js';
import { run } from './run.js';
import { readModuleXml } from './signature/module-xml.js';
import { MODULE_XML } from './signature/signed-module.js';
import { isModule } from './system/discover.js';
import { existingFolder, pathInside } from './system/given-paths.js';
import { findLayout, type LayoutOptions, MODULES_FOLDER, moduleFolder, standaloneLayout } from './system/layout.js';
import { resolveInside } from './system/resolve.js';
import { withoutSlash } from './system/system.js';
import { verifyFile } from './verify-file.js';

/** What the verification of one module takes: the options of a scan, for the system that the module lies in. */
export interface VerifyOptions extends RunOptions, Omit<LayoutOptions, 'webRoot'> {}

/**
 * Verifies one module's folder; one package (`.tgz`), as if it were unpacked; or one `module.sig` alone (its signature and
 * its text; no file is looked at, so all listed ones count as unchecked).
 *
 * A folder that lies in a web root's `admin/modules` is verified as installed there, relocated files included; any
 * other, a developer's checkout for example, as standing alone.
 *
 * @param path the module's folder, the package, or the signature file.
 * @param options whose signatures count, and how it is verified.
 * @returns a report with this one module.
 * @throws SigsweepError MODULE_NOT_FOUND when there is nothing at `path` or no module, and what {@link scan} throws.
 */
export async function verifyModule(path: string, options: VerifyOptions = {}): Promise<Report> {
  const { root } = options;
  const base = root === undefined ? fromLatin1('') : existingFolder(root, '--root');
  const given = root === undefined ? fromText(resolve(path)) : pathInside(path, root, base);
  const parent = resolveInside(base, dirname(given));
  const installed = join(withoutSlash(parent), basename(given));
  // What is installed must not be a link: the web server's user could have made it. A checkout may be one.
  const target = installedIn(installed) === null ? resolveInside(base, given) : installed;
  return kindOf(target, path) === 'file' ? verifyFile(target, options) : verifyFolder(target, options);
}

async function verifyFolder(folder: BytePath, options: VerifyOptions): Promise<Report> {
  const webRoot = installedIn(folder);
  const layout = webRoot === null ? standaloneLayout(folder) : findLayout({ ...options, webRoot: toText(webRoot) });
  const folderOf = webRoot === null ? () => fromLatin1('') : moduleFolder;
  const chain = new FolderChain(layout.roots[0] ?? folder);
  try {
    const name = webRoot === null ? standaloneName(chain, folder) : basename(folder);
    if (!isModule(chain, folderOf(name))) {
      throw new SigsweepError(
        'MODULE_NOT_FOUND',
        `${toText(folder)} is no module: it has neither a module.xml nor a module.sig`,
      );
    }
    const discovered = { modules: [name], strangers: [], links: [], problem: null };
    const { report } = await run({ layout, chain, options, names: [name], discovered, search: 'modules', folderOf });
    return report;
  } finally {
    chain.close();
  }
}

/** Nothing but its own `module.xml` says what a checkout is called: its folder may have any name. */
function standaloneName(chain: FolderChain, folder: BytePath): BytePath {
  const xml = readFileBelow(chain, MODULE_XML, MAX_TEXT_FILE_BYTES);
  const rawname = xml.ok ? readModuleXml(xml.bytes.toString('latin1')).rawname : null;
  return rawname === null ? basename(folder) : fromLatin1(rawname);
}

/** The web root that a module's folder is installed in; `null` when it lies elsewhere. */
function installedIn(folder: BytePath): BytePath | null {
  const modules = dirname(folder);
  return modules.endsWith(`/${MODULES_FOLDER}`) ? fromLatin1(modules.slice(0, -MODULES_FOLDER.length - 1)) : null;
}

function kindOf(target: BytePath, given: string): 'file' | 'folder' {
  try {
    return statSync(toFsPath(target)).isDirectory() ? 'folder' : 'file';
  } catch (cause) {
    throw new SigsweepError(
      'MODULE_NOT_FOUND',
      `${given}: give a module's folder, a package or a module.sig (${basenameText(given)} is not there or cannot be read)`,
      { cause },
    );
  }
}
