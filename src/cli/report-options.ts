import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { SigsweepError } from '../errors.js';
import { writeWhole } from '../files/write.js';
import type { Report } from '../model.js';
import { FORMATS, type Format, reportParts } from '../report/render.js';

/** Which forms of a report are made, and where they go. */
export interface ReportArguments {
  readonly all?: true;
  readonly format: Format;
  readonly output?: string;
  /** Form → file. */
  readonly report?: Partial<Record<Format, string>>;
  readonly color: boolean;
}

/** Adds the options about the form of a report. */
export function withReportOptions(command: Command): Command {
  return command
    .option('--all', 'list every finding and every module, nothing folded or only counted')
    .addOption(new Option('--format <format>', 'form of the report').choices(FORMATS).default('text'))
    .option('--output <file>', 'write the report to a file, whole or not at all')
    .option('--report <FORMAT=file>', 'write it in this form to a file too (repeatable)', parseReport)
    .option('--no-color', 'no colours (NO_COLOR does the same)');
}

/** One more form of a report. */
export function parseReport(text: string, previous: ReportArguments['report']): ReportArguments['report'] {
  const [, name, file] = /^(\w+)=(.+)$/s.exec(text) ?? [];
  const format = FORMATS.find((candidate) => candidate === name);
  if (format === undefined || file === undefined) {
    throw new InvalidArgumentError(`give FORMAT=FILE, with FORMAT one of ${FORMATS.join(', ')}.`);
  }
  if (previous?.[format] !== undefined) throw new InvalidArgumentError(`${format} was given before.`);
  return { ...previous, [format]: file };
}

/** Before anything is scanned. @throws SigsweepError USAGE where two reports would be one file. */
export function requireDistinctFiles(given: ReportArguments): void {
  const seen = new Set<string>();
  for (const { file } of filesOf(given)) {
    const place = placeOf(file);
    if (seen.has(place)) throw new SigsweepError('USAGE', `two reports cannot both be written to ${file}`);
    seen.add(place);
  }
}

/** Where a file takes its place: a folder may have several names, and a link that is the file itself is replaced. */
function placeOf(file: string): string {
  const path = resolve(file);
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    // Writing it says what is wrong with the folder.
    return path;
  }
}

/**
 * Writes the report to every file that was asked for, each whole or not at all, whatever becomes of the others.
 * @throws SigsweepError OUTPUT_FAILED
 */
export async function writeReports(report: Report, given: ReportArguments): Promise<void> {
  const problems: unknown[] = [];
  for (const { format, file } of filesOf(given)) {
    try {
      writeWhole(file, await reportParts(report, format, { color: false, all: given.all ?? false }));
    } catch (error) {
      problems.push(error);
    }
  }
  const [first, ...more] = problems;
  if (more.length === 0 && first !== undefined) throw first;
  if (first === undefined) return;
  const details = problems.map((problem) => (problem instanceof Error ? problem.message : String(problem)));
  throw new SigsweepError('OUTPUT_FAILED', `${problems.length} reports could not be written:`, {
    cause: first,
    details,
  });
}

function filesOf({ format, output, report = {} }: ReportArguments): { format: Format; file: string }[] {
  const named = FORMATS.flatMap((one) => {
    const file = report[one];
    return file === undefined ? [] : [{ format: one, file }];
  });
  return output === undefined ? named : [{ format, file: output }, ...named];
}
