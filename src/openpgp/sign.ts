/**
 * Making keys and signatures. Nothing here decides whom to trust: the demonstration, the benchmarks and the tests sign
 * with throw-away keys, and what they sign has to pass the same verification as the vendor's.
 */

import type { AnyPacket, PrivateKey, SecretKeyPacket } from 'openpgp';
import {
  armor,
  config,
  createMessage,
  enums,
  generateKey as generateOpenpgpKey,
  PacketList,
  type PartialConfig,
  PublicKeyPacket,
  PublicSubkeyPacket,
  SignaturePacket,
  UserAttributePacket,
  UserIDPacket,
} from 'openpgp';
import { DataError } from '../errors.js';

/** `ed25519` is the EdDSA of GnuPG 2.2 (algorithm 22). With SHA-1 only the RSA keys make signatures that GnuPG accepts. */
export type KeyType = 'ed25519' | 'rsa2048' | 'rsa4096' | 'nistP256';

export type Digest = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** Certification of a user ID by another key, from "generic" to "positive" (RFC 9580, section 5.2.1). */
export type CertificationType = 0x10 | 0x11 | 0x12 | 0x13;

export interface KeyOptions {
  name: string;
  email: string;
  /** @default 'ed25519' */
  type?: KeyType;
  /** When the key was made. @default now */
  created?: Date;
  /** Counted from `created`. @default the key never expires */
  expiresInSeconds?: number;
}

export interface SignatureOptions {
  /** When the signature was made. @default now */
  date?: Date;
  /** @default 'sha256' */
  digest?: Digest;
  /** Counted from `date`. @default the signature never expires */
  expiresInSeconds?: number;
}

export interface UserIdSignatureOptions extends SignatureOptions {
  /** Which of the signer's user IDs, in the order of the key. @default 0 */
  userIdIndex?: number;
}

export interface CertificationOptions extends UserIdSignatureOptions {
  /** @default 0x10 */
  type?: CertificationType;
}

export interface KeyRevocationOptions extends Omit<SignatureOptions, 'expiresInSeconds'> {
  /** The public key that the revocation is added to, certifications included. @default the key's own */
  publicKey?: Uint8Array;
  /** Numbered as in RFC 9580, section 5.2.3.31: 1 superseded, 2 compromised, 3 retired. @default 0, none given */
  reason?: 0 | 1 | 2 | 3;
}

/** A version 4 key that can sign: one primary key, one user ID, no subkeys and no passphrase. */
export class SecretKey {
  /** The primary key's, 40 upper-case hexadecimal digits. */
  readonly fingerprint: string;
  /** The fingerprint's last 16 digits, by which FreePBX names signers and key files. */
  readonly keyId: string;
  readonly #key: PrivateKey;

  /** For {@link generateKey} only. */
  constructor(key: PrivateKey) {
    this.#key = key;
    this.fingerprint = key.getFingerprint().toUpperCase();
    this.keyId = this.fingerprint.slice(-16);
  }

  /** The public half, binary (a transferable public key of RFC 9580, section 10.1). */
  publicKey(): Uint8Array {
    return this.#key.toPublic().write();
  }

  /** The public half, in ASCII armor. Never the secret one. */
  armored(): string {
    return armorPublicKey(this.publicKey());
  }

  /** The packet that signs. */
  get packet(): SecretKeyPacket {
    return this.#key.keyPacket as SecretKeyPacket;
  }
}

/** Without openpgp's random notation the packet holds what GnuPG's would: creation time and issuer. */
const SIGNING_CONFIG = { ...config, nonDeterministicSignaturesViaNotation: false };

const CURVES = { ed25519: 'ed25519Legacy', nistP256: 'nistP256' } as const;
const RSA_BITS = { rsa2048: 2048, rsa4096: 4096 } as const;

/** Makes a key that certifies and signs. */
export async function generateKey(options: KeyOptions): Promise<SecretKey> {
  const { name, email, type = 'ed25519', created, expiresInSeconds } = options;
  const algorithm =
    type === 'rsa2048' || type === 'rsa4096'
      ? ({ type: 'rsa', rsaBits: RSA_BITS[type] } as const)
      : ({ type: 'ecc', curve: CURVES[type] } as const);
  const { privateKey } = await generateOpenpgpKey({
    ...algorithm,
    userIDs: [{ name, email }],
    subkeys: [],
    format: 'object',
    config: SIGNING_CONFIG,
    ...(created === undefined ? {} : { date: created }),
    ...(expiresInSeconds === undefined ? {} : { keyExpirationTime: expiresInSeconds }),
  });
  return new SecretKey(privateKey);
}

/** A binary public key in ASCII armor, as FreePBX keeps its `.key` files. */
export function armorPublicKey(publicKey: Uint8Array): string {
  return armorWithChecksum(enums.armor.publicKey, publicKey);
}

/**
 * Signs text in the cleartext framework (RFC 9580, section 7), as `module.sig` uses it. The text is taken byte for
 * byte, except that CRLF line ends become LF and white space at the end of a line does not survive: the signature
 * does not cover it, so nobody could tell whether it was signed.
 */
