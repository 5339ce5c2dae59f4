import type { BytePath } from './files/bytepath.js';
import type { Finding } from './finding.js';
import type { Verdict } from './types.js';

/** A finding and the module it belongs to; `null` outside of modules. */
export interface PlacedFinding {
  /** The module's name. */
  readonly module: BytePath | null;
  /** The finding itself. */
  readonly finding: Finding;
}

/** What is remembered of a module from one scan to the next. */
export interface ModuleState {
  /** What the scan said of it. */
  readonly verdict: Verdict;
  /** `<version>` of its `module.xml`; `null` where there was none. */
  readonly version: string | null;
  /** Primary-key fingerprint, 40 upper-case hex digits; `null` when the key was not at hand. */
  readonly signer: string | null;
  /** When the signature says it was made; `null` where there was none that could be read. */
  readonly signedAt: Date | null;
  /** SHA-256 of the signed text, with LF line ends, 64 lower-case hex digits; `null` as for `signedAt`. */
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

/** What became of one module since the earlier scan. */
export interface ModuleChange {
  /** Its name. */
  readonly module: BytePath;
  /** What happened, in one word each; at least one. */
  readonly kinds: readonly ModuleChangeKind[];
  /** As the earlier scan found it; `null` where it was not there. */
  readonly before: ModuleState | null;
  /** As this scan found it; `null` where it is not there any more. */
  readonly after: ModuleState | null;
}

/** What is not as an earlier scan found it. */
export interface Changes {
  /** The earlier scan. */
  readonly since: {
    /** Its number in the history. */
    readonly scan: number;
    /** When it began. */
    readonly startedAt: Date;
  };
  /** Modules that are not as they were. */
  readonly modules: readonly ModuleChange[];
  /** Findings that the earlier scan did not have. */
  readonly added: readonly PlacedFinding[];
  /** Findings of the earlier scan that are gone. */
  readonly gone: readonly PlacedFinding[];
  /** How many findings both have. */
  readonly still: number;
}
