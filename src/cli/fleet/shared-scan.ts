import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { SigsweepError } from '../../errors.js';
import { keptKey, publicKeyOf } from '../../fleet/keys.js';
import { QueueConnection } from '../../fleet/queue/connection.js';
import { hostByName, listHosts } from '../../fleet/store/hosts.js';
import { hasFleetStore, openFleetStore } from '../../fleet/store/open.js';
import { sharedScan } from '../../fleet/store-scan/shared-scan.js';
import { escapeControls } from '../../report/escape.js';
import type { scanWithMemory } from '../../scan/scan.js';
import { defaultStateFolder } from '../../state/folder.js';
import { type QueueArguments, queueAddressOf } from './queue-options.js';

/**
 * A scan that is shared with the hosts of the fleet.
 * @throws SigsweepError USAGE, FILE_UNSAFE; FLEET_UNUSABLE where this machine is no coordinator; STORE_SCAN_FAILED where
 * no host may share.
 */
export function scanShared(given: QueueArguments & { readonly fleetFolder?: string }): typeof scanWithMemory {
  const address = queueAddressOf(given);
  const folder = given.fleetFolder ?? join(defaultStateFolder(), 'fleet');
  const key = hasFleetStore(folder) ? keptKey(folder, 'coordinator.key') : null;
  if (key === null) {
    throw new SigsweepError(
      'FLEET_UNUSABLE',
      `there is no fleet in ${folder}, and only its coordinator can share a scan: begin one with sigsweep fleet enroll HOST --store, or give --fleet-folder DIR`,
    );
  }
  return (options, remember) =>
    withWorkers(folder, async (keyOf) => {
      const connection = new QueueConnection(address, { onState: say });
      try {
        return await sharedScan(options, { connection, key, keyOf, onNotice: say }, remember);
      } finally {
        await connection.close();
      }
    });
}

/** Does something with the keys of the hosts that may work on stores, as the coordinator knows them at every moment. */
async function withWorkers<Result>(
  folder: string,
  work: (keyOf: (host: string) => KeyObject | null) => Promise<Result>,
): Promise<Result> {
  const store = openFleetStore(folder);
  try {
    if (!listHosts(store).some((host) => host.store)) {
      throw new SigsweepError(
        'STORE_SCAN_FAILED',
        'no host of the fleet may work on stores: enrol one with sigsweep fleet enroll HOST --store',
      );
    }
    return await work((name) => {
      const host = hostByName(store, name);
      return host?.store === true && host.removedAt === null ? publicKeyOf(host.publicKey) : null;
    });
  } finally {
    store.close();
  }
}

function say(sentence: string): void {
  process.stderr.write(`sigsweep: ${escapeControls(sentence)}\n`);
}
