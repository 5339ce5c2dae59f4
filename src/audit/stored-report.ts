import type { Changes } from '../changes.js';
import type { BytePath } from '../files/bytepath.js';
import type { Exemption, Finding } from '../finding.js';
import type { ModuleReport, PastScan, Report, SignatureReport } from '../model.js';
import { compareFindings } from '../scan/order.js';
import { freepbxStatus, severityOfVerdict } from '../scan/verdict.js';
import type { ScanRecord, Snapshot, StoredFinding, StoredModule } from '../snapshot.js';
import { lastCompleteScan, snapshotOf } from '../state/scans.js';
import type { Sqlite } from '../state/sqlite.js';
import { countInWords } from '../words.js';
import { compareSnapshots } from './compare.js';
import { pastScans } from './past-scans.js';

/**
 * The report of an earlier scan, as that scan gave it. Findings that are only information are not remembered, and of one
 * that was still there later the details are those of the last scan that saw it.
 * @throws DamageError
 */
export function storedReport(database: Sqlite, scan: ScanRecord): Report {
  const snapshot = snapshotOf(database, scan);
  const last = lastCompleteScan(database, scan.root, scan.id);
  const changes = last === null ? null : changesBetween(snapshotOf(database, last), snapshot);
  return reportOf(snapshot, changes, pastScans(database, scan.root, scan.id));
}

/** What changed from one remembered scan to another. */
export function changesBetween(before: Snapshot, after: Snapshot): Changes {
  return compareSnapshots(before, { ...after, present: new Set(after.modules.keys()) });
}

function reportOf({ scan, modules, findings }: Snapshot, changes: Changes | null, history: PastScan[]): Report {
  const { id, whole: _, reach: __, leftOut, notes, ...said } = scan;
  const byModule = new Map<BytePath | null, Finding[]>();
  for (const stored of findings.values()) {
    const list = byModule.get(stored.module);
    if (list === undefined) byModule.set(stored.module, [findingOf(stored, scan)]);
    else list.push(findingOf(stored, scan));
  }
  const findingsOf = (name: BytePath | null) => (byModule.get(name) ?? []).sort(compareFindings);
  return {
    ...said,
    scan: id,
    notes: [...notes, ...gapsInWords(leftOut, scan.summary.modules - modules.size)],
    changes,
    history,
    modules: [...modules].map(([name, module]) => moduleReport(name, module, findingsOf(name))),
    tree: { findings: findingsOf(null) },
  };
}

function moduleReport(name: BytePath, module: StoredModule, findings: readonly Finding[]): ModuleReport {
  const { verdict, version, reason, details } = module;
  const { path, listed, hashed, reused, unchecked } = details ?? NO_DETAILS;
  return {
    name,
    path,
    version,
    verdict,
    reason,
    severity: severityOfVerdict(verdict, name),
    freepbxStatus: freepbxStatus(verdict),
    signature: signatureOf(module),
    ...{ listed, hashed, reused, unchecked },
    findings,
  };
}

/** Of a scan that an older release remembered. */
const NO_DETAILS = { path: '' as BytePath, listed: 0, hashed: 0, reused: 0, unchecked: 0 };

function signatureOf({ signer, signedAt, textSha256, details }: StoredModule): SignatureReport | null {
  const signature = details?.signature ?? null;
  if (signature === null || signedAt === null || textSha256 === null) return null;
  const { keyId, digest, trust, warnings } = signature;
  return { signer, keyId, signedAt, digest, trust, warnings, textSha256 };
}

function findingOf({ finding, exempted }: StoredFinding, { startedAt }: ScanRecord): Finding {
  if (!exempted || finding.exemption !== undefined) return finding;
  return { ...finding, exemption: unknownExemption(startedAt) };
}

/** An older release remembered that there was one, not which. */
function unknownExemption(at: Date): Exemption {
  return { reason: 'the reason was not remembered', author: 'not remembered', expires: at };
}

function gapsInWords(findings: number, modules: number): string[] {
  return [
    ...(findings > 0 ? [`not remembered, and not in this report: ${countInWords(findings, 'finding')}`] : []),
    ...(modules > 0 ? [`not remembered, and not in this report: ${countInWords(modules, 'module')}`] : []),
  ];
}
