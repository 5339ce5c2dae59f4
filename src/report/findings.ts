import type { PlacedFinding } from '../changes.js';
import type { Finding } from '../finding.js';
import type { ModuleReport, Report } from '../model.js';
import { SEVERITIES, type Severity } from '../types.js';
import { isExempted, isSettled } from './advice.js';

/** Every finding of a report, with its module: modules in their order, then what lies outside. */
export function* placedFindings(report: Report): Generator<PlacedFinding> {
  for (const { name, findings } of report.modules) {
    for (const finding of findings) yield { module: name, finding };
  }
  for (const finding of report.tree.findings) yield { module: null, finding };
}

/** The worst of what counts; `null` where nothing does. */
export function worstOf(findings: readonly Finding[]): Severity | null {
  const counting = new Set<Severity>();
  for (const finding of findings) if (!isExempted(finding)) counting.add(finding.severity);
  return SEVERITIES.find((severity) => counting.has(severity)) ?? null;
}

/**
 * How bad a module is: by its verdict, or by the worst of its files that counts; `null` where nothing does. Of a tampered
 * one the files may be left out, where a remembered scan had too many: nobody knows then that they are harmless.
 */
export function severityOf(module: Pick<ModuleReport, 'verdict' | 'severity' | 'findings'>): Severity | null {
  const { verdict, severity, findings } = module;
  const unknown = verdict === 'tampered' && !isSettled(module) ? 'critical' : null;
  return severity ?? worstOf(findings) ?? unknown;
}

/** When a scan began, and the one that it was compared with. */
export interface Comparison {
  readonly startedAt: Date;
  readonly since: Date;
}

/** What a finding's age is told by; `null` where the scan was compared with none. */
export function comparisonOf({ changes, startedAt }: Pick<Report, 'changes' | 'startedAt'>): Comparison | null {
  return changes === null ? null : { startedAt, since: changes.since.startedAt };
}

/** Whether the scan compared with had not seen it. */
export function isNew(compared: Comparison | null, { firstSeen }: Finding): boolean {
  if (compared === null || firstSeen === undefined) return false;
  const { startedAt, since } = compared;
  // A scan in between may have seen it, and the clock of the one compared with may have been ahead.
  return firstSeen > since || firstSeen.getTime() === startedAt.getTime();
}
