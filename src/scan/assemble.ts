import { type BytePath, compareBytes } from '../files/bytepath.js';
import type { Finding, ModuleReport, Report, Summary } from '../model.js';
import { type ScanKind, SEVERITIES, type Severity, UNLISTED_CLASSES, VERDICTS, type Verdict } from '../types.js';
import { exitCodeOf } from './exit-code.js';
import { treeNotes } from './notes.js';
import { compareFindings } from './order.js';
import { type GatheredPart, partOf, type ScanPart } from './part.js';

/** A file that each part takes for the other's would be nobody's. */
const OTHER_SIGNATURES =
  'not all parts of the scan met the same signatures: something was installed meanwhile, or machines have other files under ' +
  'the same path; what no part took for its own was not looked at';

/** What is true of a scan as a whole, in however many parts it was done. */
export interface ReportHead {
  readonly kind: ScanKind;
  readonly startedAt: Date;
  /** How long it took, by a clock that nobody sets. */
  readonly milliseconds: number;
  /** Absolute path of the web root. */
  readonly root: BytePath;
  /** Modules that were to be looked at. */
  readonly modules: number;
  /** Whether other file systems were not searched. */
  readonly oneFileSystem: boolean;
  readonly failOn: Severity;
}

/** The report of a scan in one part that looked at what it could. */
export function assembleReport(head: Omit<ReportHead, 'modules'>, gathered: Omit<GatheredPart, 'root'>): Report {
  const part = partOf({ ...gathered, root: head.root });
  return joinParts({ ...head, modules: part.modules.length }, [part]);
}

/**
 * Joins the parts of a scan into its report: sorted, so that the same tree gives the same report in whatever order
 * results came and however it was cut. Modules that no part came to make it incomplete.
 *
 * Two bounds on what nobody could have put there by accident hold for each part instead of for the whole scan:
 * `MAX_LONG_PATHS_BYTES`, and what resolving links remembers. A tree that goes beyond one of them in several parts at
 * once is told more of in parts than in one, never less.
 */
export function joinParts(head: ReportHead, parts: readonly ScanPart[]): Report {
  const modules = parts.flatMap((part) => part.modules).sort((a, b) => compareBytes(a.name, b.name));
  const tree = { findings: parts.flatMap((part) => part.outside).sort(compareFindings) };
  const unread = modules.some(({ verdict, findings }) => verdict === 'unverified' || findings.some(isUnread));
  const summary = summarize(parts, modules, tree.findings);
  const isOne = parts.every(({ signatures }) => signatures === parts[0]?.signatures);
  const looked = parts.length > 0 && parts.every((part) => part.looked) && modules.length === head.modules;
  const complete = looked && isOne && !unread;
  const vanished = parts.flatMap((part) => part.vanished);
  const mounts = parts.flatMap((part) => part.mounts);
  return {
    scan: null,
    kind: head.kind,
    startedAt: head.startedAt,
    finishedAt: new Date(head.startedAt.getTime() + head.milliseconds),
    root: head.root,
    complete,
    failOn: head.failOn,
    exitCode: exitCodeOf(summary, complete, head.failOn),
    notes: [...notesOf(parts), ...(isOne ? [] : [OTHER_SIGNATURES]), ...treeNotes(head, vanished, mounts)],
    changes: null,
    history: [],
    summary,
    modules,
    tree,
  };
}

/** Each part has the notes on the whole system, once; what only one of them came upon follows. */
function notesOf([first, ...others]: readonly ScanPart[]): string[] {
  const notes = [...(first?.notes ?? [])];
  for (const note of others.flatMap((part) => part.notes)) if (!notes.includes(note)) notes.push(note);
  return notes;
}

function summarize(parts: readonly ScanPart[], modules: readonly ModuleReport[], outside: readonly Finding[]): Summary {
  const verdicts = zeroes<Verdict>(VERDICTS);
  const findings = zeroes<Severity>(SEVERITIES);
  for (const module of modules) {
    verdicts[module.verdict] += 1;
    if (module.severity !== null) findings[module.severity] += 1;
    if (module.signature?.warnings.includes('weak-digest')) findings.low += 1;
  }
  for (const list of [outside, ...modules.map((module) => module.findings)]) {
    for (const { severity } of list) findings[severity] += 1;
  }
  const unlisted = zeroes(UNLISTED_CLASSES);
  let bytes = 0;
  for (const part of parts) {
    for (const name of UNLISTED_CLASSES) unlisted[name] += part.unlisted[name];
    findings.info += part.infos;
    bytes += part.bytes;
  }
  const total = (field: 'listed' | 'hashed' | 'unchecked' | 'reused') =>
    modules.reduce((sum, module) => sum + module[field], 0);
  return {
    modules: modules.length,
    verdicts,
    listed: total('listed'),
    hashed: total('hashed'),
    unchecked: total('unchecked'),
    reused: total('reused'),
    bytes,
    findings,
    exempted: 0,
    unlisted,
  };
}

function isUnread({ kind }: Finding): boolean {
  return kind === 'unreadable' || kind === 'changed';
}

function zeroes<Key extends string>(keys: readonly Key[]): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>;
}
