import type { Finding } from '../../finding.js';
import { findingKey } from '../../identity.js';
import type { ModuleReport, Report } from '../../model.js';
import { placedFindings } from '../../report/findings.js';
import { sha256 } from '../../sha256.js';
import { SEVERITIES } from '../../types.js';
import type { Counts } from './records.js';
import { columnText, type FleetStore } from './store.js';

/** A report on its way into what is known of its host. */
export interface Arrival {
  readonly host: string;
  /** Number of the report. */
  readonly id: number;
  /** Modules that were asked for; `null` for everything. */
  readonly asked: readonly string[] | null;
  readonly report: Report;
  readonly rows: Rows;
  /** When it was ordered. */
  readonly issued: Date;
  readonly receivedAt: Date;
}

/** Findings by severity, as columns hold them: the worst first. */
type Numbers = readonly number[];

const NONE: Numbers = SEVERITIES.map(() => 0);

/** What of a report goes into tables. */
export interface Rows {
  readonly modules: readonly ReturnType<typeof moduleRow>[];
  readonly findings: ReturnType<typeof findingRows>;
  readonly seen: readonly ReturnType<typeof seenRow>[number][];
  /** The same for the same rows. */
  readonly digest: string;
}

/** Makes the rows of a report. */
export function rowsOf(report: Report): Rows {
  const rows = {
    modules: report.modules.map(moduleRow),
    findings: findingRows(report),
    seen: [...placedFindings(report)].flatMap(({ finding }) => seenRow(finding)),
  };
  return { ...rows, digest: sha256(Buffer.from(JSON.stringify(rows))) };
}

/** Whether the tables hold what they would after a report. Most nights that is so, and hundreds of rows need not be looked for. */
export function isAsBefore(store: FleetStore, { host, asked, rows }: Arrival): boolean {
  return asked === null && store.first('SELECT digest FROM standings WHERE host = ?', host)?.[0] === rows.digest;
}

/**
 * What is known of a host, with a report that is newer than all before. One of single modules says nothing of the others,
 * nor of what lies outside of modules: what was known of them stays.
 */
export function settle(store: FleetStore, arrival: Arrival): void {
  if (!isAsBefore(store, arrival)) {
    keepModules(store, arrival);
    keepFindings(store, arrival);
  }
  keepStanding(store, arrival);
}

/** Findings that count, by severity: as the summary says, and never less than the report itself shows. */
export function countsOf(report: Report): Numbers {
  const shown = sum([...report.modules.map(countsOfModule), countsOfFindings(report.tree.findings)]);
  return SEVERITIES.map((severity, index) => Math.max(report.summary.findings[severity], shown[index] ?? 0));
}

/** @param numbers as columns hold them. */
export function countsByName(numbers: readonly unknown[]): Counts {
  return Object.fromEntries(SEVERITIES.map((severity, index) => [severity, Number(numbers[index] ?? 0)])) as Record<
    (typeof SEVERITIES)[number],
    number
  >;
}

function keepModules(store: FleetStore, { host, asked, rows: { modules } }: Arrival): void {
  const rows = JSON.stringify(modules);
  if (asked === null) {
    const names = 'SELECT value ->> 0 FROM json_each(?)';
    store.change(`DELETE FROM modules WHERE host = ? AND name NOT IN (${names})`, host, rows);
  }
  const [name, ...others] = MODULE_COLUMNS;
  // What is as it was is not written again: most nights that is nearly all.
  store.change(
    `INSERT INTO modules (host, ${MODULE_COLUMNS.join(', ')})
     SELECT ?, ${MODULE_COLUMNS.map((_, index) => `value ->> ${index}`).join(', ')} FROM json_each(?) WHERE true
     ON CONFLICT (host, ${name}) DO UPDATE SET ${others.map((column) => `${column} = excluded.${column}`).join(', ')}
     WHERE (${others.map((column) => `modules.${column}`).join(', ')})
     IS NOT (${others.map((column) => `excluded.${column}`).join(', ')})`,
    host,
    rows,
  );
}

const MODULE_COLUMNS = ['name', 'version', 'verdict', 'signer', 'signed_at', 'text_sha256', 'counts'] as const;

function moduleRow(module: ModuleReport) {
  const { name, version, verdict, signature } = module;
  return [
    columnText(name),
    version === null ? null : columnText(version),
    verdict,
    signature?.signer ?? null,
    signature?.signedAt.getTime() ?? null,
    signature?.textSha256 ?? null,
    JSON.stringify(countsOfModule(module)),
  ];
}

function keepFindings(store: FleetStore, { host, asked, report, rows: { findings: rows } }: Arrival): void {
  const whole = asked === null;
  const keys = JSON.stringify(rows.map(([key]) => key));
  const names = JSON.stringify(report.modules.map(({ name }) => columnText(name)));
  store.change(
    `DELETE FROM findings WHERE host = ? AND key NOT IN (SELECT value FROM json_each(?))
     ${whole ? '' : 'AND module IN (SELECT value FROM json_each(?))'}`,
    ...(whole ? [host, keys] : [host, keys, names]),
  );
  store.change(
    `INSERT INTO findings (host, key, hash, module, path, kind, class, severity, exempted)
     SELECT ?, ${[...Array(8).keys()].map((index) => `value ->> ${index}`).join(', ')} FROM json_each(?) WHERE true
     ON CONFLICT (host, key) DO UPDATE SET hash = excluded.hash, exempted = excluded.exempted
     WHERE findings.hash <> excluded.hash OR findings.exempted <> excluded.exempted`,
    host,
    JSON.stringify(rows),
  );
}

