import type { BytePath } from '../files/bytepath.js';
import type { Finding, Report, Summary } from '../model.js';
import { SEVERITIES, type Severity } from '../types.js';
import { dayOf } from '../words.js';
import { type ExemptionEntry, hasEnded } from './entry.js';
import { ExemptionLookup } from './lookup.js';
import { exemptionNotes } from './notes.js';
import { covers, needsExactPath, shortcomingOf } from './rules.js';

/**
 * Marks the findings that an administrator exempted: they stay in the report and no longer count. Verdicts stay what
 * they are, and so does what the scan only counted. The exit code is left to the caller.
 * @param now the moment at which exemptions hold or have ended.
 */
export function applyExemptions(report: Report, entries: readonly ExemptionEntry[], now: Date): Report {
  if (entries.length === 0) return report;
  const marking = new Marking(entries, now);
  const modules = report.modules.map((module) => ({ ...module, findings: marking.mark(module.name, module.findings) }));
  const tree = { findings: marking.mark(null, report.tree.findings) };
  return {
    ...report,
    notes: [...report.notes, ...exemptionNotes(marking.holding, marking.ended, now)],
    summary: marking.subtractFrom(report.summary),
    modules,
    tree,
  };
}

class Marking {
  /** Entries that cover findings → how many. */
  readonly holding = new Map<ExemptionEntry, number>();
  /** Entries that would cover findings, had they not ended. */
  readonly ended = new Set<ExemptionEntry>();
  private readonly lookup: ExemptionLookup;
  private readonly exempted = new Map<Severity, number>();

  constructor(
    entries: readonly ExemptionEntry[],
    private readonly now: Date,
  ) {
    this.lookup = new ExemptionLookup(entries);
  }

  mark(module: BytePath | null, findings: readonly Finding[]): readonly Finding[] {
    return findings.map((finding) => this.marked(module, finding));
  }

  subtractFrom(summary: Summary): Summary {
    const findings = { ...summary.findings };
    let total = summary.exempted;
    for (const severity of SEVERITIES) {
      const number = this.exempted.get(severity) ?? 0;
      findings[severity] -= number;
      total += number;
    }
    return { ...summary, findings, exempted: total };
  }

  private marked(module: BytePath | null, finding: Finding): Finding {
    // Most of what is `info` is only counted: exempting the rest would make the numbers depend on what was listed.
    if (finding.severity === 'info' || finding.exemption !== undefined) return finding;
    const exact = this.lookup.exact(module, finding.path);
    const globs = needsExactPath(finding) ? [] : this.lookup.matching(module, finding.path);
    const covering = lastOf([...exact, ...globs].filter((entry) => covers(entry, finding)));
    if (covering === null) {
      const [near] = exact.filter((entry) => !hasEnded(entry, this.now));
      return near === undefined ? finding : withNote(finding, shortcomingOf(near, finding));
    }
    if (hasEnded(covering, this.now)) {
      this.ended.add(covering);
      return withNote(finding, `its exemption ended on ${dayOf(covering.expires)}`);
    }
    this.holding.set(covering, (this.holding.get(covering) ?? 0) + 1);
    this.exempted.set(finding.severity, (this.exempted.get(finding.severity) ?? 0) + 1);
    const { reason, author, expires } = covering;
    return { ...finding, exemption: { reason, author, expires } };
  }
}

/** The entry that ends last. */
function lastOf(entries: readonly ExemptionEntry[]): ExemptionEntry | null {
  return entries.reduce<ExemptionEntry | null>(
    (last, entry) => (last === null || entry.expires > last.expires ? entry : last),
    null,
  );
}

function withNote(finding: Finding, note: string): Finding {
  return { ...finding, note: finding.note === undefined ? note : `${finding.note}; ${note}` };
}
