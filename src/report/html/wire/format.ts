import type { ShownArea, ShownExemption, ShownPlace } from '../shown/types.js';

// How findings travel from the report's writer to the script of its page: rows of numbers that point into tables of
// texts. A hundred thousand findings share a few hundred folders, owners, times and notes.

/** What a row's first column points to: what many findings have in common. */
export type Head = readonly [severity: number, what: string, isNew: 0 | 1, uncovered: 0 | 1];

/** Texts that rows point to. Each piece brings those that no piece before it had. */
export interface Tables {
  readonly heads: readonly Head[];
  /** With their slash at the end; '' for none. */
  readonly folders: readonly string[];
  /** Lower-case hex. */
  readonly hashes: readonly string[];
  readonly owners: readonly string[];
  readonly notes: readonly string[];
  readonly exemptions: readonly ShownExemption[];
}

/** Of everything but the head, the place, the folder and the name, `null` where there is none. */
export type Row = readonly [
  head: number,
  place: number,
  folder: number,
  name: string,
  /** The folder of the absolute path where its name is the same, or that path itself. */
  file: number | string,
  expected: number | null,
  actual: number | null,
  size: number | null,
  mode: number | null,
  owner: number | null,
  modified: number | null,
  changed: number | null,
  firstSeen: number | null,
  note: number | null,
  exemption: number | null,
];

export interface Piece extends Tables {
  readonly rows: readonly Row[];
}

/** What a page's script knows besides the findings. */
export interface PageData {
  /** What findings' places point to. */
  readonly places: readonly ShownPlace[];
  readonly areas: readonly ShownArea[];
  /** Whether new findings are told from old ones. */
  readonly compared: boolean;
}
