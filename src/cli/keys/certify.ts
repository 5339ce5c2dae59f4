import { existsSync, readFileSync } from 'node:fs';
import { DataError, SigsweepError } from '../../errors.js';
import { errorInWords } from '../../files/failure.js';
import { parseFingerprint } from '../../keys/fingerprint.js';
import { holdsRequest, readRequest } from '../../keys/request.js';
import { MAX_TREE_KEY_FILE_BYTES } from '../../limits.js';
import type { Certificate, UserId } from '../../openpgp/certificate.js';
import { writeCertificate } from '../../openpgp/certificate-writer.js';
import { weaknessOf } from '../../openpgp/key-packet.js';
import { Selection } from '../../openpgp/key-signature.js';
import { isOver, type KeyState, readKeyState } from '../../openpgp/key-state.js';
import { Keyring } from '../../openpgp/keyring.js';
import { provenParts } from '../../openpgp/proven-parts.js';
import { shortForTerminal } from '../../report/shorten.js';
import type { Keys } from '../../scan/signature/trust.js';
import { askLine } from '../ask.js';
import { lifeGiven } from '../end-given.js';
import type { SignerArguments } from '../signer-options.js';
import { authorityOf } from './authority.js';
import { judgedNow, type KnownKeysArguments, keep, keyCalled, knownKeys, requireKeyFolder } from './known-keys.js';
import { handOut, type OutputArguments, requireOtherOutput } from './write-key.js';

export interface CertifyArguments extends SignerArguments, KnownKeysArguments, OutputArguments {
  readonly fingerprint?: string;
  readonly nonce?: string;
  readonly expires?: string;
  /** `false` for `--no-export`. */
  readonly export: boolean;
}

/**
 * `sigsweep keys certify SUBJECT`: an authority vouches for a key whose fingerprint somebody has checked.
 * @param subject a request, a key file, or the fingerprint of a key at hand
 */
export async function certifyKey(subject: string, given: CertifyArguments): Promise<void> {
  requireOtherOutput(given);
  requireKeyFolder(given);
  const expires = given.expires === undefined ? null : lifeGiven(given.expires, new Date()).end;
  const keys = await knownKeys(given);
  const asked = await subjectOf(subject, given, keys);
  const { fingerprint } = asked.key;
  const authority = await authorityOf(given, keys);
  await requireSound(keys.keyring.get(authority.fingerprint), keys);
  // All that is known of it counts: whoever sends it may have left a revocation out.
  const certificate = await provenParts(keys.keyring.get(fingerprint) ?? asked, keys.keyring);
  const userIds = await soundUserIds(certificate, keys);
  if (authority.fingerprint === fingerprint) {
    throw new SigsweepError('KEY_REFUSED', `key ${fingerprint} cannot certify itself: name another authority`);
  }
  // Shown before the fingerprint is asked for: whoever types it vouches for all of them.
  for (const { bytes } of userIds) say(`user ID of ${fingerprint}: ${shortForTerminal(bytes.toString('latin1'))}`);
  await requireChecked(fingerprint, given.fingerprint);
  await authority.certify(certificate, userIds, { expires, exportable: given.export });
  const kept = await keep(certificate, given);
  const own = keys.keyring.get(authority.fingerprint);
  // Without it nobody here could judge what it certifies.
  if (own !== undefined) await keep(await provenParts(own, keys.keyring), given);
  const { trust, reason } = await judgedNow(keys, kept);
  if (!keys.settings.anchors.has(authority.fingerprint)) {
    say(`${authority.fingerprint} is no anchor here: the certification counts where it is given with --anchor`);
  } else if (trust !== 'certified') say(`it does not count: ${reason}`);
  await handOut(await provenParts(kept, keys.keyring, { keepsForeign: true }), given);
}

/** Whoever certifies a key that he was sent vouches for whoever sent it. */
async function requireChecked(fingerprint: string, told: string | undefined): Promise<void> {
  const typed = told ?? (await askLine('fingerprint of the key, as its owner told you: ', 'give --fingerprint'));
  if (parseFingerprint(typed, '--fingerprint') === fingerprint) return;
  throw new SigsweepError(
    'KEY_REFUSED',
    `the key has the fingerprint ${fingerprint}, not the one that was given: somebody may have exchanged it`,
  );
}

