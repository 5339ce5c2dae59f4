import { DataError } from '../errors.js';
import { bindingBytes, type Certificate, type SignatureSet, type Subkey } from './certificate.js';
import { isSignedBy } from './crypto.js';
import type { KeyPacket } from './key-packet.js';
import {
  claimsToBeBy,
  isValidKeySignature,
  isValidRevocation,
  keepIf,
  newestOf,
  newestSecond,
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
 * it must allow signing and hold the subkey's own signature back (RFC 9580 §5.2.1.9), or anybody could adopt a foreign
 * subkey.
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
    (item) => isValidKeySignature(item, primary, bytes, now),
  );
  const claimed = selection.from(
    signatures,
    (item) =>
      item.type === SignatureType.SubkeyRevocation && (item.claimedIssuers.size === 0 || claimsToBeBy(item, primary)),
  );
  const revocations = await keepIf(claimed, (item) => isValidRevocation(item, primary, bytes));
  const deciding = newestSecond(bindings);
  const backSignatures = await keepIf(
    selection.from(embeddedIn(signatures, deciding), (item) => item.type === SignatureType.PrimaryKeyBinding),
    (item) => isValidKeySignature(item, key, bytes, now),
  );
  return {
    isRevoked: revocations.length > 0,
    expiresAt: deciding.map((item) => earlier(keyExpiresAt(item, key.created), expiresAt(item))).reduce(earlier, null),
    objection: objectionTo(deciding, newestOf(backSignatures), now),
    warnings: ignoredRevocations(claimed.length - revocations.length, `subkey ${key.fingerprint}`),
  };
}

function objectionTo(deciding: readonly Signature[], backSignature: Signature | undefined, now: number): string | null {
  if (deciding.length === 0) return 'is not bound to its primary key';
  if (!deciding.every((binding) => allowsSigning(binding) === true)) return 'is not meant for signing';
  if (backSignature !== undefined && !isOver(expiresAt(backSignature), now)) return null;
  return 'did not agree to its primary key (no valid back-signature)';
}

/**
 * The signatures embedded in any copy of these bindings. They mostly stand among the unhashed subpackets: anybody can
 * take one out of a copy or put another in, so that no copy may stand for the others. Each has to verify by itself.
 */
function embeddedIn(copies: SignatureSet, bindings: readonly Signature[]): SignatureSet {
  const hashedParts = new Set(bindings.map(({ hashedPart }) => hashedPart.toString('latin1')));
  const found: SignatureSet = new Map();
  for (const copy of copies.values()) {
    if (!hashedParts.has(copy.hashedPart.toString('latin1'))) continue;
    for (const body of embeddedSignatures(copy)) {
      const embedded = parseEmbedded(body);
      if (embedded !== null) found.set(body.toString('latin1'), embedded);
    }
  }
  return found;
}

/** The signatures embedded in one copy of a binding that the subkey really made. */
export async function embeddedSignaturesBy(subkey: KeyPacket, binding: Signature, bytes: Buffer): Promise<Signature[]> {
  const claimed = embeddedSignatures(binding).map(parseEmbedded);
  return keepIf(
    claimed.filter((signature) => signature !== null),
    (signature) => isSignedBy(signature, subkey, bytes),
  );
}

function parseEmbedded(body: Buffer): Signature | null {
  try {
    return parseSignature(body);
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}
