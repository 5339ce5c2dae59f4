import { SEVERITIES, type Severity } from '../../../types.js';

/** Orders by severity, the worst first and nothing last. */
export function rankOf(severity: Severity | null): number {
  return severity === null ? SEVERITIES.length : SEVERITIES.indexOf(severity);
}
