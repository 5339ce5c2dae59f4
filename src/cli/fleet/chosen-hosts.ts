import { nearest } from '../../config/nearest.js';
import { SigsweepError } from '../../errors.js';
import type { Selection } from '../../fleet/coordinator/select.js';
import { selected, unknownGroups, unknownHosts } from '../../fleet/coordinator/select.js';
import { isHostName } from '../../fleet/names.js';
import type { HostRecord } from '../../fleet/store/records.js';
import { escapeControls } from '../../report/escape.js';
import { shortForTerminal } from '../../report/shorten.js';
import type { SelectionArguments } from './fleet-options.js';

/** The selection that arguments make. @throws SigsweepError HOST_NOT_FOUND for what is no name of a host */
export function selectionOf(hosts: readonly string[], { group = [], label = {} }: SelectionArguments): Selection {
  const wrong = hosts.find((host) => !isHostName(host));
  if (wrong !== undefined) throw notFound(`no host can be called ${shortForTerminal(wrong)}`);
  return { hosts: [...hosts], groups: [...group], labels: { ...label } };
}

/**
 * The hosts that are meant.
 * @throws SigsweepError HOST_NOT_FOUND for a name or a group that there is not, with one that is near, and for nobody.
 */
export function chosenHosts(hosts: readonly HostRecord[], selection: Selection): HostRecord[] {
  const [host] = unknownHosts(hosts, selection);
  if (host !== undefined) {
    throw notFound(
      `no host of the fleet is called ${host}${meant(
        host,
        hosts.map(({ name }) => name),
      )}`,
    );
  }
  const [group] = unknownGroups(hosts, selection);
  if (group !== undefined) {
    const groups = [...new Set(hosts.flatMap((one) => one.groups))];
    throw notFound(`no host is in a group called ${escapeControls(group)}${meant(group, groups)}`);
  }
  const chosen = selected(hosts, selection);
  if (chosen.length === 0)
    throw notFound(hosts.length === 0 ? 'no host is enrolled' : 'no host has all of these labels');
  return chosen;
}

function meant(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? '' : `: did you mean ${escapeControls(near)}?`;
}

function notFound(what: string): SigsweepError {
  return new SigsweepError('HOST_NOT_FOUND', `${what}; sigsweep fleet list shows those there are`);
}
