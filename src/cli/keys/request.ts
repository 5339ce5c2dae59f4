import { randomBytes } from 'node:crypto';
import { writeWhole } from '../../files/write.js';
import { makeRequest, requireNonce } from '../../keys/request.js';
import { provenParts } from '../../openpgp/proven-parts.js';
import { chooseSigner } from '../../publish/choose-signer.js';
import { print } from '../output.js';
import { type SignerArguments, signerOptions } from '../signer-options.js';
import { type KnownKeysArguments, knownKeys } from './known-keys.js';
import { type OutputArguments, requireOtherOutput } from './write-key.js';

export interface RequestArguments extends SignerArguments, KnownKeysArguments, OutputArguments {
  readonly nonce?: string;
}

/** `sigsweep keys request`: what is mailed to whoever shall certify the key. */
export async function request(given: RequestArguments): Promise<void> {
  requireOtherOutput(given);
  const nonce = given.nonce === undefined ? randomBytes(16).toString('hex') : requireNonce(given.nonce);
  const keys = await knownKeys(given);
  const signer = await chooseSigner({ ...signerOptions(given), purpose: 'request' }, keys);
  // An authority would refuse a key with junk on it, which may come from the scanned tree.
  const certificate = await provenParts(signer.certificate, keys.keyring);
  const text = await makeRequest(certificate, nonce, (bytes) => signer.clearsign(bytes));
  if (given.output === undefined) await print([text]);
  else writeWhole(given.output, [text]);
  process.stderr.write(
    `sigsweep: tell whoever certifies it this fingerprint by another way than this one:\n  ${certificate.key.fingerprint}\n`,
  );
}
