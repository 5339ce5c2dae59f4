import { type BytePath, fromText } from '../../files/bytepath.js';
import type { FolderChain } from '../../files/folder-chain.js';
import { parseFingerprint, readRevokedList } from '../../keys/fingerprint.js';
import { addKeyFolder, isMissing } from '../../keys/folder.js';
import { addGivenKeys } from '../../keys/given.js';
import { Keyring } from '../../openpgp/keyring.js';
import { type TrustSettings, VENDOR_ANCHORS } from '../../openpgp/trust.js';
import { Verifier } from '../../openpgp/verify.js';
import { RELEASED } from '../../tool.js';
import { minuteOf } from '../../words.js';
import type { TrustOptions } from '../options.js';
import { addTreeKeys } from './tree-keys.js';

/** Whoever holds the tree could leave any number of broken keys in it. */
const MAX_KEY_NOTES = 10;

/** How the note begins. */
export const MISSING_KEY_FOLDER = 'there is no key folder';

/** The keys at hand and the rules, for one scan. */
export interface Keys {
  readonly keyring: Keyring;
  readonly settings: TrustSettings;
  /** Whether every key in the tree could be read: one that could not may revoke another. */
  readonly complete: boolean;
  readonly notes: readonly string[];
}

/** Who may sign, for one scan. */
export interface Trust extends Pick<Keys, 'complete' | 'notes'> {
  readonly verifier: Verifier;
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
 * @throws SigsweepError KEYRING_*, FILE_UNSAFE, FINGERPRINT_MALFORMED, REVOKED_LIST_UNREADABLE or GNUPG_FAILED.
 */
export async function gatherTrust(
  options: TrustOptions,
  now: Date,
  chain: FolderChain | null,
  keyFolders: readonly BytePath[],
): Promise<Trust> {
  return gatherTrustWith(options, now, keysInTree(chain, keyFolders));
}

/** The keys in these folders of a tree; none where there is no tree. */
export function keysInTree(chain: FolderChain | null, folders: readonly BytePath[]): FoundKeys {
  return {
    addTo: (keyring) => (chain === null ? 0 : addTreeKeys(keyring, chain, folders)),
    holder: 'tree',
    places: 'admin/libraries/BMO/*.key and admin/modules/*/signatures/*.key',
  };
}

/**
 * The same with keys that lie elsewhere than in a tree.
 * @throws SigsweepError as {@link gatherTrust}.
 */
export async function gatherTrustWith(options: TrustOptions, now: Date, found: FoundKeys): Promise<Trust> {
  const { keyring, settings, complete, notes } = await gatherKeys(options, now, found);
  return { verifier: new Verifier(keyring, settings), complete, notes };
}

/**
 * The keys and the rules, before anything is verified.
 * @throws SigsweepError as {@link gatherTrust}.
 */
export async function gatherKeys(options: TrustOptions, now: Date, found: FoundKeys): Promise<Keys> {
  const anchors = (options.anchors ?? []).map((text) => parseFingerprint(text, 'anchor'));
  const revoked = options.revoked === undefined ? [] : readRevokedList(options.revoked);
  const keyring = new Keyring();
  if (options.keyFolder !== undefined) addKeyFolder(keyring, options.keyFolder);
  for (const argument of options.keyrings ?? []) await addGivenKeys(keyring, argument);
  const unread = found.addTo(keyring);
  const settings: TrustSettings = {
    anchors: new Set([...VENDOR_ANCHORS, ...anchors]),
    revoked: new Set(revoked),
    policy: options.policy ?? 'compat',
    now,
  };
  return {
    keyring,
    settings,
    complete: unread === 0,
    notes: [...clockNotes(now), ...keyFolderNotes(options), ...notesOf(keyring, options, found, unread)],
  };
}

function clockNotes(now: Date): string[] {
  // A clock that was set back, or that has lost the time.
  if (now >= new Date(RELEASED)) return [];
  return [
    `the time is taken to be ${minuteOf(now)}, before sigsweep was made: what was signed later counts as invalid`,
  ];
}

/** A slip in its name would take every revocation in it away. */
function keyFolderNotes({ keyFolder }: TrustOptions): string[] {
  if (keyFolder === undefined || !isMissing(keyFolder)) return [];
  return [fromText(`${MISSING_KEY_FOLDER} ${keyFolder}: no key that is kept in it counts, and no revocation`)];
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
