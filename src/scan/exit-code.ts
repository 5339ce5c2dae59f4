import type { Summary } from '../model.js';
import { SEVERITIES, type Severity } from '../types.js';

/** What a scan tells the shell. 2 (could not run) and 130/143 (interrupted) are the command line's. */
export const ExitCode = { clean: 0, findings: 1, failed: 2, incomplete: 3 } as const;

/** 1 for findings at or above `failOn`, otherwise 3 when something was not looked at, otherwise 0. */
export function exitCodeOf(summary: Pick<Summary, 'findings'>, complete: boolean, failOn: Severity): number {
  const counting = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  if (counting.some((severity) => summary.findings[severity] > 0)) return ExitCode.findings;
  return complete ? ExitCode.clean : ExitCode.incomplete;
}
