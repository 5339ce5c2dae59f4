import { closeSync, constants, fsyncSync, openSync, rmSync } from 'node:fs';
import { SigsweepError } from '../../errors.js';
import { errorInWords } from '../../files/failure.js';
import { writeAll } from '../../files/write.js';
import { onlyCertificate } from '../../openpgp/certify.js';
import { generateKey } from '../../openpgp/secret-key.js';
import type { TrustArguments } from '../arguments.js';
import { lifeGiven } from '../end-given.js';
import { print } from '../output.js';
import { type PassphraseArguments, passphraseSource } from '../passphrase.js';
import { keep, requireKeyFolder } from './known-keys.js';

export interface GenerateArguments extends PassphraseArguments, TrustArguments {
  readonly name: string;
  readonly email?: string;
  readonly type: 'ed25519' | 'rsa4096';
  readonly expires?: string;
  readonly output: string;
  /** `false` for `--no-passphrase`. */
  readonly passphrase: boolean;
}

/** `sigsweep keys generate`: the private key to a file, locked with a passphrase, the public one to the key folder. */
export async function generate(given: GenerateArguments): Promise<void> {
  const { name, email, type, output } = given;
  requireKeyFolder(given);
  const created = new Date();
  const life = given.expires === undefined ? undefined : lifeGiven(given.expires, created);
  const passphrase = given.passphrase
    ? await passphraseSource(given)(`new passphrase of ${output}`, { confirm: true })
    : null;
  const key = await generateKey({
    name,
    type,
    created,
    ...(email === undefined ? {} : { email }),
    ...(life === undefined ? {} : { expiresInSeconds: life.seconds }),
  });
  writeSecret(output, await key.armoredSecret(passphrase));
  await keep(onlyCertificate(key.publicKey()), given);
  await print([`${key.fingerprint}\n`]);
  process.stderr.write(
    `sigsweep: the private key is in ${output}; keep a copy where no intruder finds it: without it nothing can be ` +
      'signed, and the key cannot be revoked by its owner\n',
  );
}

/** Never over a file that is there: it may be a key that nobody else has. */
function writeSecret(file: string, armored: string): void {
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const descriptor = openSync(file, flags, 0o600);
    try {
      writeAll(descriptor, Buffer.from(armored));
      fsyncSync(descriptor);
    } catch (error) {
      // Half a key is none, and would be in the way of the next try.
      rmSync(file, { force: true });
      throw error;
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw new SigsweepError('OUTPUT_FAILED', `cannot write the private key to ${file}: ${errorInWords(cause)}`, {
      cause,
    });
  }
}
