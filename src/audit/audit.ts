import type { AlertEvent } from '../alert/event.js';
import type { AlertSettings } from '../alert/settings.js';
import { SigsweepError } from '../errors.js';
import { applyExemptions } from '../exempt/apply.js';
import { readExemptions } from '../exempt/read.js';
import type { BytePath } from '../files/bytepath.js';
import type { Report } from '../model.js';
import { ExitCode, exitCodeOf } from '../scan/exit-code.js';
import type { ScanOptions } from '../scan/options.js';
import { scanWithMemory } from '../scan/scan.js';
import { openFindings } from '../state/findings.js';
import type { ModuleStamps } from '../state/knowledge.js';
import { holderAge } from '../state/lock.js';
import { amendScan, lastCompleteScan, lastSuccess, snapshotOf } from '../state/scans.js';
import { databaseErrorInWords, isDatabaseError } from '../state/sqlite.js';
import type { Severity } from '../types.js';
import { deliverNow, deliverWaiting } from './deliver.js';
import { alertOfFailure } from './event.js';
import { withFirstSeen } from './first-seen.js';
import { History } from './history.js';
import { HistoryMemory, kindOfScan } from './memory.js';
import { writeMetrics } from './metrics.js';
import { pastScans } from './past-scans.js';
import { alertWithoutHistory, movedFrom, recordFailure, recordScan } from './record.js';
import { snapshotOfReport } from './take.js';

/** A scan, with all that goes on around it night after night. */
export interface AuditOptions {
  readonly scan: ScanOptions;
  /** Who scans. @default this process */
  readonly scanWith?: typeof scanWithMemory;
  /** The folder where scans are remembered; `null` remembers nothing. */
  readonly state: string | null;
  /** Whether somebody named that folder: one that was only assumed need not be usable. */
  readonly stateWasGiven: boolean;
  /** How long scans are remembered, in milliseconds. */
  readonly keep: number;
  /** Do not read what did not change since it was read last. */
  readonly quick: boolean;
  /** Read everything all the same when that was so many milliseconds ago. */
  readonly fullEvery: number;
  /** The file of exemptions. @default the usual one, where it is there */
  readonly exemptions?: string;
  readonly alerts: AlertSettings;
  /** Least severity of a finding that somebody is told of. */
  readonly alertOn: Severity;
  /** After how many milliseconds somebody is told again; `null` for never. */
  readonly remind: number | null;
  /** Where figures go for Prometheus. */
  readonly metrics?: string;
  /** Whether somebody reads what is said on standard error: no alert says then that the scan could not run. */
  readonly attended: boolean;
  /** The exit code of a signal that came, or undefined. */
  readonly interrupted: () => number | undefined;
}

/** A report, and what it learnt for quick scans. */
interface Looked {
  readonly report: Report;
  readonly stamps: readonly ModuleStamps[];
}

/** A Ctrl-C: whoever pressed it knows that the scan is incomplete. */
const STOPPED_BY_HAND = 130;

/**
 * Scans, takes out what is exempted, compares with the last complete scan, remembers, and tells whoever has to be told.
 *
 * @throws SigsweepError what a scan throws, and EXEMPTIONS_UNREADABLE, EXEMPTIONS_MALFORMED, FILE_UNSAFE,
 * STATE_UNUSABLE: alerts and figures then say that the scan could not run. SCAN_RUNNING, of which they say nothing unless
 * the other scan seems not to end any more.
 */
export async function audit(options: AuditOptions): Promise<Report> {
  const startedAt = new Date();
  const { history, note, problems: unopened } = await openHistory(options, startedAt);
  try {
    const looked = await look(options, history, startedAt).catch(async (error: unknown) => {
      throw await tellOfFailure(options, history, error, startedAt);
    });
    const remembered = remember(options, history, looked, startedAt);
    const undelivered = await tell(options, history, remembered.event);
    const problems = [...unopened, ...remembered.problems, ...undelivered];
    const report = withProblems(remembered.report, problems, [...note, ...(history?.notes ?? [])]);
    const ended = withProblems(report, figures(options, history, report), []);
    return amended(history, remembered.report, ended);
  } finally {
    history?.close();
  }
}

/** A scan that holds the lock for longer than this does not end by itself any more, in milliseconds. */
const LONGEST_SCAN = 12 * 3_600_000;

