import { DataError, SigsweepError } from '../../errors.js';
import { type FetchedKeys, fetchKeys } from '../../keys/fetch.js';
import { parseFingerprint } from '../../keys/fingerprint.js';
import { type Certificate, mergeCertificates } from '../../openpgp/certificate.js';
import { writeCertificate } from '../../openpgp/certificate-writer.js';
import { onlyCertificate } from '../../openpgp/certify.js';
import { Keyring } from '../../openpgp/keyring.js';
import { provenParts } from '../../openpgp/proven-parts.js';
import { Judge } from '../../openpgp/trust.js';
import { ExitCode } from '../../scan/exit-code.js';
import type { Keys } from '../../scan/signature/trust.js';
import { interruptible } from '../interrupt.js';
import { print } from '../output.js';
import { type KnownKeysArguments, keepProven, knownKeys } from './known-keys.js';

export interface RefreshArguments extends KnownKeysArguments {
  readonly from: string;
}

/** `sigsweep keys refresh --from URL`: the one command that asks a network. */
export async function refresh(names: readonly string[], given: RefreshArguments): Promise<void> {
  const keys = await knownKeys(given);
  const wanted = names.length > 0 ? names.map((name) => parseFingerprint(name, 'key')) : keys.keyring.fingerprints();
  if (wanted.length === 0) throw new SigsweepError('USAGE', 'no key is at hand: name the fingerprints of those to get');
  const fetched = await interruptible((signal) => fetchKeys(given.from, wanted, { signal }));
  const lines: string[] = [];
  for (const fingerprint of wanted) lines.push(`${fingerprint}: ${await take(fingerprint, fetched, keys, given)}\n`);
  await print(lines);
}

/** What became of one key, in words. */
async function take(fingerprint: string, fetched: FetchedKeys, keys: Keys, given: KnownKeysArguments): Promise<string> {
  const answer = fetched.kind === 'file' ? fetched.file : fetched.answers.get(fingerprint);
  if (answer === undefined || answer.outcome === 'failed') return failed(answer?.reason ?? 'it was not asked for');
  const sent = answer.outcome === 'found' ? certificateIn(answer.bytes, fingerprint) : undefined;
  if (sent === undefined) return 'not there';
  const { keyring, settings } = keys;
  const known = keyring.get(fingerprint);
  const before = known === undefined ? null : await provenParts(known, keyring);
  const kept = await keepProven(before === null ? sent : merged(before, sent), given, keys);
  if (before !== null && writeCertificate(before).equals(writeCertificate(kept))) return 'nothing new';
  keyring.add(writeCertificate(kept), fingerprint);
  const { reason } = await new Judge(keyring, { ...settings, now: new Date() }).judgeOwner(kept);
  return `${before === null ? 'kept' : 'kept what is new'}: ${reason}`;
}

function failed(reason: string): string {
  process.exitCode = ExitCode.incomplete;
  return `not fetched: ${reason}`;
}

function certificateIn(bytes: Uint8Array, fingerprint: string): Certificate | undefined {
  const sent = new Keyring();
  try {
    sent.add(bytes, 'what was sent');
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
  }
  return sent.get(fingerprint);
}

function merged(known: Certificate, sent: Certificate): Certificate {
  const certificate = onlyCertificate(writeCertificate(known));
  mergeCertificates(certificate, sent);
  return certificate;
}
