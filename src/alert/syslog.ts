import { runProgram } from '../process/run-program.js';
import { oneLine } from '../report/one-line.js';
import type { Severity } from '../types.js';
import type { Delivered } from './channel.js';
import { type AlertEvent, type AlertFinding, type AlertVerdict, MOST_ALERT_FINDINGS } from './event.js';
import type { SyslogSettings } from './settings.js';
import { findingInWords, verdictInWords } from './text.js';

/** The number that RFC 5612 sets aside for examples: the data's name has no other owner. */
const STRUCTURED_DATA_ID = 'sigsweep@32473';

const SYSLOG_SEVERITY: Record<Severity, string> = {
  critical: 'crit',
  high: 'err',
  medium: 'warning',
  low: 'notice',
  info: 'info',
};

/** Longest message, longest value besides it, in characters; a whole record stays well below 2 KiB of plain text. */
const MOST_MESSAGE = 700;
const MOST_VALUE = 300;

/** Receivers must take 480 bytes and should take 2048 (RFC 5424, 6.1); escapes and other scripts may need more. */
const MOST_BYTES = 8192;

/** One record of the system log. */
interface LogRecord {
  /** What it is about, as the record's MSGID. */
  readonly name: 'summary' | 'verdict' | 'finding' | 'gone';
  readonly severity: Severity;
  readonly data: Readonly<Record<string, string>>;
  readonly message: string;
}

/** Writes the event into a system log: a record for the whole, then one for each finding, through `logger`. */
export async function sendToSyslog(
  settings: SyslogSettings,
  event: AlertEvent,
  signal: AbortSignal,
): Promise<Delivered> {
  for (const record of logRecords(event)) {
    await runProgram('logger', loggerArguments(settings, record), '', signal);
  }
  return { refused: [] };
}

function* logRecords(event: AlertEvent): Generator<LogRecord> {
  const { id, reasons, severity, host, root, scan, headline, findings, gone } = event;
  yield {
    name: 'summary',
    severity,
    data: {
      event: id,
      reasons: reasons.join(' '),
      severity,
      host,
      root,
      ...(scan === null ? {} : { scan: String(scan) }),
      findings: String(findings.length + event.moreFindings),
      gone: String(gone.length + event.moreGone),
      complete: String(event.complete),
    },
    message: `${oneLine(headline, MOST_MESSAGE)} (${oneLine(root, MOST_VALUE)})`,
  };
  for (const verdict of event.verdicts.slice(0, MOST_ALERT_FINDINGS)) yield verdictRecord(id, severity, verdict);
  for (const finding of findings.slice(0, MOST_ALERT_FINDINGS)) yield findingRecord('finding', id, finding);
  for (const finding of gone.slice(0, MOST_ALERT_FINDINGS)) yield findingRecord('gone', id, finding);
}

function verdictRecord(event: string, severity: Severity, verdict: AlertVerdict): LogRecord {
  const { module, before, after } = verdict;
  const data = { event, module, ...(before == null ? {} : { before }), after: after ?? 'gone' };
  return { name: 'verdict', severity, data, message: oneLine(verdictInWords(verdict), MOST_MESSAGE) };
}

function findingRecord(name: 'finding' | 'gone', event: string, finding: AlertFinding): LogRecord {
  const { module, kind, severity, class: named, file, actual } = finding;
  return {
    name,
    // That something is gone is no event of its severity.
    severity: name === 'gone' ? 'info' : severity,
    data: {
      event,
      kind,
      severity,
      ...(named === undefined ? {} : { class: named }),
      ...(module === null ? {} : { module }),
      file,
      ...(actual === undefined ? {} : { sha256: actual }),
    },
    message: `${name === 'gone' ? 'gone: ' : ''}${findingInWords(finding)} ${oneLine(file, MOST_MESSAGE)}`,
  };
}

function loggerArguments(settings: SyslogSettings, { name, severity, data, message }: LogRecord): string[] {
  return [
    ...receiver(settings),
    '--rfc5424=notq',
    `--size=${MOST_BYTES}`,
    `--priority=${settings.facility}.${SYSLOG_SEVERITY[severity]}`,
    '--tag=sigsweep',
    `--msgid=${name}`,
    `--sd-id=${STRUCTURED_DATA_ID}`,
    ...Object.entries(data).map(([key, value]) => `--sd-param=${key}="${structuredValue(value)}"`),
    '--',
    message,
  ];
}

/** Without `--socket-errors` nobody learns that there is no system log. */
function receiver({ server, port, protocol, socket }: SyslogSettings): string[] {
  if (server === undefined) return ['--socket-errors=on', ...(socket === undefined ? [] : [`--socket=${socket}`])];
  return [`--server=${server}`, ...(port === undefined ? [] : [`--port=${port}`]), `--${protocol}`];
}

/** A value as structured data holds it (RFC 5424, 6.3.3): what would end it has a backslash in front. */
function structuredValue(value: string): string {
  return oneLine(value, MOST_VALUE).replace(/["\\\]]/g, '\\$&');
}
