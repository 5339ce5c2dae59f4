import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type AlertEvent, type AlertFinding, type AlertVerdict, MOST_ALERT_FINDINGS } from '../alert/event.js';
import type { PlacedFinding } from '../changes.js';
import { escapeInvalid } from '../report/escape.js';
import { ExitCode } from '../scan/exit-code.js';
import { severityOfVerdict } from '../scan/verdict.js';
import { SEVERITIES, type Severity } from '../types.js';
import { countInWords, groupDigits } from '../words.js';
import type { Decision, VerdictNews } from './decide.js';
import type { Taken } from './take.js';

/** The message about a scan. */
export function alertOfScan(decision: Decision, { scan }: Taken, number: number | null): AlertEvent {
  const findings = [...decision.findings].sort((a, b) => findingRank(a) - findingRank(b));
  const verdicts = [...decision.verdicts].sort((a, b) => verdictRank(a) - verdictRank(b)).map(verdictOf);
  return {
    schema: 'sigsweep/alert@1',
    id: randomUUID(),
    reasons: decision.reasons,
    headline: headlineOf(decision, scan.summary.exempted),
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
    moreVerdicts: Math.max(0, verdicts.length - MOST_ALERT_FINDINGS),
    notes: scan.notes.map(escapeInvalid),
  };
}

/** The message that a scan could not run. */
export function alertOfFailure(message: string, at: Date): AlertEvent {
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
    exitCode: ExitCode.failed,
    complete: false,
    findings: [],
    moreFindings: 0,
    gone: [],
    moreGone: 0,
    verdicts: [],
    moreVerdicts: 0,
    notes: [message],
  };
}

/** The same with numbers only: no name in it can be what a receiver refuses. */
export function withoutNames(event: AlertEvent): AlertEvent {
  const { findings, moreFindings, gone, moreGone, verdicts, moreVerdicts, scan } = event;
  const where = scan === null ? 'run sigsweep scan' : `sigsweep show ${scan} tells what it says`;
  return {
    ...event,
    headline: `an alert could not be delivered whole: ${where}`,
    findings: [],
    moreFindings: moreFindings + findings.length,
    gone: [],
    moreGone: moreGone + gone.length,
    verdicts: [],
    moreVerdicts: moreVerdicts + verdicts.length,
    notes: [],
  };
}

function alertFinding({ module, finding }: PlacedFinding): AlertFinding {
  const { kind, path, file, severity, class: unlisted, expected, actual, note, uncovered, firstSeen } = finding;
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
    ...(uncovered === undefined ? {} : { uncovered }),
    ...(firstSeen === undefined ? {} : { firstSeen: firstSeen.toISOString() }),
  };
}

function verdictOf({ module, before, after }: VerdictNews): AlertVerdict {
  return {
    module: escapeInvalid(module),
    ...(before === undefined ? {} : { before }),
    after: after?.verdict ?? null,
    version: after?.version == null ? null : escapeInvalid(after.version),
    reason: after === null ? 'it is not there any more' : escapeInvalid(after.reason),
  };
}

function headlineOf({ reasons, findings, verdicts }: Decision, exempted: number): string {
  const parts: string[] = [];
  if (reasons.includes('findings')) parts.push(`${countInWords(findings.length, 'new finding')}${gravest(findings)}`);
  if (reasons.includes('verdict')) parts.push(verdictsInWords(verdicts));
  if (reasons.includes('incomplete')) parts.push('the scan is incomplete');
  if (reasons.includes('moved')) parts.push('the web root is another one than before');
  if (reasons.includes('recovered')) {
    const but = exempted === 0 ? '' : `; ${countInWords(exempted, 'finding')} exempted`;
    parts.push(`all clear: nothing is left of what was reported${but}`);
  }
  if (reasons.includes('reminder')) {
    parts.push(
      findings.length > 0
        ? `${countInWords(findings.length, 'finding')} still there${gravest(findings)}`
        : 'what was reported still holds',
    );
  }
  return parts.join('; ');
}

/** `core is tampered`, or how many modules have another verdict and how many are gone. */
function verdictsInWords(verdicts: readonly VerdictNews[]): string {
  const [only] = verdicts;
  if (only !== undefined && verdicts.length === 1) {
    return `${escapeInvalid(only.module)} is ${only.after === null ? 'gone' : only.after.verdict}`;
  }
  const gone = verdicts.filter(({ after }) => after === null).length;
  const other = verdicts.length - gone;
  const parts = [
    ...(other === 0 ? [] : [`${countInWords(other, 'module')} with another verdict`]),
    ...(gone === 0 ? [] : [`${countInWords(gone, 'module')} gone`]),
  ];
  return parts.join(', ');
}

/** `, 2 critical`: how many there are of the worst. */
function gravest(findings: readonly PlacedFinding[]): string {
  const worst = SEVERITIES.find((severity) => findings.some(({ finding }) => finding.severity === severity));
  return `, ${groupDigits(findings.filter(({ finding }) => finding.severity === worst).length)} ${worst}`;
}

function worstOf({ findings, verdicts, reasons }: Decision): Severity {
  const severities = [
    ...findings.map(({ finding }) => finding.severity),
    ...verdicts.map(severityOfNews),
    ...(reasons.includes('incomplete') || reasons.includes('moved') ? ['high' as const] : []),
  ];
  return SEVERITIES.find((severity) => severities.includes(severity)) ?? 'info';
}

/** The worst first; a module's files of which nothing says whether they belong there hide no stranger's. */
function findingRank({ finding }: PlacedFinding): number {
  return 2 * SEVERITIES.indexOf(finding.severity) + (finding.uncovered === true ? 1 : 0);
}

function verdictRank(news: VerdictNews): number {
  return SEVERITIES.indexOf(severityOfNews(news));
}

/** A tampered module is as bad as its files, which are told besides; one that is gone tells nothing any more. */
function severityOfNews({ module, after }: VerdictNews): Severity {
  return (after === null ? null : severityOfVerdict(after.verdict, module)) ?? 'high';
}
