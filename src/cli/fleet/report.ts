import { SigsweepError } from '../../errors.js';
import { writeWhole } from '../../files/write.js';
import { fleetReport } from '../../fleet/findings/fleet-report.js';
import type { FleetReport } from '../../fleet/findings/types.js';
import { fleetJson } from '../../fleet/report/json.js';
import { writeFleetPages } from '../../fleet/report/pages.js';
import { fleetText } from '../../fleet/report/text.js';
import { hostByName, listHosts } from '../../fleet/store/hosts.js';
import { contentsOf, presentReport } from '../../fleet/store/reports.js';
import type { FleetStore } from '../../fleet/store/store.js';
import { FORMATS } from '../../report/render.js';
import type { Severity } from '../../types.js';
import { countInWords } from '../../words.js';
import { print } from '../output.js';
import { type ReportArguments, requireDistinctFiles, writeReports } from '../report-options.js';
import { printReport } from '../run-report.js';
import { screenOf } from '../terminal/screen.js';
import { withExistingLedger } from './at-work.js';
import { chosenHosts, selectionOf } from './chosen-hosts.js';
import type { FolderArguments, SelectionArguments } from './fleet-options.js';

export interface FleetReportArguments extends FolderArguments, ReportArguments, SelectionArguments {
  readonly html?: string;
  readonly silentAfter: number;
  readonly failOn: Severity;
}

/** `sigsweep fleet report [HOST]`. @param isDefaultFormat whether no form was asked for */
export async function report(
  host: string | undefined,
  given: FleetReportArguments,
  isDefaultFormat: boolean,
): Promise<void> {
  requireDistinctFiles(given);
  // Who asked for files only is not given the report as text besides.
  const hasFiles = given.report !== undefined || given.html !== undefined;
  const prints = given.output === undefined && !(hasFiles && isDefaultFormat);
  await withExistingLedger(given, ({ store }) => {
    return host === undefined ? ofFleet(store, given, prints) : ofHost(store, host, given, prints);
  });
}

/** The last report of one host. */
async function ofHost(store: FleetStore, host: string, given: FleetReportArguments, prints: boolean): Promise<void> {
  if (given.html !== undefined || given.group !== undefined || given.label !== undefined) {
    throw new SigsweepError('USAGE', '--html, --group and --label are for the fleet: leave the host out, or them');
  }
  // Those that were removed have reports too.
  const known = hostByName(store, host);
  if (known === null) chosenHosts(listHosts(store), selectionOf([host], {}));
  const record = known === null ? null : presentReport(store, known);
  const last = record === null ? null : contentsOf(store, record.id);
  if (last === null) {
    throw new SigsweepError('SCAN_NOT_FOUND', `${host} has not reported yet: ask it with sigsweep fleet scan ${host}`);
  }
  await writeReports(last, given);
  if (prints) await printReport(last, given);
}

/** The fleet as it is known now. */
async function ofFleet(store: FleetStore, given: FleetReportArguments, prints: boolean): Promise<void> {
  const other = [given.format, ...FORMATS.filter((format) => given.report?.[format] !== undefined)].find(
    (format) => format !== 'text' && format !== 'json',
  );
  if (other !== undefined) {
    throw new SigsweepError(
      'USAGE',
      `a fleet is told of as text or json, or as pages with --html DIR, and not as ${other}`,
    );
  }
  const { silentAfter, failOn, group, label, html } = given;
  const chosen =
    group === undefined && label === undefined ? null : chosenHosts(listHosts(store), selectionOf([], given));
  const found = fleetReport(store, {
    now: new Date(),
    silentAfter,
    failOn,
    ...(chosen === null ? {} : { hosts: new Set(chosen.map(({ name }) => name)) }),
  });
  process.exitCode = found.exitCode;
  if (prints) {
    const screen = screenOf();
    await print(partsOf(found, given, { ...screen, color: given.color && screen.color }));
  }
  const files = [
    ...(given.output === undefined ? [] : [{ file: given.output, format: given.format }]),
    ...(['text', 'json'] as const).flatMap((format) => {
      const file = given.report?.[format];
      return file === undefined ? [] : [{ file, format }];
    }),
  ];
  for (const { file, format } of files) writeWhole(file, partsOf(found, { ...given, format }, {}));
  if (html !== undefined) {
    const pages = writeFleetPages(html, store, found);
    process.stderr.write(`sigsweep: wrote ${html}/index.html, and ${countInWords(pages, 'page')}, one a host\n`);
  }
}

function partsOf(found: FleetReport, { format, all }: FleetReportArguments, look: Parameters<typeof fleetText>[1]) {
  return format === 'json' ? fleetJson(found) : fleetText(found, { ...look, all: all ?? false });
}
