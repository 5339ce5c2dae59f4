import type { Severity } from '../../../types.js';

/** What the chart stacks: the rest is of no concern from night to night. */
export const CHARTED: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** A scan in the chart. */
export interface ShownScan {
  readonly scan: number | null;
  /** `2026-11-22 02:31 UTC`. */
  readonly at: string;
  readonly complete: boolean;
  /** Of each {@link CHARTED} severity. */
  readonly counts: readonly number[];
}
