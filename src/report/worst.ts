import type { PlacedFinding } from '../changes.js';
import { type BytePath, fromLatin1 } from '../files/bytepath.js';
import type { Finding } from '../finding.js';
import { MAX_KEPT_FINDINGS, MAX_KEPT_MODULES, MAX_KEPT_PATH_BYTES } from '../limits.js';
import type { ModuleReport } from '../model.js';
import { SEVERITIES } from '../types.js';

/**
 * As many findings as may be kept, the worst first, and how many there are. There may be millions; as many as wanted can
 * be planted, so that of the same severity those of signed files go first.
 */
export function worstFindings(found: Iterable<PlacedFinding>): { placed: PlacedFinding[]; total: number } {
  const byRank: PlacedFinding[][] = SEVERITIES.flatMap(() => [[], []]);
  let total = 0;
  for (const placed of found) {
    const { kind, severity } = placed.finding;
    total += 1;
    const alike = byRank[SEVERITIES.indexOf(severity) * 2 + Number(kind === 'unlisted')];
    if (alike !== undefined && alike.length < MAX_KEPT_FINDINGS) alike.push(placed);
  }
  return { placed: byRank.flat().slice(0, MAX_KEPT_FINDINGS), total };
}

/** Of too many modules those that their signers vouch for or ought to, then the signed ones: anybody can make folders. */
export function mostKnown(modules: readonly ModuleReport[]): readonly ModuleReport[] {
  if (modules.length <= MAX_KEPT_MODULES) return modules;
  const byRank: ModuleReport[][] = [[], [], []];
  for (const module of modules) byRank[rankOf(module)]?.push(module);
  return byRank.flat().slice(0, MAX_KEPT_MODULES);
}

/** The finding, its names and its note shortened where all together are too long to be kept. */
export function withShortNames(finding: Finding): Finding {
  const { path, file, note } = finding;
  if (path.length + file.length + (note?.length ?? 0) <= MAX_KEPT_PATH_BYTES) return finding;
  return {
    ...finding,
    path: shortened(path),
    file: shortened(file),
    ...(note === undefined ? {} : { note: shortened(note) }),
  };
}

/** Keeps the beginning and the end: the name at the end tells more than any folder. */
export function shortened(bytes: string): BytePath {
  if (bytes.length <= MAX_KEPT_PATH_BYTES) return fromLatin1(bytes);
  const half = (MAX_KEPT_PATH_BYTES - 5) / 2;
  return fromLatin1(`${bytes.slice(0, half)} ... ${bytes.slice(-half)}`);
}

function rankOf({ name, verdict }: ModuleReport): number {
  if (verdict === 'good' || verdict === 'tampered' || name === 'framework' || name === 'core') return 0;
  return verdict === 'unsigned' ? 2 : 1;
}
