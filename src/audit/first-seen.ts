import type { BytePath } from '../files/bytepath.js';
import type { Finding } from '../finding.js';
import type { Report } from '../model.js';
import type { OpenFinding } from '../state/records.js';
import { findingKey } from './identity.js';
import type { Taken } from './take.js';

/**
 * Says of every finding that is remembered when it was seen first; what nobody saw before, now. The others, of which
 * there may be millions, stay as they are.
 */
export function withFirstSeen(report: Report, taken: Taken, open: ReadonlyMap<string, OpenFinding>): Report {
  const dated = (module: BytePath | null) => (finding: Finding) => {
    if (finding.severity === 'info') return finding;
    const key = findingKey({ module, finding });
    if (!taken.findings.has(key)) return finding;
    return { ...finding, firstSeen: open.get(key)?.firstSeen ?? report.startedAt };
  };
  return {
    ...report,
    modules: report.modules.map((module) => ({ ...module, findings: module.findings.map(dated(module.name)) })),
    tree: { findings: report.tree.findings.map(dated(null)) },
  };
}
