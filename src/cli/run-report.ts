import type { Report } from '../model.js';
import { reportParts } from '../report/render.js';
import { shortForTerminal } from '../report/shorten.js';
import type { RunOptions } from '../scan/options.js';
import type { CommonArguments } from './arguments.js';
import { Interrupt } from './interrupt.js';
import { print } from './output.js';
import { type ReportArguments, requireDistinctFiles, writeReports } from './report-options.js';
import { screenOf } from './terminal/screen.js';

/** The part of the options that the command line adds to what the user gave. */
export interface RunHooks extends Pick<RunOptions, 'signal' | 'onProgress'> {
  /** The exit code of a signal that came, or undefined. */
  readonly interrupted: () => number | undefined;
}

/** Runs what makes a report, shows how far it is, and delivers the report as the arguments ask. */
export async function runReport(given: CommonArguments, make: (hooks: RunHooks) => Promise<Report>): Promise<void> {
  requireDistinctFiles(given);
  const interrupt = new Interrupt();
  const Bars = given.progress && process.stderr.isTTY ? await loadBars() : undefined;
  let bars: InstanceType<NonNullable<typeof Bars>> | undefined;
  try {
    let report = await make({
      signal: interrupt.signal,
      interrupted: () => interrupt.exitCode,
      onProgress: (progress) => {
        // Not before there is something to show: whatever is said until then stands above the bars.
        if (Bars !== undefined) bars ??= new Bars();
        bars?.update(progress);
      },
    });
    // Whether the scan was cut short by it, the report knows.
    if (interrupt.exitCode !== undefined) report = { ...report, exitCode: interrupt.exitCode };
    // As long as the signals are taken, none of them can end the program in the middle of a report.
    const written = await writeReports(report, given).catch((error: unknown) => ({ error }));
    bars?.stop();
    bars = undefined;
    process.exitCode = report.exitCode;
    await tell(report, given);
    // Not before it is printed: what was found must not be lost with a file.
    if (written !== undefined) throw written.error;
  } finally {
    bars?.stop();
    interrupt.release();
  }
}

async function tell(report: Report, given: CommonArguments): Promise<void> {
  const prints = given.output === undefined && !(given.quiet === true && report.exitCode === 0);
  if (prints) await printReport(report, given);
  // The text report says these itself. With any other form, in a file, or unprinted, a person still has to hear of
  // them: where a scan was led to a clean copy, a note is all that tells.
  if (prints && given.format === 'text') return;
  for (const note of report.notes) process.stderr.write(`sigsweep: note: ${shortForTerminal(note)}\n`);
}

/** Prints a report in the form that was asked for. */
export async function printReport(report: Report, { format, color, all }: ReportArguments): Promise<void> {
  const screen = screenOf();
  const isPerson = process.stdout.isTTY === true;
  const look = { ...screen, color: color && screen.color, all: all ?? false, hints: isPerson };
  await print(await reportParts(report, format, look));
}

/** Loaded only where bars are shown. */
async function loadBars() {
  const { ProgressBars } = await import('./progress-bars.js');
  return ProgressBars;
}
