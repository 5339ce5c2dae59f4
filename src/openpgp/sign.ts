/** Signing data. Nothing here decides whom to trust: what is signed has to pass the same verification as the vendor's. */
import { constants, deflateRawSync } from 'node:zlib';
import type { SecretKeyPacket } from 'openpgp';
import { BEGIN_MESSAGE } from './armor.js';
import { digestName } from './digests.js';
import { makeSignature, type SignatureOptions } from './make-signature.js';
import { packet } from './packet-writer.js';
import { Tag } from './packets.js';
import { armorSignature, type SecretKey } from './secret-key.js';
import { parseSignature, SignatureType } from './signature-packet.js';

/**
 * Signs text in the cleartext framework (RFC 9580, section 7), as `module.sig` uses it. The text is taken byte for
 * byte, except that CRLF line ends become LF and white space at the end of a line does not survive: the signature
 * does not cover it, so nobody could tell whether it was signed.
 * @param part which of the key's parts signs. @default its primary key
 */
export async function clearsign(
  text: Uint8Array,
  key: SecretKey,
  options: SignatureOptions = {},
  part: SecretKeyPacket = key.primary,
): Promise<Buffer> {
  const lines = textLines(text);
  const covered = Buffer.from(lines.join('\r\n'), 'latin1');
  const body = await makeSignature(SignatureType.Text, covered, part, options);
  const armored = armorSignature(packet(Tag.Signature, body));
  const digest = digestNameOf(body);
  const head = `${BEGIN_MESSAGE}\nHash: ${digest}\n\n`;
  const escaped = lines.map((line) => (line.startsWith('-') ? `- ${line}\n` : `${line}\n`)).join('');
  return Buffer.from(head + escaped + armored, 'latin1');
}

/**
 * Signs bytes as a one-pass signed message (RFC 9580, section 10.3), compressed, with the old packet header that GnuPG
 * writes: the form in which FreePBX's mirrors hand out packages.
 * @param name the file name that the message gives its content
 */
export async function signMessage(
  bytes: Uint8Array,
  name: string,
  key: SecretKey,
  options: SignatureOptions = {},
  part: SecretKeyPacket = key.primary,
): Promise<Buffer> {
  const body = await makeSignature(SignatureType.Binary, bytes, part, options);
  const { digest, keyAlgorithm } = parseSignature(body);
  const keyId = part.getFingerprint().slice(-16);
  const onePass = Buffer.concat([
    Buffer.from([3, SignatureType.Binary, digest, keyAlgorithm]),
    Buffer.from(keyId, 'hex'),
    Buffer.from([1]),
  ]);
  const fileName = Buffer.from(name, 'utf8');
  const literal = Buffer.concat([Buffer.from([0x62, fileName.length]), fileName, Buffer.alloc(4), bytes]);
  const message = [packet(Tag.OnePass, onePass), packet(Tag.Literal, literal), packet(Tag.Signature, body)];
  // What is packed is compressed already: packing it again would take time and win nothing.
  const compressed = deflateRawSync(Buffer.concat(message), { level: constants.Z_NO_COMPRESSION });
  return Buffer.concat([Buffer.from([OLD_COMPRESSED_PACKET, ZIP]), compressed]);
}

/** Tag 8 in the old format, of indeterminate length: to the end of the file. */
const OLD_COMPRESSED_PACKET = 0xa3;

/** Compression algorithm ID (RFC 9580 §9.4). */
const ZIP = 1;

/** As the `Hash` header names it. */
function digestNameOf(signatureBody: Buffer): string {
  return digestName(parseSignature(signatureBody).digest).toUpperCase();
}

/** The lines that a text signature covers, as latin1: no line ends, no white space before them. */
function textLines(text: Uint8Array): string[] {
  const lines = Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('latin1').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => line.replace(/[ \t\r]+$/, ''));
}
