import type { ModuleState, PlacedFinding } from './changes.js';
import type { BytePath } from './files/bytepath.js';
import type { ModuleReport, SignatureReport, Summary } from './model.js';
import type { ScanKind, Severity } from './types.js';

/** A scan as it is remembered. */
export interface ScanRecord {
  /** From 1, in the order of time; never used twice. */
  readonly id: number;
  /** Absolute path of the web root. */
  readonly root: BytePath;
  readonly kind: ScanKind;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly complete: boolean;
  /** Whether it looked at everything below the web root, and not at single modules only. */
  readonly whole: boolean;
  /** Bit set of {@link Reach}. */
  readonly reach: number;
  /** Least severity that made its exit code 1. */
  readonly failOn: Severity;
  readonly exitCode: number;
  /** Findings, of the least bad, that are not remembered because there were too many. */
  readonly leftOut: number;
  readonly summary: Summary;
  readonly notes: readonly string[];
}

/** How far a scan looked for what nobody signed: what one did not look for is not gone. */
export const Reach = {
  /** On other file systems than the web root's, too. */
  everyFileSystem: 1,
  /** In whole files and in dependencies (`--deep`). */
  deep: 2,
} as const;

/** A finding as it is remembered. */
export interface StoredFinding extends PlacedFinding {
  /** The same for the same finding in every scan. */
  readonly key: string;
  readonly exempted: boolean;
  /** The least reach that found it. */
  readonly reach: number;
}

export interface StoredModule extends ModuleState {
  /** One sentence; '' for a good module. */
  readonly reason: string;
  /** `null` where an older release remembered it. */
  readonly details: ModuleDetails | null;
}

/** What is remembered of a module to show its report again, besides what is compared. */
export interface ModuleDetails extends Pick<ModuleReport, 'path' | 'listed' | 'hashed' | 'reused' | 'unchecked'> {
  readonly signature: Pick<SignatureReport, 'keyId' | 'digest' | 'trust' | 'warnings'> | null;
}

/** What one scan found. */
export interface Snapshot {
  readonly scan: ScanRecord;
  readonly modules: ReadonlyMap<BytePath, StoredModule>;
  /** By key. */
  readonly findings: ReadonlyMap<string, StoredFinding>;
}
