import { DEFAULT_FAIL_ON } from '../../fleet/findings/fleet-report.js';
import { hasAtLeast } from '../../fleet/findings/hosts.js';
import type { OrderRecord, ReportRecord } from '../../fleet/store/records.js';
import { safeJson } from '../../report/escape.js';
import { shortForTerminal } from '../../report/shorten.js';
import { ExitCode } from '../../scan/exit-code.js';
import { SEVERITIES } from '../../types.js';
import { countInWords } from '../../words.js';
import { table } from './table.js';

/** What one host made of what it was asked. */
export interface HostResult {
  readonly order: OrderRecord;
  /** `null` where there is none. */
  readonly report: ReportRecord | null;
}

/** Counted on a line; what is only information is not. */
const SHOWN = SEVERITIES.filter((severity) => severity !== 'info');

/** What the hosts of a batch found: those with something to tell, and how many there are of each. */
export function* batchLines(results: readonly HostResult[]): Generator<string> {
  const telling = results.filter((result) => resultOf(result) !== 'clean');
  yield* table(['host', 'result', ...SHOWN], telling.map(cellsOf), [2, 3, 4, 5]);
  for (const { order } of telling) {
    if (order.state === 'failed') yield `${order.host}  could not scan: ${shortForTerminal(order.reason)}`;
  }
  const count = (what: string) => results.filter((result) => resultOf(result) === what).length;
  const counts = ['clean', 'findings', 'incomplete', 'failed', 'no answer', 'not answered yet'].flatMap((what) => {
    const number = count(what);
    return number === 0 ? [] : [`${number} ${what}`];
  });
  yield `${countInWords(results.length, 'host')}: ${counts.join(', ')}`;
}

/** The same as one JSON document. */
export function batchJson(batch: string, results: readonly HostResult[]): string {
  const hosts = results.map((result) => {
    const { order, report } = result;
    return {
      host: order.host,
      result: resultOf(result),
      ...(order.reason === '' ? {} : { reason: order.reason }),
      ...(report === null ? {} : { report: reportObject(report) }),
    };
  });
  return `${safeJson({ schema: 'sigsweep/fleet-scan@1', batch, hosts })}\n`;
}

function cellsOf(result: HostResult): string[] {
  const { order, report } = result;
  return [
    order.host,
    resultOf(result),
    ...SHOWN.map((severity) => (report === null ? '-' : String(report.counts[severity]))),
  ];
}

type Result = 'clean' | 'findings' | 'incomplete' | 'failed' | 'no answer' | 'not answered yet';

/** Of a host that lets more pass than the fleet does, the fleet's own measure counts. */
function resultOf({ order, report }: HostResult): Result {
  if (order.state === 'sent') return 'not answered yet';
  if (order.state === 'expired') return 'no answer';
  if (order.state === 'failed' || report === null) return 'failed';
  if (report.exitCode === ExitCode.findings || hasAtLeast(report.counts, DEFAULT_FAIL_ON)) return 'findings';
  return report.complete && report.exitCode === ExitCode.clean ? 'clean' : 'incomplete';
}

/** 1 before 3: that something was not looked at makes what was found no better. */
export function exitCodeOf(results: readonly HostResult[]): number {
  const all = results.map(resultOf);
  if (all.includes('findings')) return ExitCode.findings;
  return all.every((one) => one === 'clean') ? ExitCode.clean : ExitCode.incomplete;
}

function reportObject({
  id,
  startedAt,
  finishedAt,
  receivedAt,
  kind,
  complete,
  exitCode,
  counts,
}: ReportRecord): object {
  return { number: id, startedAt, finishedAt, receivedAt, kind, complete, exitCode, findings: counts };
}
