import { DataError } from '../errors.js';
import { ByteReader } from './bytes.js';
import { digestName, textDigestOfHeader } from './digests.js';
import { Algorithm } from './key-packet.js';
import { readPackets, Tag } from './packets.js';
import { parseSignature, type Signature, SignatureType } from './signature-packet.js';
import { subpacketProblem } from './subpackets.js';

/**
 * Reads the one signature of a signed file. Two could say two things, and anything besides a signature could be
 * mistaken for what is signed. Throws {@link DataError} for anything but exactly one version 4 signature packet.
 */
export function readOnlySignature(bytes: Buffer): Signature {
  const packets = readPackets(bytes);
  const packet = packets.next().value;
  if (packet === undefined) throw new DataError('the signature block is empty');
  if (packet.tag !== Tag.Signature || packets.next().done !== true) {
    throw new DataError('the signature block holds something else than exactly one signature');
  }
  return parseSignature(packet.body);
}

/** The one key ID that the signature names. Throws {@link DataError} when it names none, or several. */
export function claimedKeyId(signature: Signature): string {
  const [keyId, ...others] = signature.claimedIssuers;
  if (keyId === undefined) throw new DataError('the signature does not say which key made it');
  if (others.length > 0 || keyId.length !== 16) throw new DataError('the signature is at odds over which key made it');
  return keyId;
}

/**
 * Checks all that can be checked of a signature on text before its key is known. `hashName` is what the file's `Hash`
 * header says. Throws {@link DataError} with the first thing that is not acceptable.
 */
export function checkForm(signature: Signature, hashName: string): void {
  if (signature.type !== SignatureType.Text) throw new DataError('the signature is not one on text (type 0x01)');
  const digest = textDigestOfHeader(hashName);
  if (digest === undefined) throw new DataError(`the digest ${hashName} is not accepted`);
  if (digest !== digestName(signature.digest)) {
    throw new DataError(`the header names the digest ${hashName}, the signature ${digestName(signature.digest)}`);
  }
  checkContents(signature);
}

/** The same for the signature on a message, whose digest no header announces that counts. */
export function checkMessageForm(signature: Signature): void {
  if (signature.type !== SignatureType.Binary) throw new DataError('the signature is not one on bytes (type 0x00)');
  const digest = digestName(signature.digest);
  if (textDigestOfHeader(digest.toUpperCase()) === undefined)
    throw new DataError(`the digest ${digest} is not accepted`);
  checkContents(signature);
}

function checkContents(signature: Signature): void {
  const problem = subpacketProblem(signature, 'text');
  if (problem !== null) throw new DataError(`the signature cannot be judged: ${problem}`);
  checkMaterial(signature);
}

/** Accepts one form only of the numbers that make up a signature (RFC 9580 §5.2.3.1 to §5.2.3.5). */
function checkMaterial({ keyAlgorithm, material }: Signature): void {
  const reader = new ByteReader(material);
  switch (keyAlgorithm) {
    case Algorithm.Rsa:
      reader.mpiBits();
      break;
    case Algorithm.Ecdsa:
    case Algorithm.EdDsaLegacy:
      reader.mpiBits();
      reader.mpiBits();
      break;
    case Algorithm.Ed25519:
      reader.take(64);
      break;
    case Algorithm.Ed448:
      reader.take(114);
      break;
    default:
      throw new DataError(`the signature's algorithm (number ${keyAlgorithm}) is not supported`);
  }
  if (reader.left > 0) throw new DataError('bytes follow the signature inside its packet');
}
