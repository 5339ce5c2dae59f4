import { publicKeyOf } from '../keys.js';
import { believe } from '../message/believe.js';
import type { Body } from '../message/message.js';
import { COORDINATOR } from '../names.js';
import { listHosts } from '../store/hosts.js';
import { openOrders } from '../store/orders.js';
import type { HostRecord, OrderRecord } from '../store/records.js';
import type { Fleet } from './fleet.js';
import type { Ledger } from './ledger.js';

/** How far a scan is. */
export type ScanProgress = Body<'progress'>['progress'];

/** What a host does, so far as it is known. */
export const HOST_STATES = ['scanning', 'waiting', 'idle', 'silent', 'never heard'] as const;

export type HostState = (typeof HOST_STATES)[number];

/** A host at present. */
export interface HostStatus {
  readonly host: HostRecord;
  readonly state: HostState;
  /** Orders that it has not answered, the oldest first. */
  readonly orders: readonly OrderRecord[];
  /** Of the scan that it is at; `null` where it said nothing that is to be believed. */
  readonly progress: ScanProgress | null;
}

const PAGE = 1000;

/** A sign of progress that is older says nothing, in milliseconds. */
const FRESH = 10 * 60_000;

/** All orders without an answer. */
export function allOpenOrders({ store }: Ledger, now: number): OrderRecord[] {
  const all: OrderRecord[] = [];
  for (let after = ''; ; ) {
    const page = openOrders(store, new Date(now), after, PAGE);
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return all;
    after = last.nonce;
  }
}

/** What hosts say of orders that they work on, by nonce, of what is to be believed. */
export async function verifiedProgress(
  fleet: Fleet,
  orders: readonly OrderRecord[],
  hosts: ReadonlyMap<string, HostRecord>,
  now: number,
): Promise<Map<string, ScanProgress>> {
  const said = await fleet.outbox.progress(orders);
  const verified = new Map<string, ScanProgress>();
  for (const { nonce, host } of orders) {
    const sealed = said.get(nonce);
    const publicKey = hosts.get(host)?.publicKey;
    if (sealed === undefined || publicKey === undefined) continue;
    const keys = [publicKeyOf(publicKey)];
    const believed = believe(sealed, { keys, from: host, to: COORDINATOR, kinds: ['progress'], now });
    if (!believed.ok || believed.message.body.job !== nonce || now - believed.message.issued > FRESH) continue;
    verified.set(nonce, believed.message.body.progress);
  }
  return verified;
}

/**
 * What each host does at present.
 * @param silence after so long without a word a host is silent, in milliseconds.
 * @param progress of orders, by nonce.
 */
export function statusOf(
  hosts: readonly HostRecord[],
  orders: readonly OrderRecord[],
  progress: ReadonlyMap<string, ScanProgress>,
  { silence, now }: { readonly silence: number; readonly now: number },
): HostStatus[] {
  const byHost = new Map<string, OrderRecord[]>();
  for (const order of orders) byHost.set(order.host, [...(byHost.get(order.host) ?? []), order]);
  return hosts.map((host) => {
    const own = (byHost.get(host.name) ?? []).toSorted((a, b) => a.notBefore.getTime() - b.notBefore.getTime());
    const present = own.flatMap(({ nonce }) => progress.get(nonce) ?? [])[0] ?? null;
    return { host, state: stateOf(host, own, present, silence, now), orders: own, progress: present };
  });
}

/** The hosts of a fleet by name. */
export function hostsByName({ store }: Ledger): Map<string, HostRecord> {
  return new Map(listHosts(store).map((host) => [host.name, host]));
}

function stateOf(
  { lastHeard, enrolledAt }: HostRecord,
  orders: readonly OrderRecord[],
  progress: ScanProgress | null,
  silence: number,
  now: number,
): HostState {
  if (progress !== null) return 'scanning';
  if (now - (lastHeard ?? enrolledAt).getTime() > silence) return lastHeard === null ? 'never heard' : 'silent';
  return orders.length > 0 ? 'waiting' : 'idle';
}
