import { fromLatin1, join } from '../files/bytepath.js';
import type { Finding } from '../model.js';
import type { Severity } from '../types.js';
import { IGNORED_MODULE } from './discover.js';
import type { JudgedModule } from './judged-module.js';
import { moduleFolder } from './layout.js';
import { SIGNATURE_FILE } from './signed-module.js';
import type { Area } from './unlisted.js';
import { severityOfVerdict } from './verdict.js';

/** SHA-256 → which module's file has these bytes. */
export function signedHashesOf(modules: readonly JudgedModule[]): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const { module } of modules) {
    for (const [listed, hash] of module.manifest?.entries ?? []) {
      if (!hashes.has(hash)) hashes.set(hash, `${module.name}/${listed}`);
    }
  }
  return hashes;
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
      module.problem === null || module.manifest !== null
        ? null
        : severityOfVerdict(module.problem.verdict, module.name);
    areas.set(module.folder, { folder: module.folder, uncovered, findings: unlisted });
    if (module.name === 'framework') frameworkUncovered = uncovered;
  }
  const webRoot = fromLatin1('');
  // FreePBX leaves this module unsigned and never looks at it; an intruder would.
  areas.set(moduleFolder(IGNORED_MODULE), { folder: webRoot, uncovered: 'medium', findings: outside });
  // A module that stands alone is its own root.
  if (!areas.has('')) areas.set('', { folder: webRoot, uncovered: frameworkUncovered, findings: outside });
  return areas;
}
