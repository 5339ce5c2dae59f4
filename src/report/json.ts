import type { Changes, ModuleState, PlacedFinding } from '../changes.js';
import type { BytePath } from '../files/bytepath.js';
import type { Finding, ModuleReport, Report } from '../model.js';
import { TOOL } from '../tool.js';
import { decodeUtf8, escapeInvalid, safeJson } from './escape.js';
import { isoTime, permissions } from './stat.js';

/** Names the contract of the JSON report; `schema/scan.schema.json` describes it. */
export const SCHEMA = 'sigsweep/scan@1';

/**
 * The whole report as one JSON document, a line for each module and finding; `schema/scan.schema.json` describes it.
 * @param report what a scan found.
 */
export function renderJson(report: Report): string {
  return [...jsonParts(report)].join('');
}

/**
 * The report as one JSON object a line, each with a `type`: `scan` first, then `module` and `finding` (with `module`,
 * the module's name, or `null` for what lies outside modules), `summary` last.
 * @param report what a scan found.
 */
export function renderNdjson(report: Report): string {
  return [...ndjsonParts(report)].join('');
}

/** What {@link renderJson} makes, piece by piece: a tree full of long names gives more than one string can hold. */
export function* jsonParts(report: Report): Generator<string> {
  const { modules, tree, ...rest } = report;
  yield `${safeJson({ ...headOf(rest), ...tailOf(rest) }).slice(0, -1)},\n"modules":[`;
  for (const [index, module] of modules.entries()) {
    yield `${index === 0 ? '' : ','}\n${safeJson(moduleObject(module)).slice(0, -1)},"findings":[`;
    yield* findingParts(module.findings);
    yield ']}';
  }
  yield '],\n"tree":{"findings":[';
  yield* findingParts(tree.findings);
  yield ']}}\n';
}

/** What {@link renderNdjson} makes, line by line. */
export function* ndjsonParts(report: Report): Generator<string> {
  yield line({ type: 'scan', ...headOf(report) });
  for (const module of report.modules) {
    yield line({ type: 'module', ...moduleObject(module) });
    const owner = pathFields('module', module.name);
    for (const finding of module.findings) yield line({ type: 'finding', ...owner, ...findingObject(finding) });
  }
  for (const finding of report.tree.findings) yield line({ type: 'finding', module: null, ...findingObject(finding) });
  yield line({ type: 'summary', ...tailOf(report) });
}

function* findingParts(findings: readonly Finding[]): Generator<string> {
  for (const [index, finding] of findings.entries()) {
    yield `${index === 0 ? '' : ','}\n${safeJson(findingObject(finding))}`;
  }
}

function line(value: object): string {
  return `${safeJson(value)}\n`;
}

type Whole = Omit<Report, 'modules' | 'tree'>;

function headOf(report: Whole): object {
  return {
    schema: SCHEMA,
    tool: TOOL,
    scan: report.scan,
    kind: report.kind,
    startedAt: report.startedAt.toISOString(),
    ...pathFields('root', report.root),
  };
}

function tailOf(report: Whole): object {
  return {
    finishedAt: report.finishedAt.toISOString(),
    complete: report.complete,
    failOn: report.failOn,
    exitCode: report.exitCode,
    notes: report.notes.map(escapeInvalid),
    changes: report.changes === null ? null : changesObject(report.changes),
    history: report.history.map((past) => ({ ...past, startedAt: past.startedAt.toISOString() })),
    summary: report.summary,
  };
}

function moduleObject(module: ModuleReport): object {
  const { signature } = module;
  return {
    ...pathFields('name', module.name),
    ...pathFields('path', module.path),
    version: module.version === null ? null : escapeInvalid(module.version),
    verdict: module.verdict,
    reason: escapeInvalid(module.reason),
    severity: module.severity,
    freepbxStatus: module.freepbxStatus,
    signature: signature === null ? null : { ...signature, signedAt: signature.signedAt.toISOString() },
    listed: module.listed,
    hashed: module.hashed,
    reused: module.reused,
    unchecked: module.unchecked,
  };
}

/** A comparison as a report holds it: with the number of new findings, which are in the report. */
export function changesObject({ since, modules, added, gone, still }: Changes): object {
  return {
    since: { scan: since.scan, startedAt: since.startedAt.toISOString() },
    modules: modules.map(({ module, kinds, before, after }) => ({
      ...pathFields('module', module),
      kinds,
      before: moduleStateObject(before),
      after: moduleStateObject(after),
    })),
    added: added.length,
    still,
    gone: gone.map(placedFindingObject),
  };
}

export function moduleStateObject(state: ModuleState | null): object | null {
  if (state === null) return null;
  const { version, signedAt, ...rest } = state;
  return {
    ...rest,
    version: version === null ? null : escapeInvalid(version),
    signedAt: signedAt === null ? null : signedAt.toISOString(),
  };
}

export function placedFindingObject({ module, finding }: PlacedFinding): object {
  return { ...(module === null ? { module } : pathFields('module', module)), ...findingObject(finding) };
}

function findingObject(finding: Finding): object {
  const { path, file, mode, mtimeMs, ctimeMs, note, exemption, firstSeen, ...rest } = finding;
  return {
    ...rest,
    ...pathFields('path', path),
    ...pathFields('file', file),
    ...(mode === undefined ? {} : { mode: permissions(mode) }),
    ...(mtimeMs === undefined ? {} : { mtime: isoTime(mtimeMs) }),
    ...(ctimeMs === undefined ? {} : { ctime: isoTime(ctimeMs) }),
    ...(note === undefined ? {} : { note: escapeInvalid(note) }),
    ...(exemption === undefined ? {} : { exemption: { ...exemption, expires: exemption.expires.toISOString() } }),
    ...(firstSeen === undefined ? {} : { firstSeen: firstSeen.toISOString() }),
  };
}

/** A path as text; where its bytes are not UTF-8, escaped, with the exact bytes in base64 beside it. */
export function pathFields(field: string, path: BytePath): Record<string, string> {
  const text = decodeUtf8(path);
  if (text !== null) return { [field]: text };
  return { [field]: escapeInvalid(path), [`${field}Base64`]: Buffer.from(path, 'latin1').toString('base64') };
}
