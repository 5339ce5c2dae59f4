import type { PlacedFinding } from '../changes.js';
import { type BytePath, fromLatin1 } from '../files/bytepath.js';
import type { Finding } from '../finding.js';
import { MAX_KEPT_FINDINGS, MAX_KEPT_MODULES, MAX_KEPT_PATH_BYTES } from '../limits.js';
import type { ModuleReport, Report } from '../model.js';
import type { ScanOptions } from '../scan/options.js';
import { Reach, type ScanRecord, type StoredFinding, type StoredModule } from '../snapshot.js';
import { SEVERITIES } from '../types.js';
import { findingKey } from './identity.js';

/** What is remembered of a scan. It has no number before it is. */
export interface Taken {
  readonly scan: Omit<ScanRecord, 'id'>;
  readonly modules: ReadonlyMap<BytePath, StoredModule>;
  readonly findings: ReadonlyMap<string, StoredFinding>;
}

/** Every finding of a report, with its module. */
export function* placedFindings(report: Report): Generator<PlacedFinding> {
  for (const { name, findings } of report.modules) {
    for (const finding of findings) yield { module: name, finding };
  }
  for (const finding of report.tree.findings) yield { module: null, finding };
}

/** Takes from a report what is remembered: everything but what is only information, the worst first, up to a limit. */
export function snapshotOfReport(report: Report, options: ScanOptions): Taken {
  const reach = reachOf(options);
  const kept = [...placedFindings(report)].filter(({ finding }) => finding.severity !== 'info').sort(worstFirst);
  const findings = new Map<string, StoredFinding>();
  for (const placed of kept.slice(0, MAX_KEPT_FINDINGS)) {
    const key = findingKey(placed);
    const { module, finding } = placed;
    findings.set(key, { key, module, finding: bounded(finding), exempted: finding.exemption !== undefined, reach });
  }
  const modules = new Map<BytePath, StoredModule>();
  for (const module of report.modules.slice(0, MAX_KEPT_MODULES)) modules.set(module.name, stateOf(module));
  const { root, kind, startedAt, finishedAt, complete, exitCode, summary, notes } = report;
  const leftOut = Math.max(0, kept.length - MAX_KEPT_FINDINGS, report.modules.length - MAX_KEPT_MODULES);
  const whole = options.modules === undefined;
  const scan = { root, kind, startedAt, finishedAt, complete, whole, reach, exitCode, leftOut, summary, notes };
  return { scan, modules, findings };
}

function stateOf({ verdict, version, signature, reason }: ModuleReport): StoredModule {
  return {
    verdict,
    version,
    signer: signature?.signer ?? null,
    signedAt: signature?.signedAt ?? null,
    textSha256: signature?.textSha256 ?? null,
    reason,
  };
}

function reachOf({ deep, oneFileSystem }: ScanOptions): number {
  return (oneFileSystem === true ? 0 : Reach.everyFileSystem) | (deep === true ? Reach.deep : 0);
}

function worstFirst(a: PlacedFinding, b: PlacedFinding): number {
  return SEVERITIES.indexOf(a.finding.severity) - SEVERITIES.indexOf(b.finding.severity);
}

function bounded(finding: Finding): Finding {
  const { path, file, note } = finding;
  if (path.length + file.length + (note?.length ?? 0) <= MAX_KEPT_PATH_BYTES) return finding;
  return { ...finding, path: cut(path), file: cut(file), ...(note === undefined ? {} : { note: cut(note) }) };
}

/** Keeps the beginning and the end: the name at the end tells more than any folder. */
function cut(bytes: string): BytePath {
  if (bytes.length <= MAX_KEPT_PATH_BYTES) return fromLatin1(bytes);
  const half = (MAX_KEPT_PATH_BYTES - 5) / 2;
  return fromLatin1(`${bytes.slice(0, half)} ... ${bytes.slice(-half)}`);
}
