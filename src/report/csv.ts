import type { PlacedFinding } from '../changes.js';
import type { ModuleReport, Report } from '../model.js';
import { csvCell } from './csv-cell.js';
import { escapeControls, escapeForTerminal } from './escape.js';
import { placedFindings } from './findings.js';
import { resultInWords } from './result.js';
import { shortForTerminal } from './shorten.js';
import { isoTime, permissions } from './stat.js';

/** The columns, in their order. New ones are added at the end. */
export const CSV_COLUMNS = [
  'severity',
  'kind',
  'class',
  'module',
  'path',
  'file',
  'verdict',
  'expected',
  'actual',
  'size',
  'uid',
  'gid',
  'mode',
  'mtime',
  'ctime',
  'first_seen',
  'exempted',
  'exemption_reason',
  'exemption_author',
  'exemption_expires',
  'note',
] as const;

type Row = Partial<Record<(typeof CSV_COLUMNS)[number], string>>;

/**
 * The report as a table: a row for each bad verdict (kind `verdict`), each finding and each note (kind `note`). The last
 * row has the kind `scan`: whether everything was looked at, and the result in words. A table without it was cut off.
 */
export function* csvParts(report: Report): Generator<string> {
  yield line(CSV_COLUMNS);
  const verdicts = new Map(report.modules.map(({ name, verdict }) => [name, verdict]));
  for (const module of report.modules) {
    if (module.verdict !== 'good') yield row(verdictRow(module));
  }
  for (const placed of placedFindings(report)) {
    const verdict = placed.module === null ? undefined : verdicts.get(placed.module);
    yield row({ ...findingRow(placed), ...(verdict === undefined ? {} : { verdict }) });
  }
  for (const note of report.notes) yield row({ kind: 'note', note: shortForTerminal(note) });
  yield row(scanRow(report));
}

function verdictRow({ name, path, verdict, reason, severity }: ModuleReport): Row {
  return {
    severity: severity ?? '',
    kind: 'verdict',
    module: escapeForTerminal(name),
    file: escapeForTerminal(path),
    verdict,
    note: shortForTerminal(reason),
  };
}

function findingRow({ module, finding }: PlacedFinding): Row {
  const { mode, mtimeMs, ctimeMs, firstSeen, exemption, note } = finding;
  return {
    severity: finding.severity,
    kind: finding.kind,
    class: finding.class ?? '',
    module: module === null ? '' : escapeForTerminal(module),
    path: escapeForTerminal(finding.path),
    file: escapeForTerminal(finding.file),
    expected: finding.expected ?? '',
    actual: finding.actual ?? '',
    size: numberOf(finding.size),
    uid: numberOf(finding.uid),
    gid: numberOf(finding.gid),
    mode: mode === undefined ? '' : permissions(mode),
    mtime: timeOf(mtimeMs),
    ctime: timeOf(ctimeMs),
    first_seen: firstSeen === undefined ? '' : firstSeen.toISOString(),
    exempted: exemption === undefined ? 'no' : 'yes',
    exemption_reason: ownText(exemption?.reason),
    exemption_author: ownText(exemption?.author),
    exemption_expires: exemption === undefined ? '' : exemption.expires.toISOString(),
    note: note === undefined ? '' : shortForTerminal(note),
  };
}

function scanRow(report: Report): Row {
  return {
    kind: 'scan',
    file: escapeForTerminal(report.root),
    verdict: coverageOf(report),
    first_seen: report.startedAt.toISOString(),
    note: resultInWords(report),
  };
}

function coverageOf({ complete, exitCode }: Report): string {
  if (exitCode > 128) return 'interrupted';
  return complete ? 'complete' : 'incomplete';
}

function numberOf(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

function timeOf(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '' : (isoTime(milliseconds) ?? '');
}

/** What an administrator wrote is text already; escaped like names, so that one rule reads every cell. */
function ownText(text: string | undefined): string {
  return text === undefined ? '' : escapeControls(text.replaceAll('\\', '\\\\'));
}

function row(cells: Row): string {
  return line(CSV_COLUMNS.map((column) => cells[column] ?? ''));
}

function line(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}
