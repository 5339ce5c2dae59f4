import type { BytePath } from './files/bytepath.js';
import type { Finding } from './finding.js';
import type { Verdict } from './types.js';

/** A finding and the module it belongs to; `null` outside of modules. */
export interface PlacedFinding {
  readonly module: BytePath | null;
  readonly finding: Finding;
}

/** What is remembered of a module from one scan to the next. */
export interface ModuleState {
  readonly verdict: Verdict;
  readonly version: string | null;
  /** Primary-key fingerprint, 40 upper-case hex digits; `null` when the key was not at hand. */
  readonly signer: string | null;
  /** `null` where there was no signature that could be read. */
  readonly signedAt: Date | null;
  /** SHA-256 of the signed text, as in {@link SignatureReport}. */
  readonly textSha256: string | null;
}

/**
 * What happened to a module between two scans. `upgraded` and `downgraded` are told by the dates of valid signatures;
 * `unsigned`: it had a signature before; `verdict`: any other change of it.
 */
export type ModuleChangeKind =
  | 'installed'
  | 'upgraded'
  | 'downgraded'
  | 'signer-changed'
  | 'unsigned'
  | 'verdict'
  | 'vanished';

export const MODULE_CHANGE_KINDS: readonly ModuleChangeKind[] = [
  'installed',
  'upgraded',
  'downgraded',
  'signer-changed',
  'unsigned',
  'verdict',
  'vanished',
];

export interface ModuleChange {
  readonly module: BytePath;
  /** At least one. */
  readonly kinds: readonly ModuleChangeKind[];
  /** `null` where it was not there. */
  readonly before: ModuleState | null;
  /** `null` where it is not there any more. */
  readonly after: ModuleState | null;
}

/** What is not as an earlier scan found it. */
export interface Changes {
  /** The earlier scan. */
  readonly since: { readonly scan: number; readonly startedAt: Date };
  readonly modules: readonly ModuleChange[];
  /** Findings that the earlier scan did not have. */
  readonly added: readonly PlacedFinding[];
  /** Findings of the earlier scan that are gone. */
  readonly gone: readonly PlacedFinding[];
  /** How many findings both have. */
  readonly still: number;
}
