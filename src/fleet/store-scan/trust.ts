import type { z } from 'zod';
import type { Certificate, SignatureSet } from '../../openpgp/certificate.js';
import type { TrustOptions } from '../../scan/options.js';
import { gatherKeys, keysInTree } from '../../scan/signature/trust.js';
import { sha256 } from '../../sha256.js';
import { TOOL } from '../../tool.js';
import type { trustDigests } from '../message/store-bodies.js';

/** By what a machine judges signatures. */
export type TrustDigests = z.infer<typeof trustDigests>;

/** What is compared, as an administrator knows it. */
const IN_WORDS: Readonly<Record<keyof TrustDigests, string>> = {
  release: 'release of sigsweep',
  policy: '--policy',
  anchors: '--anchor',
  revoked: '--revoked',
  keys: 'keys (--key-folder, --keyring)',
};

/**
 * By what this machine judges: what stands in the files counts, not how they are called or in which order they were read.
 * Keys that lie in the store are the same for all who mount it.
 * @throws SigsweepError what a scan throws for keys and lists that cannot be read.
 */
export async function digestsOf(options: TrustOptions, now: Date): Promise<TrustDigests> {
  const { keyring, settings } = await gatherKeys(options, now, keysInTree(null, []));
  return {
    release: TOOL.version,
    policy: settings.policy,
    anchors: digest([...settings.anchors]),
    revoked: digest([...settings.revoked]),
    keys: digest(keyring.all().map(certificateText)),
  };
}

/** What two machines differ in, in words; '' where they judge alike. */
export function differencesInWords(own: TrustDigests, asked: TrustDigests): string {
  const fields = Object.keys(IN_WORDS) as (keyof TrustDigests)[];
  return fields
    .filter((field) => own[field] !== asked[field])
    .map((field) => IN_WORDS[field])
    .join(', ');
}

/** All that is known of a key, in an order that does not depend on where it came from. */
function certificateText({ key, signatures, userIds, subkeys }: Certificate): string {
  const parts = [
    key.body.toString('latin1'),
    digestOfSignatures(signatures),
    ...[...userIds].map(([name, userId]) => digest([name, digestOfSignatures(userId.signatures)])).sort(),
    ...[...subkeys.values()]
      .map((subkey) => digest([subkey.key.body.toString('latin1'), digestOfSignatures(subkey.signatures)]))
      .sort(),
  ];
  return digestInOrder(parts);
}

function digestOfSignatures(signatures: SignatureSet): string {
  return digest([...signatures.keys()]);
}

function digest(texts: readonly string[]): string {
  return digestInOrder([...texts].sort());
}

function digestInOrder(texts: readonly string[]): string {
  return sha256(Buffer.from(JSON.stringify(texts)));
}
