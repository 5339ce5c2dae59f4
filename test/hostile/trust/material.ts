/** Keys and signatures that the vectors on trust put together. */
import { ForgedKey, KEY_CREATED, NOW, SIGNED, subpacket } from '../../openpgp/forge.js';
import {
  certify,
  keyExpires,
  keyPacket,
  publicKey,
  revokeCertification,
  selfCertify,
  userIdPacket,
} from '../../openpgp/forge-keys.js';
import { anchor, anchorKey, SIGNER_ID, signed, signer, stranger } from '../../openpgp/world.js';

export const LAST_SHA1 = 1_547_856_000;
export const UNTIL_NOW = NOW - KEY_CREATED;
export const OTHER_ID = 'Signer (second) <second@example.org>';
export const DAY = 86_400;

/** The anchor, and the signer's key with one user ID and what follows it. */
export const withItems = (...following: Buffer[]): Buffer[] => [anchorKey, publicKey(signer, SIGNER_ID, ...following)];
/** The same with the key's own signatures, which stand before the user ID. */
export const withKeyItems = (...items: Buffer[]): Buffer[] => [
  anchorKey,
  Buffer.concat([keyPacket(signer), ...items, userIdPacket(SIGNER_ID), selfCertify(signer, SIGNER_ID), certification]),
];
export const certification = certify(anchor, signer, SIGNER_ID);
export const revoked = revokeCertification(anchor, signer, SIGNER_ID, { created: SIGNED + DAY });

export const subkey = new ForgedKey();
export const bySubkey = signed({ by: subkey });
export const revoker = new ForgedKey();
export const mayRevoke = (key: ForgedKey): Buffer =>
  subpacket(12, Buffer.concat([Buffer.from([0x80, key.algorithm]), Buffer.from(key.fingerprint, 'hex')]));
export const youngAnchor = new ForgedKey('p256', KEY_CREATED + 2 * DAY);
export const youngSigner = new ForgedKey('p256', KEY_CREATED + 2 * DAY);
export const BETWEEN = { created: KEY_CREATED + DAY };
export const introducers = [1, 2, 3].map(() => new ForgedKey());
export const trustSignature = subpacket(5, Buffer.from([1, 60]));
/** A signature altered after it was made: its hashed part says another date. */
export const forged = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  const date = copy.indexOf(Buffer.from([5, 2])) + 2;
  copy.writeUInt32BE(copy.readUInt32BE(date) + 1, date);
  return copy;
};

/** A certification that names the anchor as its maker but is made by a stranger. */
export function impersonated(): Buffer {
  const claim = subpacket(16, Buffer.from(anchor.keyId, 'hex'));
  return certify(stranger, signer, SIGNER_ID, { issuer: 'none', unhashed: [claim] });
}

/** A key made two days after the others. */
export function youngKey(key: ForgedKey, ...following: Buffer[]): Buffer {
  const self = selfCertify(key, SIGNER_ID, { created: KEY_CREATED + 2 * DAY });
  return Buffer.concat([keyPacket(key), userIdPacket(SIGNER_ID), self, ...following]);
}

/** The certified signer, whose key expires so many seconds after it was made. */
export function expiring(seconds: number, ...following: Buffer[]): Buffer {
  const self = selfCertify(signer, SIGNER_ID, { hashed: [keyExpires(seconds)] });
  return Buffer.concat([keyPacket(signer), userIdPacket(SIGNER_ID), self, certification, ...following]);
}
