import type { BytePath } from './files/bytepath.js';
import type { ModuleReport } from './model.js';
import type { Verdict } from './types.js';

/** What becomes of a module whose verdict asks for it to be disabled. */
export type Outcome =
  /** It would be disabled, had somebody said yes. */
  | 'would-be-disabled'
  | 'disabled'
  /** FreePBX says that it was not enabled. */
  | 'already-disabled'
  /** What should disable it did not succeed. */
  | 'failed'
  /** It is none that could be disabled. */
  | 'impossible'
  /** Nothing was tried: the run ended before, or could not begin. */
  | 'not-tried';

/** A module whose verdict asks for it to be disabled, and what became of it. */
export interface EnforcedModule {
  readonly name: BytePath;
  readonly version: string | null;
  readonly verdict: Verdict;
  /** Primary-key fingerprint; `null` where nobody signed, or the key is not at hand. */
  readonly signer: string | null;
  /** Why it has this verdict, in one sentence. May quote names: escape it like them. */
  readonly reason: string;
  readonly outcome: Outcome;
  /** Why it is not disabled, in words that are safe to show; '' where it is, or would be. */
  readonly detail: string;
}

/** What `sigsweep enforce` did, or would do. */
export interface Enforcement {
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly root: BytePath;
  /** Whether modules were disabled, or only listed. */
  readonly dryRun: boolean;
  /** The verdicts by which modules are disabled. */
  readonly verdicts: readonly Verdict[];
  /** The program and its arguments before a module's name; `null` where none was needed, or none may be run. */
  readonly command: readonly string[] | null;
  /** Why nothing more was, or would be, disabled: one sentence with what to do; `null` where nothing stands in the way. */
  readonly problem: string | null;
  /** Whether every module was looked at to the end. */
  readonly complete: boolean;
  readonly notes: readonly string[];
  readonly modules: readonly EnforcedModule[];
  /** Modules of which nothing could be said, and which are therefore never disabled. */
  readonly unverified: readonly Pick<ModuleReport, 'name' | 'reason'>[];
  readonly exitCode: number;
}
