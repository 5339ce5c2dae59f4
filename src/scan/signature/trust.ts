import { type BytePath, fromText } from '../../files/bytepath.js';
import type { FolderChain } from '../../files/folder-chain.js';
import { Keyring } from '../../openpgp/keyring.js';
import { VENDOR_ANCHORS } from '../../openpgp/trust.js';
import { Verifier } from '../../openpgp/verify.js';
import { minuteOf } from '../../words.js';
import type { TrustOptions } from '../options.js';
import { parseFingerprint, readRevokedList } from './fingerprint.js';
import { addGivenKeys, addTreeKeys } from './keys.js';

/** Whoever holds the tree could leave any number of broken keys in it. */
const MAX_KEY_NOTES = 10;

/** Before this release of sigsweep was made: a clock that says so was set back, or has lost the time. */
const RELEASED = new Date('2026-11-22');

/** Who may sign, for one scan. */
export interface Trust {
  readonly verifier: Verifier;
  /** Whether every key in the tree could be read: one that could not may revoke another. */
  readonly complete: boolean;
  readonly notes: readonly string[];
}

/** Keys that lie beside what is verified. */
export interface FoundKeys {
  /** Adds them, and returns how many files could not be read. */
  readonly addTo: (keyring: Keyring) => number;
  /** What they lie in, and where in it they are looked for, in words. */
  readonly holder: 'tree' | 'package';
  readonly places: string;
}

/**
 * Gathers the keys of a tree and the rules.
 * @param keyFolders below the chain's root, whose `*.key` files are read too.
 * @throws SigsweepError KEYRING_*, FINGERPRINT_MALFORMED, REVOKED_LIST_UNREADABLE or GNUPG_FAILED.
 */
export async function gatherTrust(
  options: TrustOptions,
  now: Date,
  chain: FolderChain | null,
  keyFolders: readonly BytePath[],
): Promise<Trust> {
  return gatherTrustWith(options, now, {
    addTo: (keyring) => (chain === null ? 0 : addTreeKeys(keyring, chain, keyFolders)),
    holder: 'tree',
    places: 'admin/libraries/BMO/*.key and admin/modules/*/signatures/*.key',
  });
}

/**
 * The same with keys that lie elsewhere than in a tree.
 * @throws SigsweepError KEYRING_*, FINGERPRINT_MALFORMED, REVOKED_LIST_UNREADABLE or GNUPG_FAILED.
 */
export async function gatherTrustWith(options: TrustOptions, now: Date, found: FoundKeys): Promise<Trust> {
  const anchors = (options.anchors ?? []).map((text) => parseFingerprint(text, 'anchor'));
  const revoked = options.revoked === undefined ? [] : readRevokedList(options.revoked);
  const keyring = new Keyring();
  for (const argument of options.keyrings ?? []) await addGivenKeys(keyring, argument);
  const unread = found.addTo(keyring);
  const verifier = new Verifier(keyring, {
    anchors: new Set([...VENDOR_ANCHORS, ...anchors]),
    revoked: new Set(revoked),
    policy: options.policy ?? 'compat',
    now,
  });
  return { verifier, complete: unread === 0, notes: [...clockNotes(now), ...notesOf(keyring, options, found, unread)] };
}

function clockNotes(now: Date): string[] {
  if (now >= RELEASED) return [];
  return [
    `the time is taken to be ${minuteOf(now)}, before sigsweep was made: what was signed later counts as invalid`,
  ];
}

function notesOf(keyring: Keyring, options: TrustOptions, { holder, places }: FoundKeys, unread: number): string[] {
  const notes = keyring.problems
    .slice(0, MAX_KEY_NOTES)
    .map(({ source, problem }) => `key in ${source} passed over: ${problem}`);
  if (keyring.problems.length > notes.length)
    notes.push(`and ${keyring.problems.length - notes.length} more such keys`);
  if (unread > 0) {
    const why = 'they cannot be, or are more or larger than those of any genuine system; one may hold a revocation';
    notes.push(`${unread} key files or folders in the ${holder} were not read: ${why}`);
  }
  if (keyring.size === 0) {
    const given = options.keyrings?.length ? `${fromText(options.keyrings.join(', '))}, ` : '';
    notes.push(
      `no public key found, so no signature can be verified: looked in ${given}${places}; ` +
        'give one with --keyring FILE, --keyring DIR or --keyring gnupg:DIR',
    );
  }
  return notes;
}
