import type { Certificate, SignatureSet } from './certificate.js';
import { packet } from './packet-writer.js';
import { Tag } from './packets.js';

/**
 * The transferable public key of RFC 9580 §10.1, binary: all that is known of the key and was understood, in an order
 * that does not depend on where it came from, so that the same knowledge gives the same bytes.
 */
export function writeCertificate({ key, signatures, userIds, subkeys }: Certificate): Buffer {
  const parts = [packet(Tag.PublicKey, key.body), ...signaturePackets(signatures)];
  for (const { bytes, signatures } of sorted(userIds)) {
    parts.push(packet(Tag.UserId, bytes), ...signaturePackets(signatures));
  }
  for (const { key, signatures } of sorted(subkeys)) {
    parts.push(packet(Tag.PublicSubkey, key.body), ...signaturePackets(signatures));
  }
  return Buffer.concat(parts);
}

function signaturePackets(signatures: SignatureSet): Buffer[] {
  return [...signatures.keys()].sort().map((bytes) => packet(Tag.Signature, Buffer.from(bytes, 'latin1')));
}

function sorted<Part>(parts: ReadonlyMap<string, Part>): Part[] {
  return [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}
