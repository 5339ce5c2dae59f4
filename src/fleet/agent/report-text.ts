import type { Finding, Report } from '../../model.js';
import { SEVERITIES } from '../../types.js';
import { countInWords } from '../../words.js';
import { boundedReport } from '../message/bounded-report.js';
import { writeReport } from '../message/report-wire.js';

/** How many findings are tried to be sent, where more are too many. */
const STEPS = [5000, 1000, 200, 0];

/**
 * The report as it is sent: with fewer findings where it would be larger than what is taken, the worst of them.
 * @param fits whether a text can be sent.
 * @returns `null` where that is too large, too.
 */
export function fittingText(report: Report, fits: (text: string) => boolean): string | null {
  let text = reportText(report);
  for (const most of STEPS) {
    if (fits(text)) return text;
    text = reportText(withFewer(report, most));
  }
  return fits(text) ? text : null;
}

function reportText(report: Report): string {
  return writeReport(boundedReport(report).report);
}

/** The worst findings of a report, and a note that says how many there were. Its numbers stay. */
export function withFewer(report: Report, most: number): Report {
  const all = [report.tree, ...report.modules].flatMap(({ findings }) => findings);
  const worst = all.toSorted((one, other) => rankOf(one) - rankOf(other)).slice(0, most);
  const kept = new Set(worst);
  const only = (findings: readonly Finding[]) => findings.filter((finding) => kept.has(finding));
  const note = `too large for the queue of the fleet, so that ${countInWords(all.length - kept.size, 'finding')} of this report stayed on the host`;
  return {
    ...report,
    notes: [...report.notes.slice(0, 100), note],
    changes: null,
    modules: report.modules.map((module) => ({ ...module, findings: only(module.findings) })),
    tree: { findings: only(report.tree.findings) },
  };
}

function rankOf({ severity }: Finding): number {
  return SEVERITIES.indexOf(severity);
}
