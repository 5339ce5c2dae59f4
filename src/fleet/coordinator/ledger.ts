import type { KeyObject } from 'node:crypto';
import { ownKey } from '../keys.js';
import { openFleetStore } from '../store/open.js';
import type { FleetStore } from '../store/store.js';

const KEY_FILE = 'coordinator.key';

/** What a coordinator knows and is known by. Everything that has to outlive it is here, and nothing in the queue. */
export interface Ledger {
  /** Signs what it says: hosts have pinned its public half. */
  readonly key: KeyObject;
  readonly store: FleetStore;
}

/**
 * Opens the folder of a coordinator, making it and its key where they are not there.
 * @throws SigsweepError FLEET_UNUSABLE; FILE_UNSAFE when others could read or write what is in it.
 */
export function openLedger(folder: string): Ledger {
  return { key: ownKey(folder, KEY_FILE), store: openFleetStore(folder) };
}
