import { statSync } from 'node:fs';
import { SigsweepError } from '../../errors.js';
import { writeWhole } from '../../files/write.js';
import type { Certificate } from '../../openpgp/certificate.js';
import { writeCertificate } from '../../openpgp/certificate-writer.js';
import { armorPublicKey } from '../../openpgp/secret-key.js';
import { print } from '../output.js';
import { type KnownKeysArguments, keyCalled, knownKeys } from './known-keys.js';

export interface OutputArguments {
  readonly output?: string;
}

/**
 * Requires that what is written does not take the place of the private key: it may be the only copy.
 * @throws SigsweepError USAGE
 */
export function requireOtherOutput({ output, key }: OutputArguments & { readonly key?: string }): void {
  if (output === undefined || key === undefined) return;
  const [there, own] = [output, key].map((file) => statSync(file, { throwIfNoEntry: false }));
  if (there === undefined || own === undefined || there.dev !== own.dev || there.ino !== own.ino) return;
  throw new SigsweepError('USAGE', `--output ${output} is the private key itself: write to another file`);
}

/**
 * Hands out a public key in ASCII armor: to a file, or on standard output.
 * @throws SigsweepError OUTPUT_FAILED
 */
export async function handOut(certificate: Certificate, { output }: OutputArguments): Promise<void> {
  const armored = armorPublicKey(writeCertificate(certificate));
  if (output === undefined) await print([armored]);
  else writeWhole(output, [armored], { mode: 0o644 });
}

/** `sigsweep keys export FINGERPRINT`. */
export async function exportKey(fingerprint: string, given: KnownKeysArguments & OutputArguments): Promise<void> {
  await handOut(keyCalled(fingerprint, await knownKeys(given)), given);
}
