import { DataError } from '../../errors.js';
import type { KeyDescription } from '../../key-description.js';
import type { Certificate } from '../../openpgp/certificate.js';
import { describeKey } from '../../openpgp/describe-key.js';
import { keyInFull, keyList, keysJson } from '../../report/keys.js';
import { ExitCode } from '../../scan/exit-code.js';
import type { Keys } from '../../scan/signature/trust.js';
import { print } from '../output.js';
import { fitted } from '../terminal/screen.js';
import { type KnownKeysArguments, keyCalled, knownKeys } from './known-keys.js';

export interface ListArguments extends KnownKeysArguments {
  readonly json?: true;
}

/** `sigsweep keys list`. */
export async function listKeys(given: ListArguments): Promise<void> {
  const keys = await knownKeys(given);
  const described = await describeAll(keys, keys.keyring.all());
  if (given.json === true) await print([keysJson(described)]);
  else if (described.length === 0)
    process.stderr.write('sigsweep: no key is at hand: sigsweep keys import FILE keeps one\n');
  else await print(fitted(keyList(described)));
}

/** `sigsweep keys show FINGERPRINT`. */
export async function showKey(fingerprint: string, given: ListArguments): Promise<void> {
  const keys = await knownKeys(given);
  const described = await describeAll(keys, [keyCalled(fingerprint, keys)]);
  await print(given.json === true ? [keysJson(described)] : fitted(described.flatMap((key) => [...keyInFull(key)])));
}

/** Describes keys; one that carries more than can be judged is said to be so, and makes the exit code 3. */
export async function describeAll(
  { keyring, settings }: Keys,
  certificates: readonly Certificate[],
): Promise<KeyDescription[]> {
  const described: KeyDescription[] = [];
  for (const certificate of certificates) {
    try {
      described.push(await describeKey(certificate, keyring, settings));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      process.exitCode = ExitCode.incomplete;
      process.stderr.write(`sigsweep: ${error.message}\n`);
    }
  }
  return described;
}
