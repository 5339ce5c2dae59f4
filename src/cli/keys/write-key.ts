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
