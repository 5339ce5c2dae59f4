import { SigsweepError } from '../../errors.js';
import { endNight, nightsOf } from '../../fleet/coordinator/nights.js';
import { Alarms } from '../../fleet/queue/nights.js';
import { Outbox } from '../../fleet/queue/outbox.js';
import { hostByName, listHosts, removeHost } from '../../fleet/store/hosts.js';
import { shortForTerminal } from '../../report/shorten.js';
import { print } from '../output.js';
import { type AtWork, withQueue } from './at-work.js';
import { chosenHosts, selectionOf } from './chosen-hosts.js';
import type { FolderArguments } from './fleet-options.js';
import type { QueueArguments } from './queue-options.js';

export interface RemoveArguments extends FolderArguments, QueueArguments {
  readonly night?: string;
}

/** `sigsweep fleet remove [HOST...] [--night ID]`. */
export async function remove(hosts: readonly string[], given: RemoveArguments): Promise<void> {
  if ((hosts.length === 0) === (given.night === undefined)) {
    throw new SigsweepError('USAGE', 'give the hosts to remove, or --night with the name of a nightly scan');
  }
  await withQueue(given, async (at) => {
    if (given.night !== undefined) return removeNight(at, given.night);
    await removeHosts(at, hosts);
  });
}

async function removeNight({ ledger, connection, reached }: AtWork, id: string): Promise<void> {
  if (!endNight(ledger, id)) {
    throw new SigsweepError(
      'USAGE',
      `no nightly scan is called ${shortForTerminal(id)}; sigsweep fleet list --nights shows those there are`,
    );
  }
  await print([`nightly scan ${id} is ended\n`]);
  // It would ring for nothing; a coordinator at work takes it away too.
  await reached();
  await new Alarms(connection).set(nightsOf(ledger));
}

async function removeHosts({ ledger, connection, reached }: AtWork, names: readonly string[]): Promise<void> {
  const { store } = ledger;
  chosenHosts(listHosts(store), selectionOf(names, {}));
  const now = new Date();
  for (const name of names) {
    removeHost(store, name, now);
    await print([`${name} is removed: its key counts no more; its reports are kept\n`]);
  }
  // From here on they are out, whatever becomes of the queue.
  await reached();
  const outbox = new Outbox(connection);
  for (const name of names) if (hostByName(store, name)?.removedAt !== null) await outbox.clear(name);
}
