import type { Finding } from '../finding.js';
import type { Report } from '../model.js';
import type { OpenFinding } from '../state/records.js';
import type { Taken } from './take.js';

/**
 * Says of every finding that is remembered when it was seen first; what nobody saw before, now. The others, of which
 * there may be millions, stay as they are.
 */
export function withFirstSeen(report: Report, taken: Taken, open: ReadonlyMap<string, OpenFinding>): Report {
  const dated = (finding: Finding) => {
    const key = taken.keys.get(finding);
    return key === undefined ? finding : { ...finding, firstSeen: open.get(key)?.firstSeen ?? report.startedAt };
  };
  return {
    ...report,
    modules: report.modules.map((module) => ({ ...module, findings: module.findings.map(dated) })),
    tree: { findings: report.tree.findings.map(dated) },
  };
}
