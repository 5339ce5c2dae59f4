import { sha256 } from '../sha256.js';

/**
 * Names in the queue. All that belongs to one host lies below one prefix, so that one pattern of Redis's access control
 * says what a host reaches.
 */

/** In a pattern of Redis's access control none of these means anything but itself. */
const HOST_NAME = /^[a-z0-9][a-z0-9.-]{0,62}$/;

/** How a host may be called, in words. */
export const HOST_NAME_FORM =
  'lower-case letters, digits, dots and hyphens, 63 at most, beginning with a letter or digit';

/** Where the coordinator puts jobs for a host. */
export const JOBS_QUEUE = 'jobs';

/** Where a host puts what it has to say. */
export const REPORTS_QUEUE = 'reports';

/** What workers of one large store share. */
export const STORE_PREFIX = 'sigsweep:store';

/** Where shared scans of stores are, with what all of one's batches have in common. */
export const SCANS_QUEUE = 'scans';

/** How batches are addressed: to whoever works on the store. No host can be called that. */
export const STORE_WORKERS = '@store';

/** What only the coordinator reaches. */
export const COORDINATOR_PREFIX = 'sigsweep:coordinator';

/** How the coordinator is named in messages; no host can be called that. */
export const COORDINATOR = '@coordinator';

/** Whether a host may be called that. */
export function isHostName(name: string): boolean {
  return HOST_NAME.test(name);
}

/**
 * Where the batches of one store wait: who works on another never gets one in hand.
 * @param root absolute path of the store, the same for all who work on it
 */
export function batchesQueue(root: string): string {
  return `batches-${sha256(Buffer.from(root, 'latin1')).slice(0, 16)}`;
}

/** What every key of a host in Redis begins with. */
export function hostPrefix(host: string): string {
  return `sigsweep:host:${host}`;
}
