import type { BytePath } from '../files/bytepath.js';
import type { Finding, ModuleReport, Report } from '../model.js';
import { TOOL } from '../tool.js';
import { decodeUtf8, escapeInvalid, safeJson } from './escape.js';

/** Names the contract of the JSON report; `schema/scan.schema.json` describes it. */
export const SCHEMA = 'sigsweep/scan@1';

/** The whole report as one JSON document. */
export function renderJson(report: Report): string {
  const { modules, tree, ...rest } = report;
  const document = {
    ...headOf(rest),
    ...tailOf(rest),
    modules: modules.map((module) => ({ ...moduleObject(module), findings: module.findings.map(findingObject) })),
    tree: { findings: tree.findings.map(findingObject) },
  };
  return `${safeJson(document, 1)}\n`;
}

/**
 * The report as one JSON object a line, each with a `type`: `scan` first, then `module` and `finding` (with `module`,
 * the module's name, or `null` for what lies outside modules), `summary` last.
 */
export function renderNdjson(report: Report): string {
  const lines: object[] = [{ type: 'scan', ...headOf(report) }];
  for (const module of report.modules) {
    lines.push({ type: 'module', ...moduleObject(module) });
    const owner = pathFields('module', module.name);
    for (const finding of module.findings) lines.push({ type: 'finding', ...owner, ...findingObject(finding) });
  }
  for (const finding of report.tree.findings) lines.push({ type: 'finding', module: null, ...findingObject(finding) });
  lines.push({ type: 'summary', ...tailOf(report) });
  return lines.map((line) => `${safeJson(line)}\n`).join('');
}

type Whole = Omit<Report, 'modules' | 'tree'>;

function headOf(report: Whole): object {
  return {
    schema: SCHEMA,
    tool: TOOL,
    startedAt: report.startedAt.toISOString(),
    ...pathFields('root', report.root),
  };
}

function tailOf(report: Whole): object {
  return {
    finishedAt: report.finishedAt.toISOString(),
    complete: report.complete,
    exitCode: report.exitCode,
    notes: report.notes.map(escapeInvalid),
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
    unchecked: module.unchecked,
  };
}

function findingObject(finding: Finding): object {
  const { path, file, mode, mtimeMs, note, ...rest } = finding;
  return {
    ...rest,
    ...pathFields('path', path),
    ...pathFields('file', file),
    ...(mode === undefined ? {} : { mode: (mode & 0o7777).toString(8).padStart(4, '0') }),
    ...(mtimeMs === undefined ? {} : { mtime: isoTime(mtimeMs) }),
    ...(note === undefined ? {} : { note: escapeInvalid(note) }),
  };
}

/** A path as text; where its bytes are not UTF-8, escaped, with the exact bytes in base64 beside it. */
function pathFields(field: string, path: BytePath): Record<string, string> {
  const text = decodeUtf8(path);
  if (text !== null) return { [field]: text };
  return { [field]: escapeInvalid(path), [`${field}Base64`]: Buffer.from(path, 'latin1').toString('base64') };
}

/** File times may lie outside what a Date can hold. */
function isoTime(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