/** Nobody asked for the history in the usual place: a scan without it is worth more than none. So it is on a full disk. */
async function openHistory(options: AuditOptions, now: Date): Promise<Opened> {
  const none: Opened = { history: null, note: [], problems: [] };
  if (options.state === null) return none;
  try {
    const history = History.open(options.state, now);
    await tellOfUnfinished(options, history, now);
    return { ...none, history };
  } catch (error) {
    if (!(error instanceof SigsweepError)) throw error;
    // The one that runs tells what there is to tell, as long as it may still do so.
    if (error.code === 'SCAN_RUNNING' && holderAge(options.state, now) < LONGEST_SCAN) throw error;
    if (error.code !== 'STATE_UNUSABLE') throw await tellOfFailure(options, null, error, now);
    if (isDatabaseError(error.cause)) return { ...none, problems: [error.message] };
    if (options.stateWasGiven) throw await tellOfFailure(options, null, error, now);
    return { ...none, note: [error.message] };
  }
}

interface Opened {
  readonly history: History | null;
  readonly note: readonly string[];
  readonly problems: readonly string[];
}

/** What ends every scan before it can tell anything has to be told before the next one. */
async function tellOfUnfinished(options: AuditOptions, history: History, now: Date): Promise<void> {
  const { unfinished } = history;
  if (unfinished > 0)
    history.notes.push(`${unfinished === 1 ? 'the scan' : `${unfinished} scans`} before this one did not end`);
  if (unfinished >= TOLD_AFTER_UNFINISHED && !options.attended) {
    await alertFailure(options, history, 'scans do not end: they are killed, or run out of memory', now);
  }
}

/** One that did not end may have met a power cut. */
const TOLD_AFTER_UNFINISHED = 2;

/** Scans, and takes out what is exempted. */
async function look(options: AuditOptions, history: History | null, startedAt: Date): Promise<Looked> {
  const exemptions = await readExemptions(options.exemptions, startedAt);
  const stamps: ModuleStamps[] = [];
  const { scanWith = scanWithMemory } = options;
  const scanned = await (history === null
    ? scanWith(options.scan)
    : scanWith(options.scan, (root) => {
        const kind = kindOfScan(history, root, options, startedAt);
        return new HistoryMemory(history, root, kind, startedAt, stamps);
      }));
  const marked = applyExemptions(scanned, exemptions, startedAt);
  const exitCode = exitCodeOf(marked.summary, marked.complete, options.scan.failOn ?? 'high');
  return { report: { ...marked, exitCode: options.interrupted() ?? exitCode }, stamps };
}

/**
 * Compares with the last complete scan and remembers this one.
 * @returns the report with what the history says; the alert that has to go out at once because it could not be queued.
 */
function remember(
  options: AuditOptions,
  history: History | null,
  { report, stamps }: Looked,
  startedAt: Date,
): { report: Report; event: AlertEvent | null; problems: string[] } {
  const code = options.interrupted();
  const rules = { ...options, now: startedAt, stoppedByHand: code === STOPPED_BY_HAND };
  const channels = Object.keys(options.alerts);
  if (history === null) {
    const event = alertWithoutHistory(snapshotOfReport(report, options.scan), rules);
    return { report, event, problems: [] };
  }
  try {
    return history.use((database) => {
      const last = lastCompleteScan(database, report.root);
      const base = last === null ? null : snapshotOf(database, last);
      const open = openFindings(database, report.root);
      const taken = snapshotOfReport(report, options.scan);
      const forgetBefore = new Date(startedAt.getTime() - options.keep);
      const interrupted = code !== undefined;
      const subject = subjectOf(options);
      const moved = movedFrom(database, subject, report.root);
      const record = { rules, channels, forgetBefore, interrupted, stamps, subject, movedFrom: moved };
      const past = pastScans(database, report.root);
      const recorded = recordScan(database, taken, base, open, record);
      const problems = moved === null ? [] : [`the web root was ${moved} before, and nobody named this one`];
      return { report: { ...withFirstSeen(report, taken, open), ...recorded, history: past }, event: null, problems };
    });
  } catch (error) {
    const event = alertWithoutHistory(snapshotOfReport(report, options.scan), rules);
    return { report, event, problems: [`this scan could not be remembered: ${databaseErrorInWords(error)}`] };
  }
}

