/** Takes packets, subpackets and armors apart as far as mutation needs, and puts them together again. */
import { armor, packet, uint } from '../campaign/forge.mjs';

/**
 * @typedef {import('../dist/src/demo/prng.js').Random} Random
 * @typedef {{ tag: number, body: Buffer }} Packet
 */

/** Packets with definite lengths up to the first byte that is none. @param {Buffer} bytes @returns {Packet[]} */
export function splitPackets(bytes) {
  const packets = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const [header = 0, first = 0, second = 0] = bytes.subarray(at, at + 3);
    let [start, length] = [at + 2, first];
    if ((header & 0xc0) === 0x80) {
      const octets = 1 << (header & 3);
      if (octets > 4 || at + 1 + octets > bytes.length) break;
      [start, length] = [at + 1 + octets, bytes.readUIntBE(at + 1, octets)];
    } else if (first >= 192 && first < 224) {
      [start, length] = [at + 3, ((first - 192) << 8) + second + 192];
    } else if (first === 255 && at + 6 <= bytes.length) {
      [start, length] = [at + 6, bytes.readUInt32BE(at + 2)];
    }
    if (header < 0x80 || start + length > bytes.length) break;
    packets.push({
      tag: header & 0x40 ? header & 0x3f : (header >> 2) & 0x0f,
      body: bytes.subarray(start, start + length),
    });
    at = start + length;
  }
  return packets;
}

/** @param {readonly Packet[]} packets */
export function joinPackets(packets) {
  return Buffer.concat(packets.map(({ tag, body }) => packet(tag, body)));
}

/**
 * One change to a sequence of packets that leaves their lengths right.
 *
 * @param {Random} random @param {Packet[]} packets @param {readonly Packet[]} others
 * @param {(bytes: Buffer) => Buffer} spoil
 */
export function mutatePackets(random, packets, others, spoil) {
  const changed = [...packets];
  const at = random.below(changed.length);
  const { tag = 2, body = Buffer.alloc(0) } = changed[at] ?? {};
  switch (random.below(7)) {
    case 0:
      changed.splice(at, 1);
      break;
    case 1:
      changed.splice(random.below(changed.length + 1), 0, { tag, body });
      break;
    case 2:
      changed.splice(at, 0, random.pick(others));
      break;
    case 3:
      changed[at] = { tag: random.below(64), body };
      break;
    case 4:
      changed[at] = { tag, body: spoil(body) };
      break;
    default:
      changed[at] = tag === 2 ? { tag, body: mutateSignature(random, body, spoil) } : { tag, body: spoil(body) };
  }
  return changed;
}

/**
 * Changes the subpackets of a version 4 signature.
 *
 * @param {Random} random @param {Buffer} body @param {(bytes: Buffer) => Buffer} spoil
 */
export function mutateSignature(random, body, spoil) {
  if (body.length < 8 || body[0] !== 4) return spoil(body);
  const hashedLength = body.readUInt16BE(4);
  const unhashedAt = 6 + hashedLength;
  if (unhashedAt + 2 > body.length) return spoil(body);
  const rest = unhashedAt + 2 + body.readUInt16BE(unhashedAt);
  const areas = [body.subarray(6, unhashedAt), body.subarray(unhashedAt + 2, rest)].map(splitSubpackets);
  const area = areas[random.below(2)] ?? [];
  const at = random.below(area.length + 1);
  const type = random.below(2) === 0 ? random.below(40) : random.below(256);
  const content = Buffer.from(
    Array.from({ length: random.pick([0, 1, 4, 5, 8, 20, 21, 22]) }, () => random.below(256)),
  );
  switch (random.below(5)) {
    case 0:
      area.splice(at, 1);
      break;
    case 1:
      area.splice(at, 0, random.pick([...areas.flat(), Buffer.from([2])]));
      break;
    case 2:
      area[at] = Buffer.concat([Buffer.from([type]), (area[at] ?? content).subarray(1)]);
      break;
    case 3:
      area[at] = spoil(area[at] ?? content);
      break;
    default:
      area.splice(at, 0, Buffer.concat([Buffer.from([type]), content]));
  }
  const [hashed = Buffer.alloc(0), unhashed = Buffer.alloc(0)] = areas.map((list) => joinSubpackets(random, list));
  return Buffer.concat([
    body.subarray(0, 4),
    uint(hashed.length & 0xffff, 2),
    hashed,
    uint(unhashed.length & 0xffff, 2),
    unhashed,
    body.subarray(rest),
  ]);
}

/**
 * Binary again what stands in the first armor of a file; `null` when there is none.
 *
 * @param {Buffer} file @param {string} kind
 */
export function armored(file, kind) {
  const text = file.toString('latin1');
  const match = new RegExp(
    `-----BEGIN PGP ${kind}-----\\r?\\n\\r?\\n([A-Za-z0-9+/=\\r\\n]*?)\\r?\\n(?:=.{4}\\r?\\n)?-----END`,
  ).exec(text);
  return match === null ? null : { before: text.slice(0, match.index), bytes: Buffer.from(match[1] ?? '', 'base64') };
}

/** @param {string} before @param {'SIGNATURE' | 'PUBLIC KEY BLOCK'} kind @param {Buffer} bytes */
export function withArmor(before, kind, bytes) {
  return Buffer.from(before + armor(kind, bytes), 'latin1');
}

/** @param {Buffer} area @returns {Buffer[]} each with its type first */
function splitSubpackets(area) {
  const subpackets = [];
  for (let at = 0; at < area.length; ) {
    const length = area[at] ?? 0;
    if (length === 0 || length >= 192 || at + 1 + length > area.length) break;
    subpackets.push(area.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return subpackets;
}

/** In any of the three forms of length. @param {Random} random @param {readonly Buffer[]} subpackets */
function joinSubpackets(random, subpackets) {
  const parts = subpackets.flatMap((subpacket) => {
    if (subpacket.length < 192 && random.below(8) > 0) return [Buffer.from([subpacket.length]), subpacket];
    return [Buffer.from([255]), uint(subpacket.length, 4), subpacket];
  });
  return Buffer.concat(parts);
}
