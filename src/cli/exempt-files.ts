import { resolve } from 'node:path';
import type { PlacedFinding } from '../changes.js';
import { SigsweepError } from '../errors.js';
import { type BytePath, basename, dirname, fromLatin1, fromText, join, toText } from '../files/bytepath.js';
import type { Report } from '../model.js';
import { placedFindings } from '../report/findings.js';
import type { ScanOptions } from '../scan/options.js';
import { scan } from '../scan/scan.js';
import { existingFolder, pathInside } from '../scan/system/given-paths.js';
import { findLayout, type LayoutOptions, moduleFolderOf } from '../scan/system/layout.js';
import { resolveInside } from '../scan/system/resolve.js';
import { withoutSlash } from '../scan/system/system.js';
import { type SystemArguments, systemOptions, type TrustArguments, trustOptions } from './arguments.js';

/** Where files lie, and whose signatures count there. */
export interface FileArguments extends TrustArguments, SystemArguments {
  readonly webRoot?: string;
}

/** The library's options for the place of the system. */
export function layoutOptions(given: FileArguments): LayoutOptions {
  return { ...systemOptions(given), ...(given.webRoot === undefined ? {} : { webRoot: given.webRoot }) };
}

/**
 * The findings on files of this machine, by a scan of no more than it takes.
 * @throws SigsweepError NOT_EXEMPTIBLE where there is none on one of them, and what {@link scan} throws.
 */
export async function findingsOnFiles(
  paths: readonly string[],
  given: FileArguments,
  signal: AbortSignal,
): Promise<readonly PlacedFinding[]> {
  const system = layoutOptions(given);
  const files = paths.map((path) => ({ path, file: fileNamed(path, given.root) }));
  const modules = modulesOf(
    files.map(({ file }) => file),
    findLayout(system).roots[0] ?? fromLatin1(''),
  );
  const report = await scanFor(modules, { ...trustOptions(given), ...system, signal });
  if (signal.aborted) return [];
  const placed = [...placedFindings(report)];
  return files.flatMap(({ path, file }) => findingsOn(file, placed, path));
}

/**
 * The path under which a report knows a file: links above it are followed, the file itself is not.
 * @param root the `/` of another system, as the user wrote it.
 */
function fileNamed(path: string, root: string | undefined): BytePath {
  const base = root === undefined ? fromLatin1('') : existingFolder(root, '--root');
  const given = root === undefined ? fromText(resolve(path)) : pathInside(path, root, base);
  return join(withoutSlash(resolveInside(base, dirname(given))), basename(given));
}

/** The folders among the modules that the files lie in; `null` where one lies outside of them. */
function modulesOf(files: readonly BytePath[], webRoot: BytePath): readonly string[] | null {
  // It installs files in other modules' places too.
  const names = new Set(['framework']);
  for (const file of files) {
    if (!file.startsWith(`${webRoot}/`)) return null;
    const folder = moduleFolderOf(fromLatin1(file.slice(webRoot.length + 1)));
    if (folder === null) return null;
    names.add(toText(basename(folder)));
  }
  return [...names];
}

async function scanFor(modules: readonly string[] | null, options: ScanOptions): Promise<Report> {
  if (modules === null) return scan(options);
  try {
    return await scan({ ...options, modules });
  } catch (error) {
    // What lies among the modules need not be one.
    if (error instanceof SigsweepError && error.code === 'MODULE_NOT_FOUND') return scan(options);
    throw error;
  }
}

function findingsOn(file: BytePath, placed: readonly PlacedFinding[], path: string): readonly PlacedFinding[] {
  const exact = placed.filter(({ finding }) => finding.file === file);
  if (exact.length > 0) return exact;
  // What a shell hands over is text by now: bytes that are none have all become the same character.
  const alike = placed.filter(({ finding }) => toText(finding.file) === toText(file));
  const [first] = alike;
  if (placed.some(({ finding }) => finding.file.startsWith(`${file}/`))) {
    throw new SigsweepError(
      'NOT_EXEMPTIBLE',
      `${path}: this is a folder, so name the files in it, or use --scan and --path`,
    );
  }
  if (first === undefined) {
    throw new SigsweepError(
      'NOT_EXEMPTIBLE',
      `${path}: a scan finds nothing on it that counts, so nothing was written`,
    );
  }
  if (alike.some(({ finding }) => finding.file !== first.finding.file)) {
    throw new SigsweepError(
      'NOT_EXEMPTIBLE',
      `${path}: several names read like this one; use --scan and --path instead`,
    );
  }
  return alike;
}
