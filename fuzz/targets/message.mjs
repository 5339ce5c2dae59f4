/** Signed messages: nothing made from a good one is accepted unless it has the same content and the same signature. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { parseSignedMessage } from '../../dist/src/openpgp/message.js';
import { mutate as mutateBytes } from '../mutate.mjs';
import { joinPackets, mutatePackets, splitPackets } from '../packets.mjs';
import { verifier } from '../verifier.mjs';
import { must } from './expect.mjs';

export const name = 'message';
export const isAsync = true;
export const files = [
  'openpgp/message.js',
  'openpgp/verify.js',
  'openpgp/packets.js',
  'openpgp/signature-form.js',
  'openpgp/signature-packet.js',
  'openpgp/subpackets.js',
];
export const words = [
  '\xa3\x01',
  '\xa3\x02',
  '\xc4\x0d\x03\x00\x08',
  '\xcb',
  '\xe9',
  '\xff',
  'b\x00\0\0\0\0',
  '\x00',
  '\x01',
];

/** Tag 8 in the old format, to the end of the file, and the compression that is not told apart here. */
const COMPRESSED = Buffer.from([0xa3, 1]);
const MOST_INFLATED = 1 << 20;

const SEEDS = new URL('../corpus/message/', import.meta.url);
const signed = new Set(readdirSync(SEEDS).flatMap((file) => identity(readFileSync(new URL(file, SEEDS))) ?? []));

/** @param {Buffer} input */
export async function run(input) {
  const outcome = await verifier.verifyMessage(input);
  must((outcome.verdict === 'trusted') === (outcome.reason === ''), 'a verdict without a reason');
  must((outcome.verdict === 'trusted') === 'content' in outcome, 'content of a message that does not count');
  if (outcome.verdict !== 'trusted') return;
  const { content } = parseSignedMessage(input);
  must(content.equals(outcome.content), 'content that was not in the message');
  must(signed.has(identity(input) ?? ''), 'a content or signature that nobody made is trusted');
}

/** The content and what of the signature is signed or signs; `null` for no message. @param {Buffer} file */
function identity(file) {
  try {
    const { content, signature } = parseSignedMessage(file);
    const { hashedPart, digestStart, material } = signature;
    return createHash('sha256').update(content).update(hashedPart).update(digestStart).update(material).digest('hex');
  } catch {
    return null;
  }
}

/** @param {import('../packets.mjs').Random} random @param {Buffer} input @param {readonly Buffer[]} others */
export function mutate(random, input, others) {
  const packets = splitPackets(inflated(input));
  const otherPackets = splitPackets(inflated(random.pick(others)));
  if (packets.length === 0 || otherPackets.length === 0) return null;
  const spoil = (/** @type {Buffer} */ bytes) => mutateBytes(random, bytes, others, words);
  const changed = joinPackets(mutatePackets(random, packets, otherPackets, spoil));
  return random.below(2) === 0 ? changed : Buffer.concat([COMPRESSED, deflateRawSync(changed)]);
}

/** @param {Buffer} input */
function inflated(input) {
  if (!input.subarray(0, 2).equals(COMPRESSED)) return input;
  try {
    return inflateRawSync(input.subarray(2), { maxOutputLength: MOST_INFLATED });
  } catch {
    return input;
  }
}
