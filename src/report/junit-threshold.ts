import type { Report } from '../model.js';
import { SEVERITIES, type Severity } from '../types.js';

/** What makes the exit code 1 where nobody says otherwise. */
const DEFAULT_THRESHOLD: Severity = 'high';

/**
 * Which severities fail a test, so that tests and exit code say the same: what reaches the threshold of the scan. A
 * report does not hold it, but its exit code tells what it cannot be: 0 and 3, that nothing reaches it; 1, that
 * something does.
 */
export function failingSeverities({ exitCode, summary }: Report): ReadonlySet<Severity> {
  const worst = SEVERITIES.find((severity) => summary.findings[severity] > 0);
  if (exitCode === 0 || exitCode === 3 || worst === undefined) return new Set();
  const least = Math.max(SEVERITIES.indexOf(DEFAULT_THRESHOLD), exitCode === 1 ? SEVERITIES.indexOf(worst) : 0);
  return new Set(SEVERITIES.slice(0, least + 1));
}
