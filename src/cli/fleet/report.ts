import { SigsweepError } from '../../errors.js';
import { hostByName, listHosts } from '../../fleet/store/hosts.js';
import { contentsOf, lastReports } from '../../fleet/store/reports.js';
import type { Report } from '../../model.js';
import { type ReportArguments, requireDistinctFiles, writeReports } from '../report-options.js';
import { printReport } from '../run-report.js';
import { withExistingLedger } from './at-work.js';
import { chosenHosts, selectionOf } from './chosen-hosts.js';
import type { FolderArguments } from './fleet-options.js';

export interface FleetReportArguments extends FolderArguments, ReportArguments {}

/** `sigsweep fleet report HOST`. @param isDefaultFormat whether no form was asked for */
export async function report(host: string, given: FleetReportArguments, isDefaultFormat: boolean): Promise<void> {
  requireDistinctFiles(given);
  const last = await withExistingLedger(given, ({ store }) => {
    // Those that were removed have reports too.
    if (hostByName(store, host) === null) chosenHosts(listHosts(store), selectionOf([host], {}));
    const [record] = lastReports(store, host, 1);
    return record === undefined ? null : contentsOf(store, record.id);
  });
  if (last === null) {
    throw new SigsweepError('SCAN_NOT_FOUND', `${host} has not reported yet: ask it with sigsweep fleet scan ${host}`);
  }
  await tell(last, given, isDefaultFormat);
}

async function tell(last: Report, given: FleetReportArguments, isDefaultFormat: boolean): Promise<void> {
  await writeReports(last, given);
  // Who asked for files only is not given the report as text besides.
  const wantsFilesOnly = given.report !== undefined && isDefaultFormat;
  if (given.output === undefined && !wantsFilesOnly) await printReport(last, given);
}
