import type { BytePath } from '../files/bytepath.js';
import type { Exemption } from '../finding.js';
import type { Glob } from './glob.js';

/** The kinds of findings that an exemption can be about. */
export const EXEMPTIBLE_KINDS = ['altered', 'missing', 'unlisted', 'downgraded'] as const;
export type ExemptibleKind = (typeof EXEMPTIBLE_KINDS)[number];

/** One entry of the exemptions file: which finding may be there, with which content, until when. */
export interface ExemptionEntry extends Exemption {
  /** `null` for what lies outside of modules. */
  readonly module: BytePath | null;
  /** As {@link Finding.path}: exactly this one, or every one that the glob matches. */
  readonly place: BytePath | Glob;
  /** `null`: whatever the content tells, so not `missing`. */
  readonly kind: ExemptibleKind | null;
  /** SHA-256 that the content must have, 64 lower-case hex digits; `null` for any content. */
  readonly sha256: string | null;
}

/** An entry for one path, as the program writes it. */
export interface ExactEntry extends ExemptionEntry {
  readonly place: BytePath;
}

/** What no two entries of a file may share. */
export function identityOf({ module, place, kind, sha256 }: ExemptionEntry): string {
  const shape = typeof place === 'string' ? 'path' : 'glob';
  return [module ?? '/', shape, place.toString(), kind ?? '', sha256 ?? ''].join('\0');
}

/** Whether an entry has ended; it holds to the last millisecond that it names. */
export function hasEnded({ expires }: Pick<Exemption, 'expires'>, now: Date): boolean {
  return now > expires;
}
