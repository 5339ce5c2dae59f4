import type { Finding } from '../model.js';
import type { ListedResults, ModulePlan } from './listed.js';
import type { SignedModule } from './signature/signed-module.js';

/** A module whose signature has been judged, with what of it is to be checked. */
export interface PlannedModule {
  readonly module: SignedModule;
  readonly plan: ModulePlan;
}

/** One module on its way from its signature to its report. */
export interface JudgedModule extends PlannedModule {
  readonly results: Pick<
    ListedResults,
    'findings' | 'hashed' | 'reused' | 'stamps' | 'answered' | 'unverified' | 'tampered'
  >;
  /** Findings on files in its folder that its manifest does not list. */
  readonly unlisted: Finding[];
}
