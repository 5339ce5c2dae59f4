import type { BytePath } from '../files/bytepath.js';
import type { Finding } from '../finding.js';
import type { Report } from '../model.js';
import type { OpenFinding } from '../state/records.js';
import { findingKey } from './identity.js';

/** Says of every finding when it was seen first; what nobody saw before, now. */
export function withFirstSeen(report: Report, open: ReadonlyMap<string, OpenFinding>): Report {
  const dated = (module: BytePath | null) => (finding: Finding) => {
    if (finding.severity === 'info') return finding;
    const known = open.get(findingKey({ module, finding }));
    return { ...finding, firstSeen: known?.firstSeen ?? report.startedAt };
  };
  return {
    ...report,
    modules: report.modules.map((module) => ({ ...module, findings: module.findings.map(dated(module.name)) })),
    tree: { findings: report.tree.findings.map(dated(null)) },
  };
}
