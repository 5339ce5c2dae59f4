import type { StoredFinding } from '../snapshot.js';

/** A finding that was there in the last scan that looked for it. */
export interface OpenFinding extends StoredFinding {
  /** Row of the database. */
  readonly id: number;
  readonly firstSeen: Date;
  /** When somebody was told of it last; `null` for never, or when it was exempted since. */
  readonly toldAt: Date | null;
}

/** Something besides findings that somebody is told of once: `incomplete`, `failed`, `verdict NAME`. */
export interface Condition {
  readonly name: string;
  readonly value: string;
  readonly toldAt: Date | null;
}

/** An alert that waits for a channel. */
export interface Waiting {
  readonly id: number;
  readonly channel: string;
  /** The event as JSON gives it back. */
  readonly event: object;
  readonly queuedAt: Date;
  readonly tries: number;
  /** Why it could not be delivered last; '' before the first try. */
  readonly problem: string;
}