export async function clearsign(text: Uint8Array, key: SecretKey, options: SignatureOptions = {}): Promise<Buffer> {
  const lines = textLines(text);
  // `createMessage` makes the literal packet whose bytes a text signature covers.
  const literal = (await createMessage({ binary: Buffer.from(lines.join('\r\n'), 'latin1') })).packets[0];
  const signature = await sign(enums.signature.text, literal, key, options);
  const block = new PacketList<SignaturePacket>();
  block.push(signature);
  const armored = armorWithChecksum(enums.armor.signature, block.write());
  const head = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: ${(options.digest ?? 'sha256').toUpperCase()}\n\n`;
  const body = lines.map((line) => (line.startsWith('-') ? `- ${line}\n` : `${line}\n`)).join('');
  return Buffer.from(head + body + armored, 'latin1');
}

/** Adds the anchor's certification of one user ID to the signer's public key and returns the key. */
export async function certify(
  signerPublic: Uint8Array,
  anchor: SecretKey,
  options: CertificationOptions = {},
): Promise<Uint8Array> {
  return signUserId(options.type ?? enums.signature.certGeneric, signerPublic, anchor, options);
}

/** Adds the anchor's revocation (0x30) of its certification to the signer's public key and returns the key. */
export async function revokeCertification(
  signerPublic: Uint8Array,
  anchor: SecretKey,
  options: UserIdSignatureOptions = {},
): Promise<Uint8Array> {
  return signUserId(enums.signature.certRevocation, signerPublic, anchor, options);
}

/** Adds the key's revocation of itself (0x20) to its public key and returns that. */
export async function revokeKey(key: SecretKey, options: KeyRevocationOptions = {}): Promise<Uint8Array> {
  const packets = await readPackets(options.publicKey ?? key.publicKey());
  const revocation = await sign(enums.signature.keyRevocation, { key: packets[0] }, key, options, options.reason ?? 0);
  packets.splice(1, 0, revocation);
  return packets.write();
}

/** GnuPG before 2.4 fails on some armor blocks without the CRC-24 line. */
function armorWithChecksum(type: enums.armor, bytes: Uint8Array): string {
  const emitChecksum = true;
  return armor(type, bytes, undefined, undefined, undefined, emitChecksum);
}

async function signUserId(
  type: enums.signature,
  signerPublic: Uint8Array,
  anchor: SecretKey,
  options: UserIdSignatureOptions,
): Promise<Uint8Array> {
  const packets = await readPackets(signerPublic);
  const userIdAt = packets.indexOfTag(enums.packet.userID)[options.userIdIndex ?? 0];
  if (userIdAt === undefined) throw new DataError(`the key has no user ID number ${options.userIdIndex ?? 0}`);
  const signature = await sign(type, { key: packets[0], userID: packets[userIdAt] }, anchor, options);
  let end = userIdAt + 1;
  while (packets[end] instanceof SignaturePacket) end++;
  packets.splice(end, 0, signature);
  return packets.write();
}

/** What openpgp's `sign` takes. Its published types leave the data's shape and the configuration out. */
interface Signable {
  sign(key: SecretKeyPacket, data: unknown, date: Date, detached: boolean, config: PartialConfig): Promise<void>;
}

async function sign(
  type: enums.signature,
  data: unknown,
  key: SecretKey,
  options: SignatureOptions,
  reasonForRevocation?: enums.reasonForRevocation,
): Promise<SignaturePacket> {
  const packet = new SignaturePacket();
  packet.signatureType = type;
  packet.publicKeyAlgorithm = key.packet.algorithm;
  packet.hashAlgorithm = enums.hash[options.digest ?? 'sha256'];
  if (options.expiresInSeconds !== undefined) {
    packet.signatureExpirationTime = options.expiresInSeconds;
    packet.signatureNeverExpires = false;
  }
  if (reasonForRevocation !== undefined) {
    packet.reasonForRevocationFlag = reasonForRevocation;
    packet.reasonForRevocationString = '';
  }
  const detached = type === enums.signature.text;
  await (packet as unknown as Signable).sign(key.packet, data, options.date ?? new Date(), detached, SIGNING_CONFIG);
  return packet;
}

/** The lines that a text signature covers, as latin1: no line ends, no white space before them. */
function textLines(text: Uint8Array): string[] {
  const lines = Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('latin1').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => line.replace(/[ \t\r]+$/, ''));
}

/** By tag. openpgp's published type asks for a `Map`, its code indexes an object. */
const KEY_PACKETS: object = {
  [enums.packet.publicKey]: PublicKeyPacket,
  [enums.packet.publicSubkey]: PublicSubkeyPacket,
  [enums.packet.userID]: UserIDPacket,
  [enums.packet.userAttribute]: UserAttributePacket,
  [enums.packet.signature]: SignaturePacket,
};

async function readPackets(publicKey: Uint8Array): Promise<PacketList<AnyPacket>> {
  const packets = await PacketList.fromBinary(publicKey, KEY_PACKETS as Map<enums.packet, object>);
  if (!(packets[0] instanceof PublicKeyPacket)) throw new DataError('the key does not begin with a public key packet');
  return packets;
}
