import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type AlertEvent, type AlertFinding, type AlertVerdict, MOST_ALERT_FINDINGS } from '../alert/event.js';
import type { PlacedFinding } from '../changes.js';
import { escapeInvalid } from '../report/escape.js';
import { severityOfVerdict } from '../scan/verdict.js';
import { SEVERITIES, type Severity } from '../types.js';
import { countInWords } from '../words.js';
import type { Decision, VerdictNews } from './decide.js';
import type { Taken } from './take.js';

/** The message about a scan. */
export function alertOfScan(decision: Decision, { scan }: Taken, number: number | null): AlertEvent {
  const findings = [...decision.findings].sort((a, b) => rank(a.finding.severity) - rank(b.finding.severity));
  const verdicts = decision.verdicts.map(verdictOf);
  return {
    schema: 'sigsweep/alert@1',
    id: randomUUID(),
    reasons: decision.reasons,
    headline: headlineOf(decision),
    severity: worstOf(decision),
    host: hostname(),
    root: escapeInvalid(scan.root),
    at: scan.startedAt.toISOString(),
    scan: number,
    exitCode: scan.exitCode,
    complete: scan.complete,
    findings: findings.slice(0, MOST_ALERT_FINDINGS).map(alertFinding),
    moreFindings: Math.max(0, findings.length - MOST_ALERT_FINDINGS),
    gone: decision.gone.slice(0, MOST_ALERT_FINDINGS).map(alertFinding),
    moreGone: Math.max(0, decision.gone.length - MOST_ALERT_FINDINGS),
    verdicts: verdicts.slice(0, MOST_ALERT_FINDINGS),
    notes: scan.notes.map(escapeInvalid),
  };
}

/** The message that a scan could not run. */
export function alertOfFailure(message: string, at: Date, exitCode: number): AlertEvent {
  return {
    schema: 'sigsweep/alert@1',
    id: randomUUID(),
    reasons: ['failed'],
    headline: 'the scan could not run',
    severity: 'high',
    host: hostname(),
    root: '',
    at: at.toISOString(),
    scan: null,
    exitCode,
    complete: false,
    findings: [],
    moreFindings: 0,
    gone: [],
    moreGone: 0,
    verdicts: [],
    notes: [message],
  };
}

function alertFinding({ module, finding }: PlacedFinding): AlertFinding {
  const { kind, path, file, severity, class: unlisted, expected, actual, note, firstSeen } = finding;
  return {
    module: module === null ? null : escapeInvalid(module),
    kind,
    path: escapeInvalid(path),
    file: escapeInvalid(file),
    severity,
    ...(unlisted === undefined ? {} : { class: unlisted }),
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
    ...(note === undefined ? {} : { note: escapeInvalid(note) }),
    ...(firstSeen === undefined ? {} : { firstSeen: firstSeen.toISOString() }),
  };
}

function verdictOf({ module, before, after }: VerdictNews): AlertVerdict {
  return {
    module: escapeInvalid(module),
    before,
    after: after?.verdict ?? null,
    version: after?.version == null ? null : escapeInvalid(after.version),
    reason: after === null ? 'it is not there any more' : escapeInvalid(after.reason),
  };
}

function headlineOf({ reasons, findings, verdicts }: Decision): string {
  const parts: string[] = [];
  if (reasons.includes('findings')) parts.push(`${countInWords(findings.length, 'new finding')}${gravest(findings)}`);
  if (reasons.includes('verdict')) parts.push(`${countInWords(verdicts.length, 'module')} with another verdict`);
  if (reasons.includes('incomplete')) parts.push('the scan is incomplete');
  if (reasons.includes('recovered')) parts.push('all clear: nothing is left of what was reported');
  if (reasons.includes('reminder')) {
    parts.push(
      findings.length > 0
        ? `${countInWords(findings.length, 'finding')} still there${gravest(findings)}`
        : 'what was reported still holds',
    );
  }
  return parts.join('; ');
}

/** `, 2 critical`: how many there are of the worst. */
function gravest(findings: readonly PlacedFinding[]): string {
  const worst = SEVERITIES.find((severity) => findings.some(({ finding }) => finding.severity === severity));
  return `, ${findings.filter(({ finding }) => finding.severity === worst).length} ${worst}`;
}

function worstOf({ findings, verdicts, reasons }: Decision): Severity {
  const severities = [
    ...findings.map(({ finding }) => finding.severity),
    ...verdicts.map(({ module, after }) => (after === null ? 'high' : severityOfVerdict(after.verdict, module))),
    ...(reasons.includes('incomplete') ? ['high' as const] : []),
  ];
  return SEVERITIES.find((severity) => severities.includes(severity)) ?? 'info';
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
