import type { PlacedFinding } from '../changes.js';
import type { BytePath } from '../files/bytepath.js';
import type { Finding } from '../finding.js';
import { findingKey } from '../identity.js';
import { MAX_KEPT_BYTES } from '../limits.js';
import type { ModuleReport, Report } from '../model.js';
import { placedFindings } from '../report/findings.js';
import { moduleState } from '../report/module-state.js';
import { mostKnown, shortened, withShortNames, worstFindings } from '../report/worst.js';
import type { ScanOptions } from '../scan/options.js';
import { type ModuleDetails, Reach, type ScanRecord, type StoredFinding, type StoredModule } from '../snapshot.js';

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
  const { placed: worst, total } = worstFindings(rememberedOf(report));
  let bytes = 0;
  for (const placed of worst) {
    const { module } = placed;
    const finding = withShortNames(placed.finding);
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

/** What is only information is not remembered. */
function* rememberedOf(report: Report): Generator<PlacedFinding> {
  for (const placed of placedFindings(report)) if (placed.finding.severity !== 'info') yield placed;
}

function stateOf(module: ModuleReport): StoredModule {
  return { ...moduleState(module), reason: module.reason, details: detailsOf(module) };
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
