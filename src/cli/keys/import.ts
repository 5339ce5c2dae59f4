import { addGivenKeys } from '../../keys/given.js';
import { Keyring } from '../../openpgp/keyring.js';
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
  for (const certificate of incoming.all()) await keep(certificate, given);
  // Judged as they stand now, all of them being there: one may have certified another.
  const { keyring, settings } = await knownKeys(given);
  const judge = new Judge(keyring, settings);
  const lines: string[] = [];
  for (const fingerprint of incoming.fingerprints()) {
    const certificate = keyring.get(fingerprint);
    if (certificate !== undefined) lines.push(`kept ${fingerprint}: ${(await judge.judgeOwner(certificate)).reason}\n`);
  }
  await print(lines);
}
