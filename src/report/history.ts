import type { Changes } from '../changes.js';
import { compareBytes } from '../files/bytepath.js';
import type { ScanRecord, Snapshot } from '../snapshot.js';
import type { Severity } from '../types.js';
import { groupDigits, minuteOf } from '../words.js';
import { findingInWords } from './changes.js';
import { escapeInvalid, safeJson } from './escape.js';
import { changesObject, moduleStateObject, pathFields, placedFindingObject } from './json.js';
import type { LayoutOptions } from './layout/hang.js';
import { aligned } from './layout/table.js';
import { shortForTerminal } from './shorten.js';

/** What a table of scans shows of their findings: enough to see a bad night, and no more than fits a line. */
const SHOWN: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

const BARS = '▁▂▃▄▅▆▇█';
const PLAIN_BARS = '_.-~=+*#';

/** Scans as a table for each web root, the oldest first, with a curve of the findings per scan. */
export function* historyLines(
  scans: readonly ScanRecord[],
  { unicode = true, columns }: LayoutOptions = {},
): Generator<string> {
  const roots = [...new Set(scans.map(({ root }) => root))].sort(compareBytes);
  if (roots.length === 0) yield 'no scan is remembered';
  for (const [index, root] of roots.entries()) {
    if (index > 0) yield '';
    const own = scans.filter((scan) => scan.root === root);
    yield* table(own, columns);
    yield '';
    yield `findings  ${sparkline(own.map(countOf), unicode)}`;
    yield `web root  ${shortForTerminal(root)}`;
  }
}

const HEADINGS = ['scan', 'began (UTC)', 'kind', 'result', 'modules', ...SHOWN];
const SHORT_HEADINGS = ['scan', 'began (UTC)', 'kind', 'result', 'mods', 'crit', 'high', 'med', 'low'];

/** Those that are not numbers. */
const WORDS: ReadonlySet<number> = new Set([1, 2, 3]);

/** As narrow as the terminal wants it, unless there are very many of something: closer, and last without the year. */
function* table(scans: readonly ScanRecord[], columns: number | undefined): Generator<string> {
  const rows = scans.map(cellsOf);
  const forms = [
    aligned([HEADINGS, ...rows], WORDS, 2),
    aligned([SHORT_HEADINGS, ...rows], WORDS, 1),
    aligned([SHORT_HEADINGS, ...rows.map(withoutYear)], WORDS, 1),
  ];
  const fitting = forms.find((lines) => columns === undefined || lines.every((line) => line.length <= columns));
  yield* fitting ?? forms.at(-1) ?? [];
}

function cellsOf(scan: ScanRecord): string[] {
  return [
    String(scan.id),
    minuteOf(scan.startedAt).slice(0, 16),
    scan.whole ? scan.kind : 'part',
    // The figures beside it say whether there were findings.
    resultOf(scan).replace('findings, ', ''),
    groupDigits(scan.summary.modules),
    ...SHOWN.map((severity) => groupDigits(scan.summary.findings[severity])),
  ];
}

function withoutYear(cells: readonly string[]): string[] {
  return cells.map((cell, column) => (column === 1 ? cell.slice('2026-'.length) : cell));
}

/** The same as one JSON document. */
export function historyJson(scans: readonly ScanRecord[]): string {
  return `${safeJson({ schema: 'sigsweep/history@1', scans: scans.map(scanObject) })}\n`;
}

/** What one scan found, for a person. */
export function* snapshotLines({ scan, modules, findings }: Snapshot): Generator<string> {
  yield `scan ${scan.id}  ${scan.kind}  ${shortForTerminal(scan.root)}  ${minuteOf(scan.startedAt)}`;
  const bad = [...modules].filter(([, { verdict }]) => verdict !== 'good');
  if (bad.length > 0) yield '';
  for (const [name, { verdict, version, reason }] of bad) {
    const release = version === null ? '' : ` ${shortForTerminal(version)}`;
    yield `${shortForTerminal(name)}${release}  ${verdict}${reason === '' ? '' : `: ${shortForTerminal(reason)}`}`;
  }
  if (findings.size > 0) yield '';
  for (const finding of findings.values()) yield findingInWords(finding);
  yield '';
  yield `modules   ${groupDigits(scan.summary.modules)}, ${groupDigits(bad.length)} of them not good`;
  const { exempted } = scan.summary;
  const counts = SHOWN.map((severity) => `${groupDigits(scan.summary.findings[severity])} ${severity}`).join(', ');
  yield `findings  ${counts}${exempted === 0 ? '' : `; ${groupDigits(exempted)} exempted`}`;
  if (scan.leftOut > 0) yield `note      ${groupDigits(scan.leftOut)} more were not remembered`;
  for (const note of scan.notes) yield `note      ${shortForTerminal(note)}`;
  yield `result    ${resultOf(scan)}`;
}

/** The same as one JSON document. */
export function snapshotJson({ scan, modules, findings }: Snapshot): string {
  return `${safeJson({
    schema: 'sigsweep/snapshot@1',
    ...scanObject(scan),
    modules: [...modules].map(([name, { reason, details: _, ...state }]) => ({
      ...pathFields('name', name),
      ...moduleStateObject(state),
      reason: escapeInvalid(reason),
    })),
    findings: [...findings.values()].map((stored) => ({
      ...placedFindingObject(stored),
      ...(stored.exempted ? { exempted: true } : {}),
    })),
  })}\n`;
}

/** A comparison as one JSON document; unlike in a report, with the new findings themselves. */
export function changesJson(changes: Changes): string {
  const added = changes.added.map(placedFindingObject);
  return `${safeJson({ schema: 'sigsweep/diff@1', ...changesObject(changes), added })}\n`;
}

/** A bar for each number, in proportion to the largest. */
export function sparkline(numbers: readonly number[], unicode: boolean): string {
  const bars = unicode ? BARS : PLAIN_BARS;
  const most = Math.max(1, ...numbers);
  return numbers.map((number) => bars[Math.ceil((number / most) * (bars.length - 1))]).join('');
}

function scanObject({ root, startedAt, finishedAt, notes, ...rest }: ScanRecord): object {
  return {
    ...rest,
    ...pathFields('root', root),
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    notes: notes.map(escapeInvalid),
  };
}

function countOf({ summary }: ScanRecord): number {
  return SHOWN.reduce((sum, severity) => sum + summary.findings[severity], 0);
}

function resultOf({ exitCode, complete }: ScanRecord): string {
  if (exitCode > 128) return 'interrupted';
  if (exitCode === 1) return complete ? 'findings' : 'findings, incomplete';
  if (!complete) return 'incomplete';
  return exitCode === 0 ? 'clean' : 'clean, see its notes';
}
