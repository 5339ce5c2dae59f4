import type { Finding, Report } from '../../../model.js';
import { SEVERITIES, type Severity } from '../../../types.js';
import { isExempted } from '../../advice.js';
import { comparisonOf, isNew } from '../../findings.js';
import { shownFinding, shownVerdict } from './finding.js';
import type { ShownFinding } from './types.js';

/** A finding that is not made text yet. */
interface Candidate {
  readonly severity: Severity;
  readonly uncovered: boolean;
  readonly exempted: boolean;
  readonly shown: () => ShownFinding;
}

/** All findings, as the report has them: outside of modules, then module by module, its verdict first. */
export function* shownFindings(report: Report): Generator<ShownFinding> {
  for (const { shown } of candidates(report)) yield shown();
}

function* candidates(report: Report): Generator<Candidate> {
  const compared = comparisonOf(report);
  const changed = new Set(report.changes?.modules.map(({ module }) => module));
  const candidate = (finding: Finding, place: number): Candidate => ({
    severity: finding.severity,
    uncovered: finding.uncovered === true,
    exempted: isExempted(finding),
    shown: () => shownFinding(finding, place, isNew(compared, finding)),
  });
  for (const finding of report.tree.findings) yield candidate(finding, 0);
  for (const [index, module] of report.modules.entries()) {
    const { severity } = module;
    if (severity !== null) {
      const shown = () => shownVerdict(module, severity, index + 1, changed.has(module.name));
      yield { severity, uncovered: false, exempted: false, shown };
    }
    for (const finding of module.findings) yield candidate(finding, index + 1);
  }
}

/** The severities of which there is a finding to show: of some, findings are only counted. */
export function listedSeverities(report: Report): ReadonlySet<Severity> {
  const listed = new Set<Severity>();
  for (const { severity, findings } of [...report.modules, { severity: null, ...report.tree }]) {
    if (severity !== null) listed.add(severity);
    for (const finding of findings) if (!isExempted(finding)) listed.add(finding.severity);
  }
  return listed;
}

/**
 * The worst of what counts, `most` at most, in the order of the report within a severity, what no signature could list
 * last; and how many there are.
 */
export function worstFindings(report: Report, most: number): { worst: ShownFinding[]; all: number } {
  const byRank = SEVERITIES.flatMap(() => [[] as Candidate[], []]);
  let all = 0;
  for (const candidate of candidates(report)) {
    if (candidate.exempted) continue;
    all += 1;
    const same = byRank[SEVERITIES.indexOf(candidate.severity) * 2 + (candidate.uncovered ? 1 : 0)];
    if (same !== undefined && same.length < most) same.push(candidate);
  }
  const worst = byRank.flat().slice(0, most);
  return { worst: worst.map(({ shown }) => shown()), all };
}
