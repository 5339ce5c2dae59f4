/** Signature packets and their subpackets: reading them is total, and what was read is what was there. */

import { checkForm, claimedKeyId, readOnlySignature } from '../../dist/src/openpgp/signature-form.js';
import { parseSignature } from '../../dist/src/openpgp/signature-packet.js';
import * as subpackets from '../../dist/src/openpgp/subpackets.js';
import { mutate as mutateBytes } from '../mutate.mjs';
import { joinPackets, mutatePackets, splitPackets } from '../packets.mjs';
import { must, parsed } from './expect.mjs';

export const name = 'packet';
export const files = [
  'openpgp/packets.js',
  'openpgp/bytes.js',
  'openpgp/signature-packet.js',
  'openpgp/signature-form.js',
  'openpgp/subpackets.js',
  'openpgp/digests.js',
];
export const words = [
  '\x04\x01\x16\x08',
  '\x05\x02',
  '\x09\x10',
  '\x16\x21\x04',
  '\xff\0\0\0',
  '\xc2',
  '\x88',
  '\x89',
  '\xc0',
  '\0\0',
  '\x05\x83',
];

/** @param {Buffer} input */
export function run(input) {
  const signature = parsed(() => readOnlySignature(input));
  if (signature === null) return;
  const { hashedPart, digestStart, material } = signature;
  const end = Buffer.concat([digestStart, material]);
  must(
    input.includes(hashedPart) && input.subarray(input.length - end.length).equals(end),
    'parts that are not in the packet',
  );
  must(digestStart.length === 2 && hashedPart.length >= 6, 'parts of another length');
  ask(signature);
  for (const embedded of subpackets.embeddedSignatures(signature)) {
    const inner = parsed(() => parseSignature(embedded));
    if (inner !== null) ask(inner);
  }
}

/**
 * Every question that is put to a signature.
 *
 * @param {import('../../dist/src/openpgp/signature-packet.js').Signature} signature
 */
function ask(signature) {
  const keyId = parsed(() => claimedKeyId(signature));
  must(keyId === null || /^[0-9A-F]{16}$/.test(keyId), 'a key ID of another form');
  for (const digest of ['SHA1', 'SHA256', 'SHA512', 'MD5']) {
    const accepted = parsed(() => checkForm(signature, digest)) !== null;
    must(!accepted || (signature.type === 1 && digest !== 'MD5'), 'a signature on text that is none');
    must(!accepted || subpackets.createdAt(signature) !== null, 'a signature without a date');
  }
  for (const on of /** @type {const} */ (['text', 'key'])) subpackets.subpacketProblem(signature, on);
  for (const time of [
    subpackets.createdAt(signature),
    subpackets.expiresAt(signature),
    subpackets.keyExpiresAt(signature, 1),
  ]) {
    must(time === null || (Number.isSafeInteger(time) && time >= 0), 'a time that is none');
  }
  subpackets.isExportable(signature);
  subpackets.allowsSigning(signature);
  for (const revoker of subpackets.designatedRevokers(signature))
    must(/^[0-9A-F]*$/.test(revoker), 'a revoker of another form');
  must(subpackets.hashedIssuerFingerprint(signature) !== '', 'an empty fingerprint');
}

/** @param {import('../packets.mjs').Random} random @param {Buffer} input @param {readonly Buffer[]} others */
export function mutate(random, input, others) {
  const packets = splitPackets(input);
  const other = splitPackets(random.pick(others));
  if (packets.length === 0 || other.length === 0) return null;
  return joinPackets(mutatePackets(random, packets, other, (bytes) => mutateBytes(random, bytes, others, words)));
}
