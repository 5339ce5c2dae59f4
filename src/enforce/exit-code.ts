import type { Enforcement } from '../enforcement.js';
import { ExitCode } from '../scan/exit-code.js';

/**
 * What the shell is told: 1 where modules are to be disabled and nobody said yes, 2 where the run could not begin or go
 * on, 3 where one is not disabled or not everything was looked at, otherwise 0.
 */
export function exitCodeOf(enforcement: Pick<Enforcement, 'dryRun' | 'problem' | 'complete' | 'modules'>): number {
  const { dryRun, problem, complete, modules } = enforcement;
  if (!dryRun && problem !== null) return ExitCode.failed;
  if (modules.some(({ outcome }) => outcome === 'would-be-disabled')) return ExitCode.findings;
  const allDone = modules.every(({ outcome }) => outcome === 'disabled' || outcome === 'already-disabled');
  return complete && allDone ? ExitCode.clean : ExitCode.incomplete;
}
