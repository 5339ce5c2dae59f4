import type { Command } from 'commander';
import { storedReport } from '../audit/stored-report.js';
import { findScan, readHistory, type StateArguments, withStateFolder } from './remembered.js';
import { type ReportArguments, requireDistinctFiles, withReportOptions, writeReports } from './report-options.js';
import { printReport } from './run-report.js';

interface StoredReportArguments extends StateArguments, ReportArguments {}

/** `sigsweep report [scan]`. */
export function addReportCommand(program: Command): void {
  const command = program
    .command('report')
    .summary('give the report of an earlier scan, in any form')
    .description(
      'The report of a scan that is remembered, as that scan gave it. What is only information is not\n' +
        'remembered. Exit codes: 0, whatever the scan found; 2 where the report could not be given.',
    )
    .argument('[scan]', 'its number, or last', 'last');
  withStateFolder(withReportOptions(command)).action(
    async (scan: string, given: StoredReportArguments, self: Command) => {
      requireDistinctFiles(given);
      const report = readHistory(given, (database) => storedReport(database, findScan(database, scan)));
      await writeReports(report, given);
      // Who asked for files only is not given the report as text besides.
      const wantsFilesOnly = given.report !== undefined && self.getOptionValueSource('format') === 'default';
      if (given.output === undefined && !wantsFilesOnly) await printReport(report, given);
    },
  );
}