/** Remembers what only came out after a scan had been: whoever asks for its report later must be told no less. */
function amended(history: History | null, noted: Report, ended: Report): Report {
  const { scan, exitCode, notes } = ended;
  if (history === null || scan === null || notes.length === noted.notes.length) return ended;
  try {
    history.use((database) => amendScan(database, scan, exitCode, notes));
    return ended;
  } catch (error) {
    return withProblems(ended, [`how this scan ended could not be remembered: ${databaseErrorInWords(error)}`], []);
  }
}

/** How long an alert is waited for after a signal, in milliseconds: who sent it wants the end, but not silence. */
const LAST_WORDS_MILLISECONDS = 10_000;

/** Delivers what waits, or what could not even wait. @returns what could not be delivered, in words. */
async function tell(options: AuditOptions, history: History | null, event: AlertEvent | null): Promise<string[]> {
  const { signal: given } = options.scan;
  const signal = given?.aborted === true ? AbortSignal.timeout(LAST_WORDS_MILLISECONDS) : given;
  const problems = event === null ? [] : await deliverNow(options.alerts, event, signal);
  if (history === null) return problems;
  const waiting = await deliverWaiting(history, options.alerts, signal).catch((error: unknown) => [
    `alerts that wait could not be read: ${databaseErrorInWords(error)}`,
  ]);
  return [...problems, ...waiting];
}

/**
 * A scan that cannot run must not be silent, unless somebody sits before it.
 * @returns the error to throw: the same, with what could not be delivered.
 */
async function tellOfFailure(
  options: AuditOptions,
  history: History | null,
  error: unknown,
  startedAt: Date,
): Promise<unknown> {
  const message = error instanceof Error ? error.message : String(error);
  const problems = figures(options, history, null);
  if (!options.attended && !isMistyped(error)) {
    problems.push(...(await alertFailure(options, history, message, startedAt)));
  }
  if (problems.length === 0 || !(error instanceof SigsweepError)) return error;
  return new SigsweepError(error.code, [message, ...problems].join('; '), { cause: error });
}

/** What only whoever typed it can put right. */
function isMistyped(error: unknown): boolean {
  return error instanceof SigsweepError && (error.code === 'USAGE' || error.code === 'MODULE_NOT_FOUND');
}

/** What was to be scanned: a failure is over when the same could be. */
function subjectOf({ scan: { root, webRoot, modules } }: AuditOptions): string {
  return JSON.stringify([root ?? null, webRoot ?? null, modules ?? null]);
}

/** @returns what could not be delivered, in words. */
function alertFailure(
  options: AuditOptions,
  history: History | null,
  message: string,
  startedAt: Date,
): Promise<string[]> {
  const channels = Object.keys(options.alerts);
  let event = history === null ? alertOfFailure(message, startedAt) : null;
  try {
    history?.use((database) =>
      recordFailure(database, { message, subject: subjectOf(options) }, options.remind, startedAt, channels),
    );
  } catch {
    event = alertOfFailure(message, startedAt);
  }
  return tell(options, history, event);
}

/** Writes the figures, where they are asked for. @returns why they could not be written, in words. */
function figures({ metrics, scan }: AuditOptions, history: History | null, report: Report | null): string[] {
  // What a scan of single modules did not look at is not zero.
  if (metrics === undefined || scan.modules !== undefined) return [];
  if (report === null) return writeMetrics(metrics, null, new Date(), ExitCode.failed, lastSuccessOf(history, null));
  const { root, complete, finishedAt, exitCode } = report;
  return writeMetrics(metrics, report, finishedAt, exitCode, complete ? finishedAt : lastSuccessOf(history, root));
}

/** When the last complete scan ended: of this web root, or of any. */
function lastSuccessOf(history: History | null, root: BytePath | null): Date | null {
  try {
    return history?.use((database) => lastSuccess(database, root)) ?? null;
  } catch {
    return null;
  }
}

/** A scan that is clean, but that nobody heard of or will know of, is no success. */
function withProblems(report: Report, problems: readonly string[], notes: readonly string[]): Report {
  const isClean = report.exitCode === ExitCode.clean;
  const exitCode = problems.length > 0 && isClean ? ExitCode.incomplete : report.exitCode;
  return { ...report, exitCode, notes: [...report.notes, ...notes, ...problems] };
}
