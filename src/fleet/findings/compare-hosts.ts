import type { ModuleState, PlacedFinding } from '../../changes.js';
import { SigsweepError } from '../../errors.js';
import { type BytePath, compareBytes } from '../../files/bytepath.js';
import { findingKey } from '../../identity.js';
import type { ModuleReport, Report } from '../../model.js';
import { placedFindings } from '../../report/findings.js';
import { moduleState } from '../../report/module-state.js';
import { hostByName } from '../store/hosts.js';
import type { ReportRecord } from '../store/records.js';
import { contentsOf, lastReports, presentReport } from '../store/reports.js';
import type { FleetStore } from '../store/store.js';

/** In what a module is not the same on two sides; `missing`: one of them has it not. */
export type ModuleDifference = 'missing' | 'version' | 'signer' | 'bytes' | 'verdict';

/** A module that is not the same on two sides. */
export interface ComparedModule {
  readonly name: BytePath;
  readonly differences: readonly ModuleDifference[];
  readonly one: ModuleState | null;
  readonly other: ModuleState | null;
}

/** One of the two reports that are compared. */
export interface ComparedReport {
  readonly host: string;
  readonly report: Omit<ReportRecord, 'message'>;
}

/** What is not the same on two hosts, or in two reports of one. */
export interface FleetComparison {
  readonly one: ComparedReport;
  readonly other: ComparedReport;
  /** By name. */
  readonly modules: readonly ComparedModule[];
  /** Modules that are the same. */
  readonly sameModules: number;
  /** Findings that only the first has, or only the other; without what is only information. */
  readonly onlyOne: readonly PlacedFinding[];
  readonly onlyOther: readonly PlacedFinding[];
  /** Findings that both have. */
  readonly both: readonly PlacedFinding[];
  /** Whether all was looked at on both sides: else what is missing may only not have been seen. */
  readonly complete: boolean;
}

/**
 * Compares the last reports of everything of two hosts, or the last two of one, the older one first.
 * @throws SigsweepError HOST_NOT_FOUND; SCAN_NOT_FOUND where there are no such reports.
 */
export function compareHosts(store: FleetStore, one: string, other: string | null): FleetComparison {
  return store.reading(() => {
    for (const name of [one, ...(other === null ? [] : [other])]) {
      if (hostByName(store, name) === null) {
        throw new SigsweepError(
          'HOST_NOT_FOUND',
          `there is no host ${name} in the fleet; sigsweep fleet list names all`,
        );
      }
    }
    if (other !== null) return compared(store, lastOf(store, one), lastOf(store, other));
    const [newer, older] = lastReports(store, one, 2, true);
    if (newer === undefined || older === undefined) {
      throw new SigsweepError('SCAN_NOT_FOUND', `there are no two reports of everything on ${one} to compare`);
    }
    return compared(store, older, newer);
  });
}

function lastOf(store: FleetStore, host: string): ReportRecord {
  const known = hostByName(store, host);
  const last = known === null ? null : presentReport(store, known, true);
  if (last === null) throw new SigsweepError('SCAN_NOT_FOUND', `there is no report of everything on ${host}`);
  return last;
}

function compared(store: FleetStore, one: ReportRecord, other: ReportRecord): FleetComparison {
  const [before, after] = [reportOf(store, one), reportOf(store, other)];
  const names = new Set([...before.modules, ...after.modules].map(({ name }) => name));
  const [ones, others] = [before, after].map(({ modules }) => new Map(modules.map((module) => [module.name, module])));
  const modules = [...names].sort(compareBytes).map((name) => comparedModule(name, ones?.get(name), others?.get(name)));
  const [found, foundThere] = [findingsOf(before), findingsOf(after)];
  return {
    one: { host: one.host, report: one },
    other: { host: other.host, report: other },
    modules: modules.filter(({ differences }) => differences.length > 0),
    sameModules: modules.filter(({ differences }) => differences.length === 0).length,
    onlyOne: [...found].flatMap(([key, placed]) => (foundThere.has(key) ? [] : [placed])),
    onlyOther: [...foundThere].flatMap(([key, placed]) => (found.has(key) ? [] : [placed])),
    both: [...foundThere].flatMap(([key, placed]) => (found.has(key) ? [placed] : [])),
    complete: one.complete && other.complete,
  };
}

function reportOf(store: FleetStore, { id, host }: ReportRecord): Report {
  const report = contentsOf(store, id);
  if (report === null) throw new SigsweepError('SCAN_NOT_FOUND', `the report of ${host} is not there any more`);
  return report;
}

function findingsOf(report: Report): Map<string, PlacedFinding> {
  const found = new Map<string, PlacedFinding>();
  for (const placed of placedFindings(report)) {
    if (placed.finding.severity !== 'info') found.set(findingKey(placed), placed);
  }
  return found;
}

function comparedModule(
  name: BytePath,
  module: ModuleReport | undefined,
  counterpart: ModuleReport | undefined,
): ComparedModule {
  const [one, other] = [stateOf(module), stateOf(counterpart)];
  return { name, differences: differences(one, other), one, other };
}

function differences(one: ModuleState | null, other: ModuleState | null): ModuleDifference[] {
  if (one === null || other === null) return ['missing'];
  return [
    ...(one.version === other.version ? [] : ['version' as const]),
    ...(one.signer === other.signer ? [] : ['signer' as const]),
    ...(one.textSha256 === other.textSha256 ? [] : ['bytes' as const]),
    ...(one.verdict === other.verdict ? [] : ['verdict' as const]),
  ];
}

function stateOf(module: ModuleReport | undefined): ModuleState | null {
  return module === undefined ? null : moduleState(module);
}
