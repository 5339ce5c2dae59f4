import { addGivenKeys } from '../../keys/given.js';
import { writeCertificate } from '../../openpgp/certificate-writer.js';
import { Keyring } from '../../openpgp/keyring.js';
import { provenParts } from '../../openpgp/proven-parts.js';
import { Judge } from '../../openpgp/trust.js';
import { shortForTerminal } from '../../report/shorten.js';
import { print } from '../output.js';
import { type KnownKeysArguments, keep, knownKeys } from './known-keys.js';

/** `sigsweep keys import FILE…`: keeps keys, with all that was known of them. Trusts nobody by that. */
export async function importKeys(files: readonly string[], given: KnownKeysArguments): Promise<void> {
  const incoming = new Keyring();
  for (const file of files) await addGivenKeys(incoming, file);
  for (const { source, problem } of incoming.problems) {
    process.stderr.write(`sigsweep: note: ${shortForTerminal(`key in ${source} passed over: ${problem}`)}\n`);
  }
  const { keyring, settings } = await knownKeys(given);
  const atHand = new Keyring();
  for (const certificate of [...keyring.all(), ...incoming.all()]) atHand.add(writeCertificate(certificate), 'at hand');
  for (const certificate of incoming.all()) {
    // What is by a key at hand and does not verify is junk, enough of which would end all trust in an anchor.
    const kept = await keep(await provenParts(certificate, atHand, 'keep'), given);
    keyring.add(writeCertificate(kept), certificate.key.fingerprint);
  }
  // Judged as they stand now, all of them being there: one may have certified another.
  const judge = new Judge(keyring, settings);
  const lines: string[] = [];
  for (const fingerprint of incoming.fingerprints()) {
    const certificate = keyring.get(fingerprint);
    if (certificate !== undefined) lines.push(`kept ${fingerprint}: ${(await judge.judgeOwner(certificate)).reason}\n`);
  }
  await print(lines);
}
