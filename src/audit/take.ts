import type { PlacedFinding } from '../changes.js';
import { type BytePath, fromLatin1 } from '../files/bytepath.js';
import type { Finding } from '../finding.js';
import { findingKey } from '../identity.js';
import { MAX_KEPT_BYTES, MAX_KEPT_FINDINGS, MAX_KEPT_MODULES, MAX_KEPT_PATH_BYTES } from '../limits.js';
import type { ModuleReport, Report } from '../model.js';
import { placedFindings } from '../report/findings.js';
import type { ScanOptions } from '../scan/options.js';
import { type ModuleDetails, Reach, type ScanRecord, type StoredFinding, type StoredModule } from '../snapshot.js';
import { SEVERITIES } from '../types.js';

/** What is remembered of a scan. It has no number before it is. */
export interface Taken {
  readonly scan: Omit<ScanRecord, 'id'>;
  readonly modules: ReadonlyMap<BytePath, StoredModule>;
  /** Every module that was there, whether it is remembered or not. */
  readonly present: ReadonlySet<BytePath>;
  readonly findings: ReadonlyMap<string, StoredFinding>;
  /** The report's own findings that are remembered → their keys. */
  readonly keys: ReadonlyMap<Finding, string>;
}

/** Takes from a report what is remembered: everything but what is only information, the worst first, up to limits. */
export function snapshotOfReport(report: Report, options: ScanOptions): Taken {
  const reach = reachOf(options);
  const findings = new Map<string, StoredFinding>();
  const keys = new Map<Finding, string>();
  const { placed: worst, total } = worstFindings(report);
  let bytes = 0;
  for (const placed of worst) {
    const { module } = placed;
    const finding = bounded(placed.finding);
    bytes += finding.path.length + finding.file.length + (finding.note?.length ?? 0);
    if (bytes > MAX_KEPT_BYTES) break;
    const key = findingKey(placed);
    keys.set(placed.finding, key);
    findings.set(key, { key, module, finding, exempted: finding.exemption !== undefined, reach });
  }
  const modules = new Map<BytePath, StoredModule>();
  for (const module of mostKnown(report.modules)) modules.set(module.name, stateOf(module));
  const { root, kind, startedAt, finishedAt, complete, failOn, exitCode, summary, notes } = report;
  const leftOut = total - findings.size;
  const whole = options.modules === undefined;
  const times = { startedAt, finishedAt };
  const scan = { root, kind, ...times, complete, whole, reach, failOn, exitCode, leftOut, summary, notes };
  return { scan, modules, present: new Set(report.modules.map(({ name }) => name)), findings, keys };
}

/**
 * As many findings as may be remembered, the worst first, and how many there are. There may be millions; as many as
 * wanted can be planted, so that of the same severity those of signed files go first.
 */
function worstFindings(report: Report): { placed: PlacedFinding[]; total: number } {
  const byRank: PlacedFinding[][] = SEVERITIES.flatMap(() => [[], []]);
  let total = 0;
  for (const placed of placedFindings(report)) {
    const { kind, severity } = placed.finding;
    if (severity === 'info') continue;
    total += 1;
    const alike = byRank[SEVERITIES.indexOf(severity) * 2 + Number(kind === 'unlisted')];
    if (alike !== undefined && alike.length < MAX_KEPT_FINDINGS) alike.push(placed);
  }
  return { placed: byRank.flat().slice(0, MAX_KEPT_FINDINGS), total };
}

/** Of too many modules those that their signers vouch for or ought to, then the signed ones: anybody can make folders. */
function mostKnown(modules: readonly ModuleReport[]): readonly ModuleReport[] {
  if (modules.length <= MAX_KEPT_MODULES) return modules;
  const byRank: ModuleReport[][] = [[], [], []];
  for (const module of modules) byRank[rankOf(module)]?.push(module);
  return byRank.flat().slice(0, MAX_KEPT_MODULES);
}

function rankOf({ name, verdict }: ModuleReport): number {
  if (verdict === 'good' || verdict === 'tampered' || name === 'framework' || name === 'core') return 0;
  return verdict === 'unsigned' ? 2 : 1;
}

function stateOf(module: ModuleReport): StoredModule {
  const { verdict, version, signature, reason } = module;
  return {
    verdict,
    version,
    signer: signature?.signer ?? null,
    signedAt: signature?.signedAt ?? null,
    textSha256: signature?.textSha256 ?? null,
    reason,
    details: detailsOf(module),
  };
}

function detailsOf({ path, listed, hashed, reused, unchecked, signature }: ModuleReport): ModuleDetails {
  const counts = { listed, hashed, reused, unchecked };
  if (signature === null) return { path: shortened(path), ...counts, signature };
  const { keyId, digest, trust, warnings } = signature;
  return { path: shortened(path), ...counts, signature: { keyId, digest, trust, warnings } };
}

function reachOf({ deep, oneFileSystem }: ScanOptions): number {
  return (oneFileSystem === true ? 0 : Reach.everyFileSystem) | (deep === true ? Reach.deep : 0);
}

function bounded(finding: Finding): Finding {
  const { path, file, note } = finding;
  if (path.length + file.length + (note?.length ?? 0) <= MAX_KEPT_PATH_BYTES) return finding;
  return {
    ...finding,
    path: shortened(path),
    file: shortened(file),
    ...(note === undefined ? {} : { note: shortened(note) }),
  };
}

/** Keeps the beginning and the end: the name at the end tells more than any folder. */
function shortened(bytes: string): BytePath {
  if (bytes.length <= MAX_KEPT_PATH_BYTES) return fromLatin1(bytes);
  const half = (MAX_KEPT_PATH_BYTES - 5) / 2;
  return fromLatin1(`${bytes.slice(0, half)} ... ${bytes.slice(-half)}`);
}
