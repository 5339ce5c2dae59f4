import type { Severity, Verdict } from '../../../types.js';

// What a page shows, as text: names and notes are escaped already. Times are seconds since the epoch.

export interface ShownFinding {
  readonly severity: Severity;
  /** `altered`, `unlisted code`, `module revoked`. */
  readonly what: string;
  /** 0 outside of modules, else the module's place in the report and one more. */
  readonly place: number;
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  /** Not there at the scan that this one is compared with. */
  readonly isNew: boolean;
  /** No verified manifest says what belongs there. */
  readonly uncovered: boolean;
  readonly expected: string | null;
  readonly actual: string | null;
  /** Bytes. */
  readonly size: number | null;
  readonly mode: number | null;
  /** `uid:gid`, as far as known. */
  readonly owner: string | null;
  readonly modified: number | null;
  readonly changed: number | null;
  readonly firstSeen: number | null;
  readonly note: string | null;
  readonly exemption: ShownExemption | null;
}

export interface ShownExemption {
  readonly reason: string;
  readonly author: string;
  /** A day. */
  readonly until: string;
}

/** A module, or what lies outside of them. */
export interface ShownPlace {
  readonly name: string;
  /** `null` outside of modules. */
  readonly verdict: Verdict | null;
  /** Of its worst finding that counts. */
  readonly severity: Severity | null;
  readonly reason: string;
  /** What to do next. */
  readonly advice: string;
}

/** A line of the table of modules. */
export interface ShownModule extends ShownPlace {
  readonly verdict: Verdict;
  /** Its place among {@link ShownPlace}s. */
  readonly place: number;
  readonly version: string;
  /** Fingerprint or key id; '' without a signature. */
  readonly signer: string;
  /** Why the signer counts or does not, in words. */
  readonly trust: string;
  /** A day; '' without a signature. */
  readonly signed: string;
  readonly listed: number;
  /** Findings that count. */
  readonly findings: number;
}

/** One area of the map. */
export interface ShownArea {
  readonly label: string;
  /** A module's place, or 0 for a folder outside of modules. */
  readonly place: number;
  /** A folder outside of modules, as `areaFolder` names it; `null` for a module and for several folders. */
  readonly folder: string | null;
  /** Listed files and those found beside them. */
  readonly files: number;
  readonly findings: number;
  readonly severity: Severity | null;
}
