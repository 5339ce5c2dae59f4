/** Merging key files takes time in proportion to their size, whatever is repeated in them and however often. */
import { describe, expect, it, vi } from 'vitest';
import { growth, MOST } from '../complexity/growth.js';
import { ForgedKey, packet, signatureBody, uint } from './forge.js';
import { keyPacket, publicKey, userIdPacket } from './forge-keys.js';

// The limits on what is kept would hide a merge that costs more the more there is: here they are lifted.
vi.mock('../../src/limits.js', async (original) => ({
  ...(await original<typeof import('../../src/limits.js')>()),
  MAX_SUBKEYS_PER_KEY: Number.POSITIVE_INFINITY,
}));
const { Keyring } = await import('../../src/openpgp/keyring.js');

/** Bytes of all files together: enough that the cost of each packet outweighs everything else. */
const LARGEST = 1024 * 1024;

const key = new ForgedKey('ed25519-new');
const primary = keyPacket(key);
const certification = signatureBody({ by: key, type: 0x10, over: Buffer.alloc(0) });
/** Packets that differ in four bytes. */
const otherBody = (index: number) => Buffer.concat([Buffer.from([4]), uint(index, 4), key.body.subarray(5)]);
const subkey = (index: number) => packet(14, otherBody(index));
/** A subkey of an algorithm that nobody knows: the smallest packet that is one. */
const smallSubkey = (index: number) =>
  packet(14, Buffer.concat([Buffer.from([4]), uint(index, 4), Buffer.alloc(3, 99)]));
const otherKey = (index: number) => packet(6, otherBody(index));
const userId = (index: number) => userIdPacket(`${index}`);
const certify = (index: number) => packet(2, Buffer.concat([certification.subarray(0, -4), uint(index, 4)]));

/** A file of a size: a beginning, then parts. */
const file =
  (part: (index: number) => Buffer, begin: Buffer = primary) =>
  (size: number): Buffer => {
    const parts = [begin];
    for (let index = 0, length = begin.length; length < size; index++) {
      length += parts[parts.push(part(index)) - 1]?.length ?? 0;
    }
    return Buffer.concat(parts);
  };
const copies = file(() => primary);

interface Shape {
  readonly name: string;
  readonly files: readonly ((size: number) => Buffer)[];
}

describe('key files that are merged', () => {
  it.each<Shape>([
    { name: 'many subkeys, and again', files: [file(subkey), file(subkey)] },
    { name: 'many primary keys, and again', files: [file(otherKey), file(otherKey)] },
    { name: 'many subkeys, then copies of their primary key', files: [file(subkey), copies] },
    { name: 'many tiny subkeys, then copies of their primary key', files: [file(smallSubkey), copies] },
    { name: 'copies of a primary key, then many subkeys', files: [copies, file(subkey)] },
    {
      name: 'many subkeys, then copies of their primary key with one each',
      files: [file(subkey), file((index) => Buffer.concat([primary, subkey(index)]))],
    },
    {
      name: 'many subkeys, then copies of their primary key and of others by turns',
      files: [file(subkey), file((index) => Buffer.concat([primary, otherKey(index)]))],
    },
    { name: 'many user IDs, then copies of their key', files: [file(userId), copies] },
    { name: 'many signatures, then copies of their key', files: [file(certify, publicKey(key, 'x')), copies] },
  ])('$name', ({ files }) => {
    const make = (size: number) => files.map((build) => build(size / files.length));
    const ratio = growth(LARGEST, make, (built) => {
      const keyring = new Keyring();
      for (const bytes of built) keyring.add(bytes, 'file');
    });
    expect(ratio).toBeLessThan(MOST);
  });
});
