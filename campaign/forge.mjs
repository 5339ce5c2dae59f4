/**
 * Keys, signatures and signed files made by hand with node:crypto alone: the same seed gives the same bytes, and no
 * encoder is shared with the code that is being tried. Ed25519 in the form of GnuPG 2.2 (algorithm 22), SHA-256.
 */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';

/** The fixed part of a PKCS #8 Ed25519 key; the 32 bytes of the secret follow. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const ED25519_CURVE = Buffer.from('092b06010401da470f01', 'hex');
const EDDSA = 22;
const SHA256 = 8;

/**
 * @typedef {{ body: Buffer, fingerprint: string, keyId: string, sign: (bytes: Buffer) => Buffer }} Key
 * @typedef {{ hashed?: Buffer[], unhashed?: Buffer[], created: number }} Subpackets
 */

/**
 * A key that follows from a name.
 *
 * @param {string} name
 * @param {number} created Unix seconds
 * @returns {Key}
 */
export function makeKey(name, created) {
  const secret = createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519, createHash('sha256').update(name).digest()]),
    format: 'der',
    type: 'pkcs8',
  });
  const point = Buffer.from(createPublicKey(secret).export({ format: 'jwk' }).x ?? '', 'base64url');
  const material = Buffer.concat([ED25519_CURVE, number(Buffer.concat([Buffer.from([0x40]), point]))]);
  const body = Buffer.concat([Buffer.from([4]), uint(created, 4), Buffer.from([EDDSA]), material]);
  const fingerprint = createHash('sha1').update(hashedKey(body)).digest('hex').toUpperCase();
  return {
    body,
    fingerprint,
    keyId: fingerprint.slice(-16),
    sign: (bytes) => sign(null, createHash('sha256').update(bytes).digest(), secret),
  };
}

/**
 * A signature packet's body over `over`.
 *
 * @param {Key} by
 * @param {number} type
 * @param {Buffer} over
 * @param {Subpackets} subpackets
 */
export function signatureBody(by, type, over, { hashed = [], unhashed = [], created }) {
  const area = Buffer.concat([subpacket(2, uint(created, 4)), ...hashed]);
  const covered = Buffer.concat([Buffer.from([4, type, EDDSA, SHA256]), uint(area.length, 2), area]);
  const input = Buffer.concat([over, covered, Buffer.from([4, 0xff]), uint(covered.length, 4)]);
  const pair = by.sign(input);
  const rest = Buffer.concat(unhashed);
  return Buffer.concat([
    covered,
    uint(rest.length, 2),
    rest,
    createHash('sha256').update(input).digest().subarray(0, 2),
    number(pair.subarray(0, 32)),
    number(pair.subarray(32)),
  ]);
}

/**
 * A public key with one user ID that it certifies itself, and the certifications of others.
 *
 * @param {Key} key
 * @param {string} userId
 * @param {number} created
 * @param {Key[]} certifiers
 */
export function publicKey(key, userId, created, certifiers = []) {
  const name = Buffer.from(userId, 'latin1');
  const over = Buffer.concat([hashedKey(key.body), Buffer.from([0xb4]), uint(name.length, 4), name]);
  const flags = subpacket(27, Buffer.from([0x03]));
  const self = { created, hashed: [flags], unhashed: [issuer(key)] };
  return Buffer.concat([
    packet(6, key.body),
    packet(13, name),
    packet(2, signatureBody(key, 0x13, over, self)),
    ...certifiers.map((by) => packet(2, signatureBody(by, 0x10, over, { created, unhashed: [issuer(by)] }))),
  ]);
}

/**
 * The signature of a text, as a packet. With `names` the maker's fingerprint stands among what is signed, as GnuPG 2
 * writes it; without, only its ID outside of that, as GnuPG 1 did.
 *
 * @param {string} text bytes as latin1, LF line ends
 * @param {Key} by
 * @param {{ created: number, names?: boolean }} options
 */
export function signText(text, by, { created, names = true }) {
  const over = Buffer.from(signedLines(text).join('\r\n'), 'latin1');
  const hashed = names ? [issuerFingerprint(by)] : [];
  return packet(2, signatureBody(by, 0x01, over, { created, hashed, unhashed: [issuer(by)] }));
}

/**
 * A clear-signed file around a text and packets.
 *
 * @param {string} text
 * @param {Buffer} packets
 */
export function frame(text, packets) {
  const lines = signedLines(text).map((line) => (line.startsWith('-') ? `- ${line}` : line));
  return ['-----BEGIN PGP SIGNED MESSAGE-----', 'Hash: SHA256', '', ...lines, armor('SIGNATURE', packets)].join('\n');
}

/**
 * @param {'SIGNATURE' | 'PUBLIC KEY BLOCK'} kind
 * @param {Buffer} packets
 */
export function armor(kind, packets) {
  const body = packets.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN PGP ${kind}-----`, '', ...body, checksum(packets), `-----END PGP ${kind}-----`, ''].join('\n');
}

/** The `=XXXX` line of an armor (RFC 9580 §6.1.1), bit by bit. @param {Buffer} bytes */
export function checksum(bytes) {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) {
      crc <<= 1;
      if (crc & 0x1000000) crc ^= 0x1864cfb;
    }
  }
  return `=${uint(crc & 0xffffff, 3).toString('base64')}`;
}

/** A packet with a new-format header. @param {number} tag @param {Buffer} body */
export function packet(tag, body) {
  const { length } = body;
  const octets =
    length < 192 ? [length] : length < 8384 ? [192 + ((length - 192) >> 8), (length - 192) & 0xff] : [0xff];
  const header = Buffer.from([0xc0 | tag, ...octets]);
  return Buffer.concat(octets[0] === 0xff ? [header, uint(length, 4), body] : [header, body]);
}

/** @param {number} type @param {Buffer} body */
export function subpacket(type, body) {
  return Buffer.concat([Buffer.from([body.length + 1, type]), body]);
}

/** @param {Key} key */
export function issuer(key) {
  return subpacket(16, Buffer.from(key.keyId, 'hex'));
}

/** @param {Key} key */
export function issuerFingerprint(key) {
  return subpacket(33, Buffer.concat([Buffer.from([4]), Buffer.from(key.fingerprint, 'hex')]));
}

/** @param {number} value @param {number} length */
export function uint(value, length) {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}

/** The lines that a signature of type 0x01 covers. @param {string} text */
function signedLines(text) {
  const lines = text.split('\n').map((line) => line.replace(/[ \t\r]+$/, ''));
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** A multiprecision integer. @param {Buffer} bytes */
function number(bytes) {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const digits = bytes.subarray(start);
  return Buffer.concat([uint(digits.length * 8 - (Math.clz32(digits[0] ?? 0) - 24), 2), digits]);
}

/** The form in which a key enters signatures. @param {Buffer} body */
export function hashedKey(body) {
  return Buffer.concat([Buffer.from([0x99]), uint(body.length, 2), body]);
}
