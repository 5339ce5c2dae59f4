import { type FitOptions, fitLines } from '../../report/layout/fit.js';
import { aligned } from '../../report/layout/table.js';
import { TOOL } from '../../tool.js';
import { SEVERITIES, type Severity } from '../../types.js';
import { countInWords, groupDigits, minuteOf } from '../../words.js';
import { type FleetFinding, type FleetHost, type FleetReport, HOST_STATES, HOST_VERDICTS } from '../findings/types.js';
import { byNeed } from './order.js';
import { fleetResult, hostsInWords, needsLook, phraseOf } from './words.js';

export interface FleetTextOptions extends FitOptions {
  /** Every host and every finding. @default false */
  readonly all?: boolean;
}

/** So many hosts, and so many findings of one kind and severity, stand in the text. */
const MOST_HOSTS = 100;
const MOST_ALIKE = 20;

/** What a table of hosts shows of their findings. */
const SHOWN: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** The fleet for a person, line by line: what only all hosts show, hosts that somebody has to look at, a summary last. */
export function* fleetText(report: FleetReport, options: FleetTextOptions = {}): Generator<string> {
  for (const line of fitLines(lines(report, options.all === true, options.columns), options)) yield `${line}\n`;
}

function* lines(report: FleetReport, all: boolean, columns: number | undefined): Generator<string> {
  const { hosts, summary } = report;
  yield `${TOOL.name} ${TOOL.version}  fleet of ${countInWords(hosts.length, 'host')}  ${minuteOf(report.at)}`;
  if (report.findings.length > 0) yield '';
  yield* findingLines(report.findings, all);
  const listed = all ? hosts : hosts.filter(needsLook).sort(byNeed);
  const shown = all ? listed : listed.slice(0, MOST_HOSTS);
  if (shown.length > 0) yield '';
  yield* hostTable(shown, columns);
  if (listed.length > shown.length) yield `and ${countInWords(listed.length - shown.length, 'host')} more (--all)`;
  yield '';
  yield `hosts     ${groupDigits(summary.hosts)}: ${counted(HOST_VERDICTS, summary.verdicts)}`;
  yield `reports   ${counted(HOST_STATES, summary.states)}; ${countInWords(summary.waiting, 'answer')} to come`;
  yield `findings  on hosts ${counted(SEVERITIES, summary.counts)}; of the fleet ${counted(SEVERITIES, summary.findings)}`;
  yield `result    ${fleetResult(report)}`;
}

function* findingLines(findings: readonly FleetFinding[], all: boolean): Generator<string> {
  const alike = new Map<string, number>();
  for (const finding of findings) {
    const key = `${finding.severity.padEnd(8)}  ${phraseOf(finding).label}`;
    const number = (alike.get(key) ?? 0) + 1;
    alike.set(key, number);
    if (all || number <= MOST_ALIKE) yield findingLine(finding);
  }
  for (const [key, number] of alike) {
    if (!all && number > MOST_ALIKE) yield `${key}: ${countInWords(number - MOST_ALIKE, 'finding')} more (--all)`;
  }
}

function findingLine(finding: FleetFinding): string {
  const { label, subject, says } = phraseOf(finding);
  const hosts = hostsInWords(finding.hosts);
  return `${finding.severity.padEnd(8)}  ${label.padEnd(14)}  ${subject === '' ? hosts : `${subject} on ${hosts}`}: ${says}`;
}

const HEADINGS = ['host', 'verdict', 'state', ...SHOWN, 'good', 'last report (UTC)'];
const SHORT_HEADINGS = ['host', 'verdict', 'state', 'crit', 'high', 'med', 'low', 'good', 'last report'];
const WORDS: ReadonlySet<number> = new Set([0, 1, 2, 8]);

/** As narrow as the terminal wants it. */
function* hostTable(hosts: readonly FleetHost[], columns: number | undefined): Generator<string> {
  if (hosts.length === 0) return;
  const rows = hosts.map(cellsOf);
  const short = rows.map((cells) => cells.map((cell, column) => (column === 8 ? cell.slice(0, 10) : cell)));
  const forms = [aligned([HEADINGS, ...rows], WORDS, 2), aligned([SHORT_HEADINGS, ...short], WORDS, 1)];
  yield* forms.find((form) => columns === undefined || form.every((line) => line.length <= columns)) ?? forms[1] ?? [];
}

function cellsOf({ name, verdict, state, counts, modules, good, whole }: FleetHost): string[] {
  return [
    name,
    verdict,
    state,
    ...SHOWN.map((severity) => groupDigits(counts[severity])),
    `${groupDigits(good)}/${groupDigits(modules)}`,
    whole === null ? 'never' : minuteOf(whole.finishedAt).slice(0, 16),
  ];
}

function counted<Key extends string>(keys: readonly Key[], counts: Readonly<Record<Key, number>>): string {
  const parts = keys.filter((key) => counts[key] > 0).map((key) => `${groupDigits(counts[key])} ${key}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
