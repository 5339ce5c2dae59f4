/** Transferable public keys and signed files put together from forged packets. */
import {
  type ForgedKey,
  hashedKey,
  KEY_CREATED,
  packet,
  type SignatureParts,
  signature,
  signatureBody,
  subpacket,
  uint,
} from './forge.js';

/** How a signature differs from an ordinary one. */
export type Options = Partial<Omit<SignatureParts, 'over'>>;

export const CAN_SIGN = subpacket(27, Buffer.from([0x03]));
const CAN_CERTIFY_ONLY = subpacket(27, Buffer.from([0x01]));

export const keyPacket = (key: ForgedKey): Buffer => packet(6, key.body);
export const subkeyPacket = (key: ForgedKey): Buffer => packet(14, key.body);
export const userIdPacket = (userId: string): Buffer => packet(13, Buffer.from(userId, 'latin1'));

/** A self-certification; `flags` is the key flags subpacket. */
export function selfCertify(key: ForgedKey, userId: string, options: Options = {}, flags: Buffer = CAN_SIGN): Buffer {
  return certify(key, key, userId, {
    type: 0x13,
    created: KEY_CREATED,
    ...options,
    hashed: [flags, ...(options.hashed ?? [])],
  });
}

export function certify(by: ForgedKey, key: ForgedKey, userId: string, options: Options = {}): Buffer {
  return signature({ by, type: 0x10, ...options, over: overUserId(key, userId) });
}

export function revokeCertification(by: ForgedKey, key: ForgedKey, userId: string, options: Options = {}): Buffer {
  return certify(by, key, userId, { type: 0x30, ...options });
}

export function directKey(key: ForgedKey, options: Options = {}): Buffer {
  return signature({ by: key, type: 0x1f, created: KEY_CREATED, ...options, over: hashedKey(key.body) });
}

/** `by` is the key itself in a genuine revocation, or a designated revoker. */
export function revokeKey(key: ForgedKey, options: Options = {}): Buffer {
  return signature({ by: key, type: 0x20, ...options, over: hashedKey(key.body) });
}

/** A subkey with its binding; the back-signature is made by `backSigner`, by nobody when it is `null`. */
export function boundSubkey(
  primary: ForgedKey,
  subkey: ForgedKey,
  {
    backSigner = subkey,
    flags = 0x02,
    backType = 0x19,
    options = {},
  }: { backSigner?: ForgedKey | null; flags?: number; backType?: number; options?: Options } = {},
): Buffer {
  const over = overSubkey(primary, subkey);
  const embedded =
    backSigner === null
      ? []
      : [subpacket(32, signatureBody({ by: backSigner, type: backType, over, created: KEY_CREATED }))];
  const binding = signature({
    by: primary,
    type: 0x18,
    over,
    created: KEY_CREATED,
    ...options,
    hashed: [subpacket(27, Buffer.from([flags])), ...(options.hashed ?? [])],
    unhashed: embedded,
  });
  return Buffer.concat([subkeyPacket(subkey), binding]);
}

export function revokeSubkey(primary: ForgedKey, subkey: ForgedKey, options: Options = {}): Buffer {
  return signature({ by: primary, type: 0x28, ...options, over: overSubkey(primary, subkey) });
}

/** A key with one user ID that it certifies itself, and whatever packets follow that. */
export function publicKey(key: ForgedKey, userId: string, ...following: Buffer[]): Buffer {
  return Buffer.concat([keyPacket(key), userIdPacket(userId), selfCertify(key, userId), ...following]);
}

/** The same for a key that only certifies. */
export function certifyOnlyKey(key: ForgedKey, userId: string, ...following: Buffer[]): Buffer {
  const self = selfCertify(key, userId, {}, CAN_CERTIFY_ONLY);
  return Buffer.concat([keyPacket(key), userIdPacket(userId), self, ...following]);
}

/** A key expiration, in seconds after the key was made. */
export const keyExpires = (seconds: number): Buffer => subpacket(9, uint(seconds, 4), true);
/** An expiration of the signature, in seconds after it was made. */
export const signatureExpires = (seconds: number): Buffer => subpacket(3, uint(seconds, 4), true);

/** The signature over a text, as a packet. */
export function signText(text: string, by: ForgedKey, options: Options = {}): Buffer {
  const canonical = text
    .split('\n')
    .map((line) => line.replace(/[ \t\r]+$/, ''))
    .join('\r\n');
  return signature({ by, type: 0x01, ...options, over: Buffer.from(canonical, 'latin1') });
}

export interface Framing {
  /** @default 'SHA256' */
  readonly hash?: string;
  /** @default LF */
  readonly lineEnd?: string;
  readonly checksum?: boolean;
}

/** A signed file around packets. `text` has no line end after its last line; its dashes are escaped here. */
export function frame(
  text: string,
  packets: Buffer,
  { hash = 'SHA256', lineEnd = '\n', checksum = true }: Framing = {},
): string {
  const escaped = text.split('\n').map((line) => (line.startsWith('-') ? `- ${line}` : line));
  return [
    '-----BEGIN PGP SIGNED MESSAGE-----',
    `Hash: ${hash}`,
    '',
    ...escaped,
    ...signatureBlock(packets, checksum),
    '',
  ].join(lineEnd);
}

export function signatureBlock(packets: Buffer, checksum = true): string[] {
  const body = packets.toString('base64').match(/.{1,64}/g) ?? [];
  return [
    '-----BEGIN PGP SIGNATURE-----',
    '',
    ...body,
    ...(checksum ? [`=${crc24(packets).toString('base64')}`] : []),
    '-----END PGP SIGNATURE-----',
  ];
}

/** RFC 9580 §6.1.1, bit by bit. */
function crc24(bytes: Buffer): Buffer {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) {
      crc <<= 1;
      if (crc & 0x1000000) crc ^= 0x1864cfb;
    }
  }
  return uint(crc & 0xffffff, 3);
}

function overUserId(key: ForgedKey, userId: string): Buffer {
  const bytes = Buffer.from(userId, 'latin1');
  return Buffer.concat([hashedKey(key.body), Buffer.from([0xb4]), uint(bytes.length, 4), bytes]);
}

function overSubkey(primary: ForgedKey, subkey: ForgedKey): Buffer {
  return Buffer.concat([hashedKey(primary.body), hashedKey(subkey.body)]);
}
