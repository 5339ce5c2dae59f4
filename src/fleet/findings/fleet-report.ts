import { compareBytes } from '../../files/bytepath.js';
import { ExitCode } from '../../scan/exit-code.js';
import { SEVERITIES, type Severity } from '../../types.js';
import { hostByName } from '../store/hosts.js';
import type { Counts } from '../store/records.js';
import { refusalsSince } from '../store/refusals.js';
import type { FleetStore } from '../store/store.js';
import { comparedModules } from './compare-modules.js';
import { hostFindings, refusalFinding } from './host-findings.js';
import { fleetHosts, hasAtLeast } from './hosts.js';
import { sharedContents } from './shared.js';
import {
  FLEET_FINDING_KINDS,
  type FleetFinding,
  type FleetHost,
  type FleetOptions,
  type FleetReport,
  HOST_STATES,
  HOST_VERDICTS,
  type HostList,
  MOST_NAMED,
} from './types.js';

/** Least severity that is not clean, where nobody says another. */
export const DEFAULT_FAIL_ON: Severity = 'high';

const WEEK = 7 * 24 * 3_600_000;

/** Most findings of the fleet that are listed, and most shared contents among them. */
const MOST_FINDINGS = 10_000;
const MOST_CONTENTS = 1000;

/**
 * All of the fleet as it is known now: every host, and what only all of them together show. Hosts that were removed are
 * no part of it. Reads one state of the database, whatever is taken in meanwhile.
 */
export function fleetReport(store: FleetStore, options: FleetOptions): FleetReport {
  return store.reading(() => {
    const failOn = options.failOn ?? DEFAULT_FAIL_ON;
    const hosts = fleetHosts(store, { ...options, failOn });
    const { found, leftOut } = fleetFindings(store, hosts, options);
    const findings = found.sort(compareFindings);
    const counts = total(hosts.map((host) => host.counts));
    const fleetCounts = tally(
      SEVERITIES,
      findings.map(({ severity }) => severity),
    ) as Counts;
    // Where there is no host, nobody looked at anything.
    const isKnown =
      hosts.length > 0 &&
      hosts.every(({ verdict, state, order }) => {
        return state === 'reporting' && (verdict === 'clean' || verdict === 'findings') && !isOpen(order);
      });
    const isBad = hosts.some(({ verdict }) => verdict === 'findings') || hasAtLeast(fleetCounts, failOn);
    return {
      at: options.now,
      silentAfter: options.silentAfter,
      failOn,
      hosts,
      findings,
      leftOut,
      summary: {
        hosts: hosts.length,
        verdicts: tally(
          HOST_VERDICTS,
          hosts.map(({ verdict }) => verdict),
        ),
        states: tally(
          HOST_STATES,
          hosts.map(({ state }) => state),
        ),
        counts,
        findings: fleetCounts,
        waiting: Number(store.first(`SELECT count(*) FROM orders WHERE state = 'sent'`)?.[0]),
      },
      exitCode: isBad ? ExitCode.findings : isKnown ? ExitCode.clean : ExitCode.incomplete,
    };
  });
}

/** Whether what a host was asked last came to nothing. */
function isOpen(order: FleetHost['order']): boolean {
  return order !== null && order.state !== 'answered';
}

function fleetFindings(
  store: FleetStore,
  hosts: readonly FleetHost[],
  { now, refusedWithin = WEEK, ...options }: FleetOptions,
): { found: FleetFinding[]; leftOut: number } {
  const chosen = options.hosts;
  // Where only some hosts are asked about, it takes all names to know whether one of them is meant.
  const mostNamed = chosen === undefined ? MOST_NAMED : Number.MAX_SAFE_INTEGER;
  const shared = sharedContents(store, MOST_CONTENTS, mostNamed);
  const everybody =
    chosen === undefined ? hosts : fleetHosts(store, { now, silentAfter: options.silentAfter, failOn: 'high' });
  const stale = everybody.filter(({ state }) => state === 'silent' || state === 'outdated').map(({ name }) => name);
  const all: FleetFinding[] = [];
  let total = shared.total - shared.found.length;
  const add = (finding: FleetFinding) => {
    if (chosen !== undefined && !finding.hosts.names.some((name) => chosen.has(name))) return;
    total += 1;
    if (all.length < MOST_FINDINGS) all.push(chosen === undefined ? finding : withFewNames(finding, chosen));
  };
  for (const refusal of refusalsSince(store, new Date(now.getTime() - refusedWithin))) {
    const host = hostByName(store, refusal.host);
    // What an earlier member of that name left in the queue is no news of this one.
    if (host === null || (host.removedAt === null && refusal.lastAt >= host.enrolledAt)) {
      add(refusalFinding(refusal, host !== null));
    }
  }
  for (const finding of shared.found) add(finding);
  for (const finding of comparedModules(store, stale, mostNamed)) add(finding);
  for (const host of hosts) for (const finding of hostFindings(host)) add(finding);
  return { found: all, leftOut: total - all.length };
}

/** Those that were asked about first. */
function withFewNames(finding: FleetFinding, chosen: ReadonlySet<string>): FleetFinding {
  const few = ({ count, names }: HostList): HostList => {
    const [own, others] = [names.filter((name) => chosen.has(name)), names.filter((name) => !chosen.has(name))];
    return { count, names: [...own, ...others].slice(0, MOST_NAMED) };
  };
  const variants = finding.variants.map((variant) => ({ ...variant, hosts: few(variant.hosts) }));
  return { ...finding, hosts: few(finding.hosts), variants };
}

/** The worst first; of the same severity what says most of the fleet, then what concerns most hosts. */
function compareFindings(a: FleetFinding, b: FleetFinding): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    FLEET_FINDING_KINDS.indexOf(a.kind) - FLEET_FINDING_KINDS.indexOf(b.kind) ||
    b.hosts.count - a.hosts.count ||
    compareBytes(nameOf(a), nameOf(b))
  );
}

function nameOf({ module, content, hosts }: FleetFinding): string {
  return module ?? content?.sha256 ?? hosts.names[0] ?? '';
}

function total(all: readonly Counts[]): Counts {
  const sum = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const counts of all) for (const severity of SEVERITIES) sum[severity] += counts[severity];
  return sum;
}

function tally<Key extends string>(keys: readonly Key[], values: readonly Key[]): Record<Key, number> {
  const counts = Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>;
  for (const value of values) counts[value] += 1;
  return counts;
}
