import { z } from 'zod';
import { isHostName } from '../names.js';
import type { HostRecord } from '../store/records.js';

const word = z.string().min(1).max(255);

/** Which hosts are meant: those that are named and those of the groups, of them those with all of the labels. */
export const selectionSchema = z.strictObject({
  hosts: z.array(z.string().refine(isHostName)),
  groups: z.array(word),
  labels: z.record(word, z.string().max(255)),
});

export type Selection = Readonly<z.infer<typeof selectionSchema>>;

/** Everything. */
export const ALL: Selection = { hosts: [], groups: [], labels: {} };

/** The hosts of a selection, in their order; without names and groups all that have the labels. */
export function selected(hosts: readonly HostRecord[], { hosts: names, groups, labels }: Selection): HostRecord[] {
  const wanted = Object.entries(labels);
  return hosts.filter((host) => {
    const isMeant = names.includes(host.name) || groups.some((group) => host.groups.includes(group));
    const isOpen = names.length === 0 && groups.length === 0;
    return (isMeant || isOpen) && wanted.every(([label, value]) => host.labels[label] === value);
  });
}

/** Names that no host has. */
export function unknownHosts(hosts: readonly HostRecord[], { hosts: names }: Selection): string[] {
  const known = new Set(hosts.map(({ name }) => name));
  return names.filter((name) => !known.has(name));
}

/** Groups that no host is in. */
export function unknownGroups(hosts: readonly HostRecord[], { groups }: Selection): string[] {
  const known = new Set(hosts.flatMap((host) => host.groups));
  return groups.filter((group) => !known.has(group));
}
