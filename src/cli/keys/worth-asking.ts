import { DataError } from '../../errors.js';
import type { Certificate } from '../../openpgp/certificate.js';
import { describeKey } from '../../openpgp/describe-key.js';
import type { Keyring } from '../../openpgp/keyring.js';
import { provenParts } from '../../openpgp/proven-parts.js';
import type { TrustSettings } from '../../openpgp/trust.js';
import { gatherKeys, type Keys, keysInTree } from '../../scan/signature/trust.js';
import { trustOptions } from '../arguments.js';
import type { KnownKeysArguments } from './known-keys.js';

/**
 * Every key that is kept or given, and of those in the scanned tree the ones that an anchor has certified: others could
 * be there by the thousand, to be asked for and kept for ever.
 */
export async function worthAsking({ keyring, settings }: Keys, given: KnownKeysArguments): Promise<string[]> {
  const own = await gatherKeys(trustOptions(given), settings.now, keysInTree(null, []));
  const wanted: string[] = [];
  for (const certificate of keyring.all()) {
    const { fingerprint } = certificate.key;
    const isOwn = own.keyring.get(fingerprint) !== undefined || settings.anchors.has(fingerprint);
    if (isOwn || (await isCertified(certificate, keyring, settings))) wanted.push(fingerprint);
  }
  return wanted;
}

async function isCertified(certificate: Certificate, keyring: Keyring, settings: TrustSettings): Promise<boolean> {
  try {
    const { userIds } = await describeKey(await provenParts(certificate, keyring), keyring, settings);
    return userIds.some(({ certifications }) => certifications.length > 0);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    // Who signed more on a key of his own than can be judged must not be forgotten by that.
    return true;
  }
}