/** Of the content of what is not there, or could not be read, nothing is known. */
function findingRows(report: Report) {
  const rows = [];
  for (const placed of placedFindings(report)) {
    const { module, finding } = placed;
    const { actual, path, kind, severity, exemption } = finding;
    if (actual === undefined || severity === 'info') continue;
    const place = [module === null ? null : columnText(module), columnText(path)] as const;
    const key = findingKey(placed);
    rows.push([key, actual, ...place, kind, finding.class ?? null, severity, Number(exemption !== undefined)] as const);
  }
  return rows;
}

function keepStanding(store: FleetStore, arrival: Arrival): void {
  const { host, id, asked, report, issued } = arrival;
  const whole = asked === null;
  const inModules = sum(
    store.all('SELECT counts FROM modules WHERE host = ?', host).map(([counts]) => numbersOf(counts)),
  );
  const before = store.first('SELECT last_whole, elsewhere, unseen FROM standings WHERE host = ?', host);
  const total = countsOf(report);
  // What lies outside of modules, and what was too much to be sent.
  const elsewhere = whole ? total.map((number, index) => number - (inModules[index] ?? 0)) : numbersOf(before?.[1]);
  // Never less than the report alone says: of single modules, too, some may have been too much to be sent.
  const counts = sum([inModules, elsewhere]).map((number, index) => Math.max(number, total[index] ?? 0));
  const unseen = whole ? [] : unseenModules(arrival, before?.[2]);
  store.change(
    'INSERT OR REPLACE INTO standings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ...[host, id, whole ? id : ((before?.[0] as number | null | undefined) ?? null)],
    ...[issued.getTime(), report.finishedAt.getTime()],
    Number(report.complete && (whole || (unseen.length === 0 && isComplete(store, host, before)))),
    JSON.stringify(counts),
    JSON.stringify(elsewhere),
    JSON.stringify(unseen),
    // Of parts of several reports no other one can be the same.
    whole ? arrival.rows.digest : '',
  );
}

/** Modules of which the last report did not see all: those of a later one that did are seen, and no others. */
function unseenModules({ asked, report }: Arrival, before: unknown): string[] {
  const unseen = new Set(before === undefined ? [] : (JSON.parse(String(before)) as string[]));
  const names = report.modules.map(({ name }) => columnText(name));
  if (report.complete) for (const name of names) unseen.delete(name);
  else for (const name of [...names, ...(asked ?? []).map(columnText)]) unseen.add(name);
  return [...unseen];
}

/** Whether nothing but the modules of a report leaves anything open. */
function isComplete(store: FleetStore, host: string, before: readonly unknown[] | undefined): boolean {
  const whole = store.first('SELECT complete FROM reports WHERE id = ?', Number(before?.[0] ?? -1));
  const unverified = store.first(`SELECT 1 FROM modules WHERE host = ? AND verdict = 'unverified' LIMIT 1`, host);
  return Number(whole?.[0] ?? 1) === 1 && unverified === undefined;
}

/** When a content was seen, where that is known. */
function seenRow({ actual, path, severity, firstSeen }: Finding) {
  if (actual === undefined || severity === 'info') return [];
  return [[actual, columnText(path), firstSeen?.getTime() ?? null] as const];
}

/** Of each content, where and when the fleet saw it first. */
export function noteFirstSeen(store: FleetStore, { host, report, rows: { seen }, receivedAt }: Arrival): void {
  const noted = receivedAt.getTime();
  const rows = seen.map(([hash, path, time]) => [hash, path, Math.min(time ?? report.startedAt.getTime(), noted)]);
  store.change(
    `INSERT INTO first_seen (hash, host, path, seen_at, noted_at)
     SELECT value ->> 0, ?, value ->> 1, value ->> 2, ? FROM json_each(?) WHERE true
     ON CONFLICT (hash) DO UPDATE SET host = excluded.host, path = excluded.path, seen_at = excluded.seen_at
     WHERE excluded.seen_at < first_seen.seen_at`,
    ...[host, noted, JSON.stringify(rows)],
  );
}

function countsOfModule({ severity, signature, findings }: ModuleReport): Numbers {
  const counts = [...countsOfFindings(findings)];
  const add = (index: number) => counts.splice(index, 1, (counts[index] ?? 0) + 1);
  if (severity !== null) add(SEVERITIES.indexOf(severity));
  if (signature?.warnings.includes('weak-digest')) add(SEVERITIES.indexOf('low'));
  return counts;
}

function countsOfFindings(findings: readonly Finding[]): Numbers {
  const counts = [...NONE];
  for (const { severity, exemption } of findings) {
    const index = SEVERITIES.indexOf(severity);
    if (exemption === undefined) counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

function sum(all: readonly Numbers[]): Numbers {
  return all.reduce((total, numbers) => total.map((number, index) => number + (numbers[index] ?? 0)), NONE);
}

/** Of a column; none where there was none. */
function numbersOf(column: unknown): Numbers {
  return column === undefined ? NONE : (JSON.parse(String(column)) as number[]);
}
