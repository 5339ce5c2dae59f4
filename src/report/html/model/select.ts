import type { Findings } from '../wire/decode.js';
import { areaFolder } from './folder.js';

/** What of the findings a reader wants to see. */
export interface Wanted {
  /** Places of severities. */
  readonly severities: ReadonlySet<number>;
  /** One kind of finding, as `Findings.whats` has it; `null` for all. */
  readonly what: string | null;
  readonly newOnly: boolean;
  readonly exempted: boolean;
  /** A module's place, or 0 and a folder; `null` for everywhere. */
  readonly scope: Scope | null;
  /** Part of a path, or the beginning of a hash. */
  readonly words: string;
}

export interface Scope {
  readonly place: number;
  /** Only of place 0; `null` for all of it. */
  readonly folder: string | null;
}

/** So much of a hash is enough to mean one. */
const HASH = /^[0-9a-f]{4,64}$/;

/** The numbers of the findings that are wanted, in their order. */
export function select(findings: Findings, wanted: Wanted): number[] {
  const what = wanted.what === null ? -1 : findings.whats.indexOf(wanted.what);
  const words = wanted.words.trim().toLowerCase();
  const hashes = HASH.test(words) ? findings.hashesLike(words) : new Set<number>();
  const selected: number[] = [];
  for (let index = 0; index < findings.length; index += 1) {
    if (!wanted.severities.has(findings.severity[index] ?? 0)) continue;
    if (wanted.what !== null && findings.what[index] !== what) continue;
    if (wanted.newOnly && findings.isNew[index] === 0) continue;
    if (!wanted.exempted && findings.exempted[index] === 1) continue;
    if (!isInside(findings, index, wanted.scope)) continue;
    if (words !== '' && !findings.text(index).includes(words)) {
      if (hashes.size === 0 || !findings.hasHash(index, hashes)) continue;
    }
    selected.push(index);
  }
  return selected;
}

function isInside(findings: Findings, index: number, scope: Scope | null): boolean {
  if (scope === null) return true;
  if (findings.place[index] !== scope.place) return false;
  return scope.folder === null || areaFolder(findings.path(index)) === scope.folder;
}
