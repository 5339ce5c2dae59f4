import { timeOf } from '../../state/sqlite.js';
import type { Severity } from '../../types.js';
import { SEVERITIES } from '../../types.js';
import { listHosts } from '../store/hosts.js';
import type { Counts, HostRecord, OrderState, ReportRecord, Standing } from '../store/records.js';
import { standingReports, standings } from '../store/reports.js';
import type { FleetStore } from '../store/store.js';
import type { FleetHost, FleetOptions, HostReport, HostState, HostVerdict } from './types.js';

const NOTHING: Counts = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Counts & object;

/** Every host of the fleet as it is now. */
export function fleetHosts(store: FleetStore, options: FleetOptions & { readonly failOn: Severity }): FleetHost[] {
  const known = standings(store);
  const reports = standingReports(store);
  const modules = moduleCounts(store);
  const orders = endedOrders(store);
  return listHosts(store)
    .filter(({ name }) => options.hosts?.has(name) ?? true)
    .map((host) => {
      const standing = known.get(host.name) ?? null;
      const { name, groups, labels, version, enrolledAt, lastHeard } = host;
      const whole = reportOf(reports, standing?.lastWhole);
      const last = reportOf(reports, standing?.lastReport);
      const state = stateOf(host, whole, options);
      const [count, good] = modules.get(name) ?? [0, 0];
      return {
        ...{ name, groups, labels, version, enrolledAt, lastHeard },
        verdict: verdictOf(standing, state, options.failOn),
        state,
        counts: standing?.counts ?? NOTHING,
        modules: count,
        good,
        whole,
        part: last?.number === whole?.number ? null : last,
        order: orders.get(name) ?? null,
      };
    });
}

/** Never better than what is known: what nobody looked at is not clean, and what was clean long ago may not be so now. */
function verdictOf(standing: Standing | null, state: HostState, failOn: Severity): HostVerdict {
  if (standing === null) return 'unknown';
  if (hasAtLeast(standing.counts, failOn)) return 'findings';
  if (state === 'silent' || state === 'outdated') return 'unknown';
  return standing.complete && standing.lastWhole !== null ? 'clean' : 'incomplete';
}

/** Whether there is something as bad as that, or worse. */
export function hasAtLeast(counts: Counts, least: Severity): boolean {
  return SEVERITIES.slice(0, SEVERITIES.indexOf(least) + 1).some((severity) => counts[severity] > 0);
}

function stateOf(host: HostRecord, whole: HostReport | null, { now, silentAfter }: FleetOptions): HostState {
  const oldest = now.getTime() - silentAfter;
  if ((host.lastHeard ?? host.enrolledAt).getTime() < oldest) return 'silent';
  if (whole === null) return 'never reported';
  // A report that waited for a week says how the host was a week ago.
  return Math.min(whole.finishedAt.getTime(), whole.receivedAt.getTime()) < oldest ? 'outdated' : 'reporting';
}

function reportOf(reports: ReadonlyMap<number, ReportRecord>, id: number | null | undefined): HostReport | null {
  const report = reports.get(id ?? -1);
  if (report === undefined) return null;
  const { receivedAt, finishedAt, kind, complete, exitCode } = report;
  return { number: report.id, receivedAt, finishedAt, kind, complete, exitCode };
}

function moduleCounts(store: FleetStore): Map<string, readonly [count: number, good: number]> {
  const rows = store.all(`SELECT host, count(*), sum(verdict = 'good') FROM modules GROUP BY host`);
  return new Map(rows.map(([host, count, good]) => [String(host), [Number(count), Number(good)] as const]));
}

/** The last order of each host that ended, by when it was made; none that an earlier member of that name was given. */
function endedOrders(store: FleetStore): Map<string, NonNullable<FleetHost['order']>> {
  const rows = store.all(
    `SELECT host, state, ended_at, reason, max(issued) FROM orders JOIN hosts ON hosts.name = orders.host
     WHERE state <> 'sent' AND ended_at >= enrolled_at GROUP BY host`,
  );
  return new Map(
    rows.map(([host, state, endedAt, reason]) => [
      String(host),
      { state: state as OrderState, endedAt: timeOf(endedAt), reason: String(reason) },
    ]),
  );
}
