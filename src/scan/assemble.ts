import { type BytePath, compareBytes, join } from '../files/bytepath.js';
import type { Finding, ModuleReport, Report, Summary } from '../model.js';
import { type ScanKind, SEVERITIES, type Severity, VERDICTS, type Verdict } from '../types.js';
import { exitCodeOf } from './exit-code.js';
import type { JudgedModule } from './judged-module.js';
import { compareFindings } from './order.js';
import { downgradeFinding } from './signature/downgrade.js';
import type { UnlistedFiles } from './unlisted/unlisted.js';
import { decide, freepbxStatus, severityOfVerdict } from './verdict.js';

/** What a run has gathered. */
export interface Gathered {
  readonly kind: ScanKind;
  readonly startedAt: Date;
  /** How long the run took, by a clock that nobody sets. */
  readonly milliseconds: number;
  readonly root: BytePath;
  /** Whether everything could be looked at, apart from the listed files, which tell themselves. */
  readonly looked: boolean;
  readonly notes: readonly string[];
  readonly modules: readonly JudgedModule[];
  readonly outside: readonly Finding[];
  readonly unlisted: Pick<UnlistedFiles, 'counts' | 'unlistedInfos'>;
  readonly bytes: number;
  readonly failOn: Severity;
}

/** Turns what was gathered into the report: sorted, so that the same tree gives the same report in whatever order results came. */
export function assembleReport(gathered: Gathered): Report {
  const modules = gathered.modules
    .map((module) => moduleReport(module, gathered.root))
    .sort((a, b) => compareBytes(a.name, b.name));
  const tree = { findings: [...gathered.outside].sort(compareFindings) };
  const unread = modules.some(({ verdict, findings }) => verdict === 'unverified' || findings.some(isUnread));
  const summary = summarize(gathered, modules, tree.findings);
  const complete = gathered.looked && !unread;
  return {
    scan: null,
    kind: gathered.kind,
    startedAt: gathered.startedAt,
    finishedAt: new Date(gathered.startedAt.getTime() + gathered.milliseconds),
    root: gathered.root,
    complete,
    failOn: gathered.failOn,
    exitCode: exitCodeOf(summary, complete, gathered.failOn),
    notes: gathered.notes,
    changes: null,
    history: [],
    summary,
    modules,
    tree,
  };
}

function moduleReport(judged: JudgedModule, webRoot: BytePath): ModuleReport {
  const { module, plan, results, unlisted } = judged;
  const { verdict, reason } = decide(judged);
  const { downgrade } = module;
  const downgraded = downgrade === null ? [] : [downgradeFinding(webRoot, module.folder, downgrade)];
  return {
    name: module.name,
    path: module.folder === '' ? webRoot : join(webRoot, module.folder),
    version: module.version,
    verdict,
    reason,
    severity: severityOfVerdict(verdict, module.name),
    freepbxStatus: freepbxStatus(verdict),
    signature: module.signature,
    listed: module.manifest?.entries.size ?? 0,
    hashed: results.hashed,
    reused: results.reused,
    unchecked: plan.unchecked.length,
    findings: [...downgraded, ...results.findings, ...unlisted].sort(compareFindings),
  };
}

function summarize(gathered: Gathered, modules: readonly ModuleReport[], outside: readonly Finding[]): Summary {
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
  findings.info += gathered.unlisted.unlistedInfos;
  const total = (field: 'listed' | 'hashed' | 'unchecked' | 'reused') =>
    modules.reduce((sum, module) => sum + module[field], 0);
  return {
    modules: modules.length,
    verdicts,
    listed: total('listed'),
    hashed: total('hashed'),
    unchecked: total('unchecked'),
    reused: total('reused'),
    bytes: gathered.bytes,
    findings,
    exempted: 0,
    unlisted: gathered.unlisted.counts,
  };
}

function isUnread({ kind }: Finding): boolean {
  return kind === 'unreadable' || kind === 'changed';
}

function zeroes<Key extends string>(keys: readonly Key[]): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>;
}
