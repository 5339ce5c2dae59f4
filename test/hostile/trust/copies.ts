/** Copies of a signature on a key, changed where it does not cover itself: by anybody, without its key. */
import { type ForgedKey, subpacket, uint } from '../../openpgp/forge.js';
import { boundSubkey, selfCertify, subkeyPacket } from '../../openpgp/forge-keys.js';
import { SIGNER_ID, signer, stranger } from '../../openpgp/world.js';

/** A signature packet of version 4 taken apart (RFC 9580 §5.2.3). */
interface Parts {
  readonly hashedPart: Buffer;
  readonly unhashed: Buffer;
  readonly digestStart: Buffer;
  /** ECDSA's, two numbers. */
  readonly material: Buffer;
}

interface Poison {
  readonly name: string;
  readonly of: (packet: Buffer) => Buffer;
}

/** What becomes of the unhashed subpackets. */
const unhashed = (name: string, change: (area: Buffer) => Buffer): Poison => ({
  name,
  of: (packet) => {
    const parts = takeApart(packet);
    return putTogether({ ...parts, unhashed: change(parts.unhashed) });
  },
});
const appended = (name: string, ...added: Buffer[]): Poison =>
  unhashed(name, (area) => Buffer.concat([area, ...added]));
const changed = (name: string, change: (parts: Parts) => Partial<Parts>): Poison => ({
  name,
  of: (packet) => {
    const parts = takeApart(packet);
    return putTogether({ ...parts, ...change(parts) });
  },
});

const issuer = (keyId: string): Buffer => subpacket(16, Buffer.from(keyId, 'hex'));
const bodyOf = (packet: Buffer): Buffer => packet.subarray(6);

/** What is added to what the signature does not cover: it is as good as before. */
export const additions: readonly Poison[] = [
  appended('a critical notation', subpacket(20, Buffer.alloc(8), true)),
  appended('a critical subpacket that nobody knows', subpacket(100, Buffer.alloc(1), true)),
  appended('an expiration of one byte', subpacket(3, Buffer.alloc(1))),
  appended('a creation time of one byte', subpacket(2, Buffer.alloc(1))),
  appended('a key expiration of no bytes', subpacket(9, Buffer.alloc(0))),
  appended('another creation time', subpacket(2, uint(1, 4))),
  appended('an expiration long past', subpacket(3, uint(1, 4), true)),
  appended('an expiration of never', subpacket(3, uint(0, 4)), subpacket(9, uint(0, 4))),
  appended('a second issuer', issuer(stranger.keyId)),
  appended('another issuer fingerprint', subpacket(33, Buffer.concat([Buffer.from([4]), Buffer.alloc(20)]))),
  appended('an embedded signature that is none', subpacket(32, Buffer.alloc(4), true)),
  appended('another embedded signature', subpacket(32, bodyOf(selfCertify(signer, SIGNER_ID)))),
];

export const poisons: readonly Poison[] = [
  ...additions,
  appended('an empty subpacket', Buffer.alloc(1)),
  appended('half a subpacket', Buffer.from([200])),
  unhashed('another issuer', () => issuer(stranger.keyId)),
  unhashed('no unhashed subpackets', () => Buffer.alloc(0)),
  changed('another start of the digest', ({ digestStart }) => ({ digestStart: flipped(digestStart) })),
  changed('another number', ({ material }) => ({ material: flipped(material) })),
  changed('a number with a zero in front', ({ material }) => ({
    material: Buffer.concat([uint(material.readUInt16BE(0) + 8, 2), Buffer.alloc(1), material.subarray(2)]),
  })),
  changed('a number that claims a bit more', ({ material }) => ({
    material: Buffer.concat([uint(material.readUInt16BE(0) + 1, 2), material.subarray(2)]),
  })),
  changed('half a number', ({ material }) => ({ material: material.subarray(0, -1) })),
  changed('bytes after the numbers', ({ material }) => ({ material: Buffer.concat([material, Buffer.alloc(8)]) })),
  { name: 'a header of the old format', of: (packet) => withOldHeader(bodyOf(packet)) },
  { name: 'a header of the old format, changed within', of: (packet) => withOldHeader(flipped(bodyOf(packet))) },
];

/** The signature with other signatures embedded in it, outside of what it covers. */
export function embedding(packet: Buffer, ...bodies: Buffer[]): Buffer {
  const claim = issuer(signer.keyId);
  const embedded = bodies.map((body) => subpacket(32, body));
  return putTogether({ ...takeApart(packet), unhashed: Buffer.concat([claim, ...embedded]) });
}

/** The body of the back-signature that the binding in this packet carries. */
export function backSignatureIn(packet: Buffer): Buffer {
  const { unhashed: area } = takeApart(packet);
  // After the issuer, whose subpacket takes ten octets, and one octet each of length and type.
  return area.subarray(12);
}

/** The binding alone, without the packet of its subkey. */
export function bindingOf(
  primary: ForgedKey,
  subkey: ForgedKey,
  options: Parameters<typeof boundSubkey>[2] = {},
): Buffer {
  return boundSubkey(primary, subkey, options).subarray(subkeyPacket(subkey).length);
}

function takeApart(packet: Buffer): Parts {
  const body = bodyOf(packet);
  const hashedEnd = 6 + body.readUInt16BE(4);
  const unhashedEnd = hashedEnd + 2 + body.readUInt16BE(hashedEnd);
  return {
    hashedPart: body.subarray(0, hashedEnd),
    unhashed: body.subarray(hashedEnd + 2, unhashedEnd),
    digestStart: body.subarray(unhashedEnd, unhashedEnd + 2),
    material: body.subarray(unhashedEnd + 2),
  };
}

function putTogether({ hashedPart, unhashed: area, digestStart, material }: Parts): Buffer {
  const body = Buffer.concat([hashedPart, uint(area.length, 2), area, digestStart, material]);
  return Buffer.concat([Buffer.from([0xc2, 0xff]), uint(body.length, 4), body]);
}

function withOldHeader(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x80 | (2 << 2) | 1]), uint(body.length, 2), body]);
}

/** With its last bit changed. */
function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}
