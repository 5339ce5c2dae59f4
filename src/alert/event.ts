import type { FindingKind, Severity, UnlistedClass, Verdict } from '../types.js';

/**
 * Why somebody is told. `findings`: new ones; `verdict`: a module's verdict is another one; `incomplete`: not everything
 * could be looked at; `failed`: the scan could not run; `moved`:
 * nobody named the web root, and it is another one than before; `recovered`: what was told before is over; `reminder`: what was
 * told before is still there; `test`: nothing happened.
 */
export type AlertReason =
  | 'findings'
  | 'verdict'
  | 'incomplete'
  | 'failed'
  | 'moved'
  | 'recovered'
  | 'reminder'
  | 'test';

/** A finding as an alert carries it: text and numbers only, names decoded and escaped. */
export interface AlertFinding {
  /** `null` outside of modules. */
  readonly module: string | null;
  readonly kind: FindingKind;
  readonly path: string;
  /** Absolute path. */
  readonly file: string;
  readonly severity: Severity;
  readonly class?: UnlistedClass;
  readonly expected?: string;
  readonly actual?: string;
  readonly note?: string;
  /** Set where nothing says what belongs in this place: it is the module that is in question, not this file. */
  readonly uncovered?: true;
  /** ISO 8601, UTC. */
  readonly firstSeen?: string;
}

/** A module whose verdict is not what it was. */
export interface AlertVerdict {
  readonly module: string;
  /** `null` where the module was not there; not given where no earlier scan is known. */
  readonly before?: Verdict | null;
  /** `null` where it is not there any more. */
  readonly after: Verdict | null;
  readonly version: string | null;
  /** One sentence; '' for a good module. */
  readonly reason: string;
}

/**
 * What happened, as one message: plain JSON, so that it can wait in the state until it could be delivered, and is the
 * same for every channel and every try.
 */
export interface AlertEvent {
  /** Names the contract. */
  readonly schema: 'sigsweep/alert@1';
  /** The same in every try and channel, so that a receiver knows one that it has already. */
  readonly id: string;
  /** At least one. */
  readonly reasons: readonly AlertReason[];
  /** One sentence that says it all: `3 new findings, 2 critical`. */
  readonly headline: string;
  /** The worst that is new, or still there in a reminder; `info` where nothing is bad. */
  readonly severity: Severity;
  readonly host: string;
  /** The web root. */
  readonly root: string;
  /** When the scan began; ISO 8601, UTC. */
  readonly at: string;
  /** The scan's number in the history; `null` where it is not kept. */
  readonly scan: number | null;
  readonly exitCode: number;
  readonly complete: boolean;
  /** New findings, or in a reminder all that are still there; the worst first. */
  readonly findings: readonly AlertFinding[];
  /** How many more there are than `findings` lists. */
  readonly moreFindings: number;
  /** Findings told before that are gone. */
  readonly gone: readonly AlertFinding[];
  readonly moreGone: number;
  /** The worst first. */
  readonly verdicts: readonly AlertVerdict[];
  readonly moreVerdicts: number;
  /** What else a reader should know: why the scan is incomplete, or could not run. */
  readonly notes: readonly string[];
}

/** Most findings, most that are gone, and most verdicts that one alert lists. */
export const MOST_ALERT_FINDINGS = 100;
