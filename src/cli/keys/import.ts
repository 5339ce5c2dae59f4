import { addGivenKeys } from '../../keys/given.js';
import { writeCertificate } from '../../openpgp/certificate-writer.js';
import { Keyring } from '../../openpgp/keyring.js';
import { provenParts } from '../../openpgp/proven-parts.js';
import { shortForTerminal } from '../../report/shorten.js';
import { print } from '../output.js';
import { addBare, judgedNow, type KnownKeysArguments, keep, knownKeys, requireKeyFolder } from './known-keys.js';

/**
 * `sigsweep keys import FILE…`: keeps keys, with all that was known of them. Trusts nobody by that. What is said to be
 * by a key at hand and is not is left out: enough of it makes a key one that cannot be judged any more.
 */
export async function importKeys(files: readonly string[], given: KnownKeysArguments): Promise<void> {
  requireKeyFolder(given);
  const incoming = new Keyring();
  for (const file of files) await addGivenKeys(incoming, file);
  for (const { source, problem } of incoming.problems) {
    process.stderr.write(`sigsweep: note: ${shortForTerminal(`key in ${source} passed over: ${problem}`)}\n`);
  }
  const keys = await knownKeys(given);
  const { keyring } = keys;
  addBare(keyring, incoming.all());
  for (const certificate of incoming.all()) {
    const sound = await provenParts(certificate, keyring, { keepsForeign: true });
    keyring.add(writeCertificate(await keep(sound, given)), certificate.key.fingerprint);
  }
  // Judged when all of them are there: one may have certified another.
  const lines: string[] = [];
  for (const fingerprint of incoming.fingerprints()) {
    const certificate = keyring.get(fingerprint);
    if (certificate !== undefined) lines.push(`kept ${fingerprint}: ${(await judgedNow(keys, certificate)).reason}\n`);
  }
  await print(lines);
}
