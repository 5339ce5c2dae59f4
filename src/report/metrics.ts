import type { Report } from '../model.js';
import { TOOL } from '../tool.js';
import { SEVERITIES, VERDICTS } from '../types.js';
import { escapeForTerminal } from './escape.js';

/** What is told of the last run. */
export interface RunMetrics {
  /** `null` where the scan could not run. */
  readonly report: Report | null;
  readonly finishedAt: Date;
  readonly exitCode: number;
  /** When the last complete scan ended, this one included; `null`: none is known. */
  readonly lastSuccess: Date | null;
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

/**
 * The last run in Prometheus' text format, for the node exporter's textfile collector. Where there is no report, what
 * a scan found is left out: figures of an earlier one would pass for present.
 */
export function* metricsParts({ report, finishedAt, exitCode, lastSuccess }: RunMetrics): Generator<string> {
  yield gauge('build_info', 'The program that wrote these figures.', [[{ version: TOOL.version }, 1]]);
  yield gauge('last_run_timestamp_seconds', 'When the last run ended, whatever came of it.', inSeconds(finishedAt));
  yield gauge('last_run_exit_code', '0 clean, 1 findings, 2 could not run, 3 incomplete.', single(exitCode));
  if (lastSuccess !== null) {
    yield gauge('last_success_timestamp_seconds', 'When the last complete scan ended.', inSeconds(lastSuccess));
  }
  if (report !== null) yield* scanParts(report);
}

function* scanParts({ kind, root, complete, startedAt, finishedAt, summary }: Report): Generator<string> {
  yield gauge('scan_info', 'The last scan: its kind, full or quick, and the web root.', [
    [{ kind, root: escapeForTerminal(root) }, 1],
  ]);
  yield gauge('scan_complete', 'Whether the last scan looked at everything it should have.', single(complete ? 1 : 0));
  const seconds = (finishedAt.getTime() - startedAt.getTime()) / 1000;
  yield gauge('scan_duration_seconds', 'How long the last scan took.', single(seconds));
  yield gauge('scan_read_bytes', 'File content that the last scan read.', single(summary.bytes));
  yield gauge('findings', 'Findings of the last scan that no exemption covers.', [
    ...SEVERITIES.map((severity): Sample => [{ severity }, summary.findings[severity]]),
  ]);
  yield gauge('findings_exempted', 'Findings of the last scan that an exemption covers.', single(summary.exempted));
  yield gauge('modules', 'Modules of the last scan by verdict.', [
    ...VERDICTS.map((verdict): Sample => [{ verdict }, summary.verdicts[verdict]]),
  ]);
  yield gauge('files_listed', 'Files that verified manifests list.', single(summary.listed));
  yield gauge('files_hashed', 'Listed files that the last scan read and hashed.', single(summary.hashed));
  yield gauge('hashes_reused', 'Listed files that had not changed since they were hashed.', single(summary.reused));
}

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  const metric = `${TOOL.name}_${name}`;
  const lines = samples.map(([labels, value]) => `${metric}${labelSet(labels)} ${value}\n`);
  return `# HELP ${metric} ${help}\n# TYPE ${metric} gauge\n${lines.join('')}`;
}

function single(value: number): Sample[] {
  return [[{}, value]];
}

function inSeconds(date: Date): Sample[] {
  return single(date.getTime() / 1000);
}

function labelSet(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${labelValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** A quotation mark would end the value, a line break the sample. */
function labelValue(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
