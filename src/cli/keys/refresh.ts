import { DataError, SigsweepError } from '../../errors.js';
import { type FetchedKeys, fetchKeys, type KeyAnswer } from '../../keys/fetch.js';
import { parseFingerprint } from '../../keys/fingerprint.js';
import { type Certificate, mergeCertificates } from '../../openpgp/certificate.js';
import { writeCertificate } from '../../openpgp/certificate-writer.js';
import { onlyCertificate } from '../../openpgp/certify.js';
import { describeKey } from '../../openpgp/describe-key.js';
import { Keyring } from '../../openpgp/keyring.js';
import { provenParts } from '../../openpgp/proven-parts.js';
import { Judge, type TrustSettings } from '../../openpgp/trust.js';
import { ExitCode } from '../../scan/exit-code.js';
import { gatherKeys, type Keys, keysInTree } from '../../scan/signature/trust.js';
import { trustOptions } from '../arguments.js';
import { interruptible } from '../interrupt.js';
import { print } from '../output.js';
import { type KnownKeysArguments, keep, knownKeys } from './known-keys.js';

export interface RefreshArguments extends KnownKeysArguments {
  readonly from: string;
}

/** A key that was asked for: what came, and as it was before. */
interface Asked {
  readonly fingerprint: string;
  readonly answer: KeyAnswer | undefined;
  readonly sent: Certificate | undefined;
  readonly before: Buffer | null;
}

/** `sigsweep keys refresh --from URL`: the one command that asks a network. */
export async function refresh(names: readonly string[], given: RefreshArguments): Promise<void> {
  const keys = await knownKeys(given);
  const wanted = names.length > 0 ? names.map((name) => parseFingerprint(name, 'key')) : await worthAsking(keys, given);
  if (wanted.length === 0) throw new SigsweepError('USAGE', 'no key is at hand: name the fingerprints of those to get');
  const fetched = await interruptible((signal) => fetchKeys(given.from, wanted, { signal }));
  const asked = answersTo(wanted, fetched, keys);
  // A key has to be at hand before anything that it signed is proven, on whichever of the others.
  for (const { sent } of asked) {
    if (sent !== undefined) keys.keyring.add(writeCertificate(await provenParts(sent, keys.keyring)), 'what was sent');
  }
  const lines: string[] = [];
  for (const one of asked) lines.push(`${one.fingerprint}: ${await take(one, keys, given)}\n`);
  await print(lines);
}

/**
 * Every key that is kept or given, and of those in the scanned tree the ones that an anchor has certified: others could
 * be there by the thousand, to be asked for and kept for ever.
 */
async function worthAsking({ keyring, settings }: Keys, given: KnownKeysArguments): Promise<string[]> {
  const own = await gatherKeys(trustOptions(given), settings.now, keysInTree(null, []));
  const wanted: string[] = [];
  for (const certificate of keyring.all()) {
    const { fingerprint } = certificate.key;
    const isOwn = own.keyring.get(fingerprint) !== undefined || settings.anchors.has(fingerprint);
    if (isOwn || (await isCertified(certificate, keyring, settings))) wanted.push(fingerprint);
  }
  return wanted;
}

async function isCertified(certificate: Certificate, keyring: Keyring, settings: TrustSettings): Promise<boolean> {
  try {
    const { userIds } = await describeKey(await provenParts(certificate, keyring), keyring, settings);
    return userIds.some(({ certifications }) => certifications.length > 0);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    // Who signed more on a key of his own than can be judged must not be forgotten by that.
    return true;
  }
}

function answersTo(wanted: readonly string[], fetched: FetchedKeys, { keyring }: Keys): Asked[] {
  // A file holds many keys, and is read once for all of them.
  const file = fetched.kind === 'file' && fetched.file.outcome === 'found' ? keysIn(fetched.file.bytes) : null;
  return wanted.map((fingerprint) => {
    const answer = fetched.kind === 'file' ? fetched.file : fetched.answers.get(fingerprint);
    const sent = file ?? (answer?.outcome === 'found' ? keysIn(answer.bytes) : null);
    const known = keyring.get(fingerprint);
    const before = known === undefined ? null : writeCertificate(known);
    return { fingerprint, answer, sent: sent?.get(fingerprint), before };
  });
}

/** What became of one key, in words. */
async function take(
  { fingerprint, answer, sent, before }: Asked,
  keys: Keys,
  given: KnownKeysArguments,
): Promise<string> {
  if (answer === undefined || answer.outcome === 'failed') return failed(answer?.reason ?? 'it was not asked for');
  if (sent === undefined) return 'not there';
  const { keyring, settings } = keys;
  const known = keyring.get(fingerprint) ?? sent;
  // Of both together: what is sent may be a revocation alone, of what is known already. And what is known may lie in the
  // scanned tree, where anybody could have put junk on it.
  const kept = await keep(await provenParts(merged(known, sent), keyring), given);
  keyring.add(writeCertificate(kept), fingerprint);
  const now = keyring.get(fingerprint) ?? kept;
  if (before?.equals(writeCertificate(now)) === true) return 'nothing new';
  const { reason } = await new Judge(keyring, { ...settings, now: new Date() }).judgeOwner(now);
  return `${before === null ? 'kept' : 'kept what is new'}: ${reason}`;
}

function failed(reason: string): string {
  process.exitCode = ExitCode.incomplete;
  return `not fetched: ${reason}`;
}

function keysIn(bytes: Uint8Array): Keyring {
  const sent = new Keyring();
  try {
    sent.add(bytes, 'what was sent');
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
  }
  return sent;
}

function merged(known: Certificate, sent: Certificate): Certificate {
  const certificate = onlyCertificate(writeCertificate(known));
  mergeCertificates(certificate, sent);
  return certificate;
}
