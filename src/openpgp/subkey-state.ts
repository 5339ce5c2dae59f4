import { DataError } from '../errors.js';
import { bindingBytes, type Certificate, type Subkey } from './certificate.js';
import {
  claimsToBeBy,
  isValidKeySignature,
  isValidRevocation,
  keepIf,
  newestOf,
  type Selection,
} from './key-signature.js';
import { earlier, ignoredRevocations, isOver } from './key-state.js';
import { parseSignature, type Signature, SignatureType } from './signature-packet.js';
import { allowsSigning, embeddedSignatures, expiresAt, keyExpiresAt } from './subpackets.js';

/** What the bindings of a signing subkey say of it, judged at one time. */
export interface SubkeyState {
  readonly isRevoked: boolean;
  /** Unix seconds, or `null` for never. */
  readonly expiresAt: number | null;
  /** Why signatures by the subkey do not count as its primary key's, in words that follow "the subkey …", or `null`. */
  readonly objection: string | null;
  readonly warnings: readonly string[];
}

/**
 * Reads the bindings and revocations of a subkey at the time `now` (Unix seconds). The newest valid binding decides;
 * it must allow signing and hold the subkey's own signature back, or anybody could adopt a foreign subkey.
 *
 * Throws {@link DataError} when there are more signatures than can be checked.
 */
export async function readSubkeyState(
  { key: primary }: Certificate,
  { key, signatures }: Subkey,
  selection: Selection,
  now: number,
): Promise<SubkeyState> {
  const bytes = bindingBytes(primary, key);
  const bindings = await keepIf(
    selection.from(signatures, (item) => item.type === SignatureType.SubkeyBinding && claimsToBeBy(item, primary)),
    async (item) => isValidKeySignature(item, primary, bytes, now),
  );
  const claimed = selection.from(
    signatures,
    (item) =>
      item.type === SignatureType.SubkeyRevocation && (item.claimedIssuers.size === 0 || claimsToBeBy(item, primary)),
  );
  const revocations = await keepIf(claimed, (item) => isValidRevocation(item, primary, bytes));
  const binding = newestOf(bindings);
  return {
    isRevoked: revocations.length > 0,
    expiresAt: binding === undefined ? null : earlier(keyExpiresAt(binding, key.created), expiresAt(binding)),
    objection: await objectionTo(
      binding,
      async (embedded) => !isOver(expiresAt(embedded), now) && isValidKeySignature(embedded, key, bytes, now),
    ),
    warnings: ignoredRevocations(claimed.length - revocations.length, `subkey ${key.fingerprint}`),
  };
}

async function objectionTo(
  binding: Signature | undefined,
  isBySubkey: (embedded: Signature) => Promise<boolean>,
): Promise<string | null> {
  if (binding === undefined) return 'is not bound to its primary key';
  if (allowsSigning(binding) !== true) return 'is not meant for signing';
  for (const body of embeddedSignatures(binding)) {
    const embedded = parseEmbedded(body);
    if (embedded?.type === SignatureType.PrimaryKeyBinding && (await isBySubkey(embedded))) return null;
  }
  return 'did not agree to its primary key (no valid back-signature)';
}

function parseEmbedded(body: Buffer): Signature | null {
  try {
    return parseSignature(body);
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}
