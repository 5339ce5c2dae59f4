import type { Changes, PlacedFinding } from '../../changes.js';
import { MAX_FLEET_NOTES, MAX_FLEET_PAST_SCANS, MAX_KEPT_MODULES, MAX_REPORT_TEXT_BYTES } from '../../limits.js';
import type { Finding, ModuleReport, Report, SignatureReport } from '../../model.js';
import { placedFindings } from '../../report/findings.js';
import { mostKnown, shortened, withShortNames, worstFindings } from '../../report/worst.js';
import { countInWords } from '../../words.js';

/** A report that a coordinator takes. */
export interface BoundedReport {
  readonly report: Report;
  /** Findings that had to be left out, of the least bad. */
  readonly leftOut: number;
}

/** Names that cannot be packed any smaller must fit into one message, too. In bytes. */
const MOST_BYTES = MAX_REPORT_TEXT_BYTES / 2;

/** What each part of a report may take of its bytes; some is left for what has bounds of its own. */
const SHARES = { findings: 1 / 2, modules: 1 / 8, changes: 1 / 8, notes: 1 / 16 } as const;

/**
 * Makes a report small enough to be sent: the worst findings stay, and a note says how many were left out. The numbers
 * of its summary stay those of the whole scan.
 */
export function boundedReport(report: Report): BoundedReport {
  const modules = fitting(mostKnown(report.modules).map(withoutFindings), SHARES.modules);
  const names = new Set(modules.map(({ name }) => name));
  const within = placedFindings({ ...report, modules: report.modules.filter(({ name }) => names.has(name)) });
  const kept = keptFindings(within, SHARES.findings);
  let total = report.tree.findings.length;
  for (const { findings } of report.modules) total += findings.length;
  const leftOut = total - kept.size;
  const findingsOf = (findings: readonly Finding[]) => findings.flatMap((finding) => kept.get(finding) ?? []);
  const { changes, cut } = boundedChanges(report.changes);
  const said = [
    ...(leftOut > 0 ? [leftOutInWords(leftOut, 'finding')] : []),
    ...(modules.length < report.modules.length
      ? [leftOutInWords(report.modules.length - modules.length, 'module')]
      : []),
    ...(cut > 0 ? [leftOutInWords(cut, 'change')] : []),
  ];
  const notes = fitting(report.notes.slice(0, MAX_FLEET_NOTES - said.length).map(shortened), SHARES.notes);
  const findings = new Map(report.modules.map((module) => [module.name, module.findings]));
  return {
    report: {
      ...report,
      notes: [...notes, ...said],
      changes,
      history: report.history.slice(-MAX_FLEET_PAST_SCANS),
      modules: modules.map((module) => ({ ...module, findings: findingsOf(findings.get(module.name) ?? []) })),
      tree: { findings: findingsOf(report.tree.findings) },
    },
    leftOut,
  };
}

function leftOutInWords(number: number, noun: string): string {
  return `too much for the report of a host of a fleet, and left out: ${countInWords(number, noun)}`;
}

/** The worst findings, as they are sent. */
function keptFindings(found: Iterable<PlacedFinding>, share: number): Map<Finding, Finding> {
  const { placed } = worstFindings(found);
  const sent = fitting(
    placed.map(({ module, finding }) => ({ module, finding: withShortNames(finding) })),
    share,
  );
  return new Map(sent.map(({ finding }, index) => [placed[index]?.finding ?? finding, finding]));
}

function withoutFindings(module: ModuleReport): ModuleReport {
  const { name, path, version, reason, signature } = module;
  return {
    ...module,
    name: shortened(name),
    path: shortened(path),
    version: version === null ? null : shortened(version),
    reason: shortened(reason),
    signature: signature === null ? null : withFewWarnings(signature),
    findings: [],
  };
}

function withFewWarnings(signature: SignatureReport): SignatureReport {
  return { ...signature, warnings: signature.warnings.slice(0, MAX_FLEET_NOTES).map(shortened) };
}

function boundedChanges(changes: Changes | null): { changes: Changes | null; cut: number } {
  if (changes === null) return { changes, cut: 0 };
  const modules = fitting(changes.modules.slice(0, 2 * MAX_KEPT_MODULES), SHARES.changes / 3);
  const [added, gone] = [changes.added, changes.gone].map((all) => {
    const kept = keptFindings(all, SHARES.changes / 3);
    return all.flatMap(({ module, finding }) => {
      const sent = kept.get(finding);
      return sent === undefined ? [] : [{ module, finding: sent }];
    });
  }) as [PlacedFinding[], PlacedFinding[]];
  const before = changes.modules.length + changes.added.length + changes.gone.length;
  const cut = before - modules.length - added.length - gone.length;
  return { changes: { ...changes, modules, added, gone }, cut };
}

/** As many of the first as take no more than a share of a report's bytes. */
function fitting<Item>(items: readonly Item[], share: number): Item[] {
  let left = MOST_BYTES * share;
  const end = items.findIndex((item) => {
    left -= Buffer.byteLength(JSON.stringify(item)) + SPARE_BYTES;
    return left < 0;
  });
  return end < 0 ? [...items] : items.slice(0, end);
}

/** What an item takes besides: the comma, and a date that is written otherwise. */
const SPARE_BYTES = 16;
