import { SigsweepError } from '../../errors.js';
import type { Ledger } from '../../fleet/coordinator/ledger.js';
import { publicKeyOf } from '../../fleet/keys.js';
import { hostByName, listHosts } from '../../fleet/store/hosts.js';
import { sharedScan } from '../../fleet/store-scan/shared-scan.js';
import type { scanWithMemory } from '../../scan/scan.js';
import { sayState, withQueue } from './at-work.js';
import type { FolderArguments } from './fleet-options.js';
import type { QueueArguments } from './queue-options.js';

/**
 * A scan that is shared with the hosts of the fleet, by its coordinator.
 * @returns what throws besides USAGE, FILE_UNSAFE, HOST_NOT_FOUND and FLEET_UNUSABLE; STORE_SCAN_FAILED where no host may
 * share.
 */
export function scanShared(given: QueueArguments & FolderArguments): typeof scanWithMemory {
  return (options, remember) =>
    withQueue(given, ({ ledger, connection }) => {
      const keyOf = keysOfWorkers(ledger);
      return sharedScan(options, { connection, key: ledger.key, keyOf, onNotice: sayState }, remember);
    });
}

/** The keys of the hosts that may work on stores, as the coordinator knows them at every moment. */
function keysOfWorkers({ store }: Ledger) {
  if (!listHosts(store).some((host) => host.store)) {
    throw new SigsweepError(
      'STORE_SCAN_FAILED',
      'no host of the fleet may work on stores: enrol one with sigsweep fleet enroll HOST --store',
    );
  }
  return (name: string) => {
    const host = hostByName(store, name);
    return host?.store === true && host.removedAt === null ? publicKeyOf(host.publicKey) : null;
  };
}
