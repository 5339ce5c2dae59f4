import type { Ledger } from '../../fleet/coordinator/ledger.js';
import type { Night } from '../../fleet/coordinator/nights.js';
import { listHosts } from '../../fleet/store/hosts.js';
import type { HostRecord } from '../../fleet/store/records.js';
import { openTokens } from '../../fleet/store/tokens.js';
import { safeJson } from '../../report/escape.js';
import { shortForTerminal } from '../../report/shorten.js';
import { minuteOf } from '../../words.js';
import { print } from '../output.js';
import { fitted } from '../terminal/screen.js';
import { withExistingLedger } from './at-work.js';
import { chosenHosts, selectionOf } from './chosen-hosts.js';
import type { FolderArguments, SelectionArguments } from './fleet-options.js';
import { table } from './table.js';

export interface ListArguments extends FolderArguments, SelectionArguments {
  readonly nights?: true;
  readonly json?: true;
}

/** `sigsweep fleet list`. */
export async function list(given: ListArguments): Promise<void> {
  await withExistingLedger(given, async (ledger) => {
    if (given.nights) return listNights(ledger, given.json ?? false);
    const all = listHosts(ledger.store);
    const isOpen = given.group === undefined && given.label === undefined;
    const hosts = isOpen ? all : chosenHosts(all, selectionOf([], given));
    if (given.json) return print([`${safeJson({ schema: 'sigsweep/hosts@1', hosts: hosts.map(hostObject) })}\n`]);
    const waiting = isOpen ? openTokens(ledger.store, new Date()) : [];
    await print(
      fitted([
        ...table(['host', 'groups', 'labels', 'enrolled (UTC)', 'last heard of', 'version'], hosts.map(hostCells)),
        ...(hosts.length === 0 ? ['no host is enrolled'] : []),
        ...waiting.map(({ host, expires }) => `${host}  may enrol until ${minuteOf(expires)}`),
      ]),
    );
  });
}

async function listNights(ledger: Ledger, json: boolean): Promise<void> {
  // It asks BullMQ when a pattern comes next.
  const { nextNight, nightsOf } = await import('../../fleet/coordinator/nights.js');
  const nights = nightsOf(ledger).map((night) => ({ ...night, next: nextNight(night, Date.now()) }));
  if (json) {
    const objects = nights.map((night) => ({ ...night, next: isoOf(night.next) }));
    return print([`${safeJson({ schema: 'sigsweep/nights@1', nights: objects })}\n`]);
  }
  const rows = nights.map(nightCells);
  await print(
    fitted(
      nights.length === 0
        ? ['no nightly scan is asked for']
        : table(['night', 'pattern', 'zone', 'next', 'hosts'], rows),
    ),
  );
}

function hostCells({ name, groups, labels, enrolledAt, lastHeard, version }: HostRecord): string[] {
  return [
    name,
    shortForTerminal(groups.join(',')) || '-',
    shortForTerminal(
      Object.entries(labels)
        .map((pair) => pair.join('='))
        .join(','),
    ) || '-',
    minuteOf(enrolledAt).slice(0, 16),
    lastHeard === null ? 'never' : minuteOf(lastHeard).slice(0, 16),
    version === null ? '-' : shortForTerminal(version),
  ];
}

function nightCells({ id, cron, tz, selection, spread, next }: Night & { readonly next: number | null }): string[] {
  const { hosts, groups, labels } = selection;
  const of = [...hosts, ...groups.map((group) => `group ${group}`)];
  const having = Object.entries(labels).map((pair) => pair.join('='));
  const who = `${of.length === 0 ? 'all' : of.join(', ')}${having.length === 0 ? '' : ` with ${having.join(', ')}`}`;
  return [
    id,
    cron,
    tz,
    next === null ? 'never' : minuteOf(new Date(next)).slice(0, 16),
    shortForTerminal(`${who}${spread === 0 ? '' : `, over ${Math.round(spread / 60_000)} min`}`),
  ];
}

function hostObject({ publicKey, ...host }: HostRecord): object {
  return { ...host, key: publicKey };
}

function isoOf(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
