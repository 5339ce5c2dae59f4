import type { Finding } from '../../finding.js';
import { findingKey } from '../../identity.js';
import type { ModuleReport, Report } from '../../model.js';
import { placedFindings } from '../../report/findings.js';
import { sha256 } from '../../sha256.js';
import { SEVERITIES } from '../../types.js';
import type { Counts } from './records.js';
import { columnText, type FleetStore } from './store.js';

/** A report on its way into what is known of its host. */
interface Arrival {
  readonly host: string;
  /** Number of the report. */
  readonly id: number;
  readonly whole: boolean;
  readonly report: Report;
  /** When it was ordered. */
  readonly issued: Date;
  readonly receivedAt: Date;
}

/** Findings by severity, as columns hold them: the worst first. */
type Numbers = readonly number[];

const NONE: Numbers = SEVERITIES.map(() => 0);

/**
 * Brings what is known of a host up to a report. One of single modules says nothing of the others, nor of what lies
 * outside of modules: what was known of them stays.
 */
export function bring(store: FleetStore, arrival: Arrival): void {
  const { host, whole, report } = arrival;
  const rows: Rows = {
    modules: report.modules.map(moduleRow),
    findings: findingRows(report),
    seen: [...placedFindings(report)].flatMap(({ finding }) => seenRow(finding)),
  };
  // Most nights most hosts are as they were: then none of some hundred rows has to be looked for.
  const digest = whole ? sha256(Buffer.from(JSON.stringify(rows))) : '';
  const known = store.first('SELECT digest FROM standings WHERE host = ?', host)?.[0];
  const isSame = whole && digest === known;
  if (!isSame) noteFirstSeen(store, arrival, rows);
  if (isOlder(store, arrival)) return;
  if (!isSame) {
    keepModules(store, arrival, rows);
    keepFindings(store, arrival, rows);
  }
  keepStanding(store, arrival, digest);
}

/** What of a report goes into tables. */
interface Rows {
  readonly modules: readonly ReturnType<typeof moduleRow>[];
  readonly findings: ReturnType<typeof findingRows>;
  readonly seen: readonly ReturnType<typeof seenRow>[number][];
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

/** Whether something newer is known: ordered later, and ended later by the host's own clock. One alone may be wrong. */
function isOlder(store: FleetStore, { host, issued, report }: Arrival): boolean {
  const row = store.first('SELECT issued, finished_at FROM standings WHERE host = ?', host);
  if (row === undefined) return false;
  return issued.getTime() < Number(row[0]) && report.finishedAt.getTime() < Number(row[1]);
}

function keepModules(store: FleetStore, { host, whole }: Arrival, { modules }: Rows): void {
  const rows = JSON.stringify(modules);
  if (whole) {
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

function keepFindings(store: FleetStore, { host, whole, report }: Arrival, { findings: rows }: Rows): void {
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

/** @param digest of what is in the tables now; '' where that is not of this report alone. */
function keepStanding(store: FleetStore, arrival: Arrival, digest: string): void {
  const { host, id, whole, report, issued } = arrival;
  const inModules = sum(
    store.all('SELECT counts FROM modules WHERE host = ?', host).map(([counts]) => numbersOf(counts)),
  );
  const before = store.first('SELECT last_whole, complete, elsewhere FROM standings WHERE host = ?', host);
  const total = whole ? countsOf(report) : null;
  // What lies outside of modules, and what was too much to be sent.
  const elsewhere = total?.map((number, index) => number - (inModules[index] ?? 0)) ?? numbersOf(before?.[2]);
  const counts = sum([inModules, elsewhere]);
  store.change(
    'INSERT OR REPLACE INTO standings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ...[host, id, whole ? id : ((before?.[0] as number | null | undefined) ?? null)],
    ...[issued.getTime(), report.finishedAt.getTime()],
    Number(report.complete && (whole || isComplete(store, host, before))),
    JSON.stringify(counts),
    JSON.stringify(elsewhere),
    digest,
  );
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

function noteFirstSeen(store: FleetStore, { host, report, receivedAt }: Arrival, { seen }: Rows): void {
  const noted = receivedAt.getTime();
  const rows = seen.map(([hash, path, time]) => {
    return [hash, path, Math.min(time ?? report.startedAt.getTime(), noted)];
  });
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