async function subjectOf(subject: string, { nonce }: CertifyArguments, keys: Keys): Promise<Certificate> {
  if (!existsSync(subject) && /^[\s0-9A-Fa-fx]+$/.test(subject)) {
    requireNoNonce(nonce, subject);
    return keyCalled(subject, keys);
  }
  const bytes = readSubject(subject);
  if (holdsRequest(bytes)) {
    const request = await readRequest(bytes, subject, new Date());
    if (nonce !== undefined && request.nonce !== nonce) {
      throw new SigsweepError('KEY_REFUSED', `request ${subject}: it was not made for the nonce ${nonce}`);
    }
    if (nonce === undefined) say('no nonce was given: the proof that its owner holds the key may be an old one');
    // Not the whole file: around the request there may be anything.
    keys.keyring.add(writeCertificate(request.certificate), subject);
    return request.certificate;
  }
  requireNoNonce(nonce, subject);
  const [certificate, ...others] = keysIn(bytes, subject);
  if (certificate === undefined || others.length > 0) {
    throw new SigsweepError('KEY_REFUSED', `${subject} does not hold exactly one key`);
  }
  say('it is no request: nothing proves that its owner holds the private key');
  keys.keyring.add(bytes, subject);
  return certificate;
}

/** From bytes that were read before: what a shell makes of `<(…)` can be read once. */
function keysIn(bytes: Buffer, subject: string): Certificate[] {
  const keyring = new Keyring();
  try {
    keyring.add(bytes, subject);
  } catch (cause) {
    throw new SigsweepError('KEYRING_MALFORMED', errorInWords(cause), { cause });
  }
  return keyring.all();
}

function requireNoNonce(nonce: string | undefined, subject: string): void {
  if (nonce === undefined) return;
  throw new SigsweepError('USAGE', `--nonce goes with a request, and ${subject} is none`);
}

function readSubject(file: string): Buffer {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > MAX_TREE_KEY_FILE_BYTES) throw new Error(`larger than ${MAX_TREE_KEY_FILE_BYTES} bytes`);
    return bytes;
  } catch (cause) {
    throw new SigsweepError('KEYRING_UNREADABLE', `${file}: ${errorInWords(cause)}`, { cause });
  }
}

/** The user IDs that the key stands by. @throws SigsweepError KEY_REFUSED for a key that could not sign anyway. */
async function soundUserIds(certificate: Certificate, keys: Keys): Promise<readonly UserId[]> {
  const { key } = certificate;
  const { state, problem } = await stateOf(certificate, keys);
  const refusal = weaknessOf(key) ?? problem ?? (state.userIds.length === 0 ? 'stands by no user ID' : null);
  if (refusal !== null) throw new SigsweepError('KEY_REFUSED', `the key ${key.fingerprint} ${refusal}`);
  return state.userIds;
}

/** What a key certifies that has ended counts nowhere. @throws SigsweepError SIGNER_UNUSABLE */
async function requireSound(authority: Certificate | undefined, keys: Keys): Promise<void> {
  if (authority === undefined) return;
  // Of junk in the scanned tree nothing counts, or somebody could keep an authority from its work.
  const { problem } = await stateOf(await provenParts(authority, keys.keyring), keys);
  if (problem === null) return;
  throw new SigsweepError('SIGNER_UNUSABLE', `the key ${authority.key.fingerprint} ${problem}: it must not certify`);
}

/** Why a key does not count whatever it is for, in words that follow "the key …", or `null`. */
async function stateOf(
  certificate: Certificate,
  { keyring, settings }: Keys,
): Promise<{ state: KeyState; problem: string | null }> {
  const { fingerprint } = certificate.key;
  const now = Math.floor(settings.now.getTime() / 1000);
  const state = await readState(certificate, keyring, now);
  const isRevoked = state.isRevoked || settings.revoked.has(fingerprint);
  const hasEnded = isOver(state.expiresAt, now) ? 'has expired' : null;
  return { state, problem: isRevoked ? 'was revoked' : (hasEnded ?? state.objection) };
}

async function readState(certificate: Certificate, keyring: Keyring, now: number): Promise<KeyState> {
  try {
    const selection = new Selection(certificate.key.fingerprint);
    return await readKeyState(certificate, (name) => keyring.get(name), selection, now);
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    throw new SigsweepError('KEY_REFUSED', cause.message, { cause });
  }
}

function say(text: string): void {
  process.stderr.write(`sigsweep: ${text}\n`);
}
