import { fromLatin1, join } from '../files/bytepath.js';
import type { Finding } from '../model.js';
import type { Severity } from '../types.js';
import { IGNORED_MODULE } from './discover.js';
import type { SignedFile } from './judge-unlisted.js';
import type { JudgedModule } from './judged-module.js';
import { moduleFolder } from './layout.js';
import { isCodeName } from './names.js';
import { SIGNATURE_FILE } from './signed-module.js';
import type { Area } from './unlisted.js';
import { severityOfUncovered } from './verdict.js';

/** SHA-256 → which module's file has these bytes, and whether it runs there. Only of signatures that count today. */
export function signedFilesOf(modules: readonly JudgedModule[]): Map<string, SignedFile> {
  const files = new Map<string, SignedFile>();
  for (const { module } of modules) {
    if (module.problem !== null) continue;
    for (const [listed, hash] of module.manifest?.entries ?? []) {
      const runs = isCodeName(listed);
      // Of equal files the one that runs: what may run there may lie elsewhere.
      if (files.get(hash)?.runs !== true) files.set(hash, { name: `${module.name}/${listed}`, runs });
    }
  }
  return files;
}

/** Paths below the web root that are listed by a verified manifest, and the signature files themselves. */
export function knownPaths(modules: readonly JudgedModule[]): Set<string> {
  const known = new Set<string>();
  for (const { module, plan } of modules) {
    known.add(join(module.folder, SIGNATURE_FILE));
    for (const { place } of plan.files) if (place.root === 0) known.add(place.path);
  }
  return known;
}

/** Each module's folder, and the rest of the web root, which is as well covered as `framework` is. */
export function areasOf(modules: readonly JudgedModule[], outside: Finding[]): Map<string, Area> {
  const areas = new Map<string, Area>();
  let frameworkUncovered: Severity | null = null;
  for (const { module, unlisted } of modules) {
    const uncovered =
      module.problem === null || module.manifest !== null ? null : severityOfUncovered(module.problem.verdict);
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
