import { DataError, SigsweepError } from '../../errors.js';
import { type FetchedKeys, fetchKeys } from '../../keys/fetch.js';
import { parseFingerprint } from '../../keys/fingerprint.js';
import { awaitedRevocations } from '../../openpgp/awaited-revocations.js';
import { type Certificate, mergeCertificates } from '../../openpgp/certificate.js';
import { writeCertificate } from '../../openpgp/certificate-writer.js';
import { Keyring } from '../../openpgp/keyring.js';
import { provenParts } from '../../openpgp/proven-parts.js';
import { ExitCode } from '../../scan/exit-code.js';
import type { Keys } from '../../scan/signature/trust.js';
import { interruptible } from '../interrupt.js';
import { print } from '../output.js';
import { addBare, judgedNow, type KnownKeysArguments, keep, knownKeys, requireKeyFolder } from './known-keys.js';
import { worthAsking } from './worth-asking.js';

export interface RefreshArguments extends KnownKeysArguments {
  readonly from: string;
}

/** What was sent of one key, or in words what was sent instead. */
type Sent = Certificate | { readonly nothing: string } | { readonly failure: string };

/** `sigsweep keys refresh --from URL`: the one command that asks a network. */
export async function refresh(names: readonly string[], given: RefreshArguments): Promise<void> {
  requireKeyFolder(given);
  const keys = await knownKeys(given);
  const { keyring } = keys;
  const named = names.map((name) => parseFingerprint(name, 'key'));
  const wanted = named.length > 0 ? [...new Set(named)] : await worthAsking(keys, given);
  if (wanted.length === 0) throw new SigsweepError('USAGE', 'no key is at hand: name the fingerprints of those to get');
  const fetched = await interruptible((signal) => fetchKeys(given.from, wanted, { signal }));
  const sent = sentOf(fetched, wanted);
  const known = new Map(wanted.map((fingerprint) => [fingerprint, keyring.get(fingerprint)]));
  // Each may have signed another: all keys have to be at hand before what is said of any is proven.
  addBare(
    keyring,
    [...sent.values()].filter((one) => 'key' in one),
  );
  const lines: string[] = [];
  for (const [fingerprint, one] of sent) {
    const said = 'key' in one ? await take(one, known.get(fingerprint), keys, given) : refusal(one);
    lines.push(`${fingerprint}: ${said}\n`);
  }
  await print(lines);
}

/** Keeps what of a key was sent and is proven. Returns what became of it, in words. */
async function take(
  sent: Certificate,
  known: Certificate | undefined,
  keys: Keys,
  given: KnownKeysArguments,
): Promise<string> {
  const { keyring, settings } = keys;
  const before = known === undefined ? null : writeCertificate(known);
  const copies = known === undefined ? [sent] : [sent, known];
  const keepsForeign = awaitedRevocations(copies, settings.anchors);
  const certificate = await provenParts(sent, keyring, { known, keepsForeign });
  // What is in the web root may be junk too, and would stay when it is long gone from there.
  if (known !== undefined) mergeCertificates(certificate, await provenParts(known, keyring));
  keyring.add(writeCertificate(await keep(certificate, given)), sent.key.fingerprint);
  const now = keyring.get(sent.key.fingerprint) ?? certificate;
  if (before?.equals(writeCertificate(now)) === true) return 'nothing new';
  const { reason } = await judgedNow(keys, now);
  return `${before === null ? 'kept' : 'kept what is new'}: ${reason}`;
}

function refusal(sent: Exclude<Sent, Certificate>): string {
  if ('nothing' in sent) return sent.nothing;
  process.exitCode = ExitCode.incomplete;
  return `not fetched: ${sent.failure}`;
}

function sentOf(fetched: FetchedKeys, wanted: readonly string[]): Map<string, Sent> {
  // One file is read once, however many keys are wanted.
  const file = fetched.kind === 'file' && fetched.file.outcome === 'found' ? keysIn(fetched.file.bytes) : null;
  return new Map(wanted.map((fingerprint) => [fingerprint, sentFor(fingerprint, fetched, file)]));
}

function sentFor(fingerprint: string, fetched: FetchedKeys, file: Keyring | null): Sent {
  const answer = fetched.kind === 'file' ? fetched.file : fetched.answers.get(fingerprint);
  if (answer?.outcome === 'not-found') return { nothing: 'not there' };
  if (answer?.outcome !== 'found') return { failure: answer?.reason ?? 'it was not asked for' };
  const keyring = file ?? keysIn(answer.bytes);
  if (keyring.size === 0) return { failure: 'what was sent holds no key that can be read' };
  const certificate = keyring.get(fingerprint);
  if (certificate !== undefined) return certificate;
  return fetched.kind === 'file' ? { nothing: 'not there' } : { failure: 'another key was sent' };
}

function keysIn(bytes: Uint8Array): Keyring {
  const keyring = new Keyring();
  try {
    keyring.add(bytes, 'what was sent');
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
  }
  return keyring;
}
