import { type BytePath, fromLatin1, join } from '../files/bytepath.js';
import { isCodeName, isServerRun } from '../files/names.js';
import type { Finding } from '../model.js';
import type { Severity } from '../types.js';
import type { JudgedModule, PlannedModule } from './judged-module.js';
import { SIGNATURE_FILE, type SignedModule } from './signature/signed-module.js';
import { IGNORED_MODULE } from './system/discover.js';
import { moduleFolder, moduleFolderOf } from './system/layout.js';
import type { SignedFile } from './unlisted/judge-unlisted.js';
import type { SearchUnit } from './unlisted/tree.js';
import type { Area } from './unlisted/unlisted.js';
import { severityOfUncovered } from './verdict.js';

/** SHA-256 → which module's file has these bytes. Only of signatures that count today. */
export function signedFilesOf(modules: readonly PlannedModule[]): Map<string, SignedFile> {
  const signed = new Map<string, SignedFile>();
  for (const { module, plan } of modules) {
    if (module.problem !== null) continue;
    for (const files of [plan.files, plan.unchecked]) {
      for (const file of files) {
        // Of equal files the one that runs: what may run there may lie elsewhere.
        const known = signed.get(file.expected);
        if (known === undefined || rank(known.listed) < rank(file.listed)) signed.set(file.expected, file);
      }
    }
  }
  return signed;
}

function rank(name: BytePath): number {
  return isServerRun(name) ? 2 : isCodeName(name) ? 1 : 0;
}

/** Path below the web root → SHA-256 of the signed file that the module `ucp` copies there: its `htdocs`. */
export function installedCopies(modules: readonly PlannedModule[]): Map<string, string> {
  const copies = new Map<string, string>();
  const ucp = modules.find(({ module }) => module.name === 'ucp' && module.problem === null)?.module;
  for (const [listed, hash] of ucp?.manifest?.entries ?? []) {
    if (listed.startsWith('htdocs/')) copies.set(`ucp/${listed.slice('htdocs/'.length)}`, hash);
  }
  return copies;
}

/**
 * What is searched, each with the paths that belong there: those that a verified manifest lists, and the signature files
 * themselves. The modules' folders and, with `whole`, the rest of the web root last.
 */
export function unitsOf(modules: readonly PlannedModule[], whole: boolean): SearchUnit[] {
  const known = new Map<string, BytePath[]>(modules.map(({ module }) => [module.folder, []]));
  const rest: BytePath[] = [];
  for (const { module, plan } of modules) {
    const own = known.get(module.folder) ?? rest;
    own.push(join(module.folder, SIGNATURE_FILE));
    const folder = module.folder === '' ? '' : `${module.folder}/`;
    for (const { root, path } of plan.files) {
      if (root !== 0) continue;
      if (path.startsWith(folder)) own.push(path);
      else (known.get(moduleFolderOf(path) ?? '') ?? rest).push(path);
    }
  }
  const folders = modules.map(({ module }) => module.folder);
  const units = folders.map((folder) => ({ folder, known: known.get(folder) ?? [], skip: [] }));
  return whole ? [...units, { folder: fromLatin1(''), known: rest, skip: folders }] : units;
}

/** How bad it is that no verified manifest says what belongs to a module; `null` where one does. */
export function uncoveredOf({ problem, manifest }: SignedModule): Severity | null {
  return problem === null || manifest !== null ? null : severityOfUncovered(problem.verdict);
}

/** Each module's folder, and the rest of the web root, which is as well covered as `framework` is. */
export function areasOf(modules: readonly JudgedModule[], outside: Finding[]): Map<string, Area> {
  const areas = new Map<string, Area>();
  let frameworkUncovered: Severity | null = null;
  for (const { module, unlisted } of modules) {
    const uncovered = uncoveredOf(module);
    areas.set(module.folder, { folder: module.folder, uncovered, findings: unlisted });
    if (module.name === 'framework') frameworkUncovered = uncovered;
  }
  const webRoot = fromLatin1('');
  // FreePBX leaves this module unsigned and never looks at it; an intruder would.
  areas.set(moduleFolder(IGNORED_MODULE), { folder: webRoot, uncovered: 'high', findings: outside });
  // A module that stands alone is its own root.
  if (!areas.has('')) areas.set('', { folder: webRoot, uncovered: frameworkUncovered, findings: outside });
  return areas;
}
