/**
 * Whole signature files: nothing made from a good one is accepted unless it has the same text and the same signature.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { parseCleartext } from '../../dist/src/openpgp/armor.js';
import { readOnlySignature } from '../../dist/src/openpgp/signature-form.js';
import { mutate as mutateBytes } from '../mutate.mjs';
import { armored, joinPackets, mutatePackets, splitPackets, withArmor } from '../packets.mjs';
import { verifier } from '../verifier.mjs';
import { words as armorWords } from './armor.mjs';
import { must } from './expect.mjs';

export const name = 'verify';
export const isAsync = true;
export const files = [
  'openpgp/verify.js',
  'openpgp/armor.js',
  'openpgp/signature-form.js',
  'openpgp/signature-packet.js',
  'openpgp/subpackets.js',
  'openpgp/packets.js',
  'openpgp/crypto.js',
];
export const words = [...armorWords, 'module.xml = ', '[hashes]\n', `${'0'.repeat(64)}\n`];

const VERDICTS = ['trusted', 'invalid', 'key-missing', 'untrusted', 'expired', 'revoked'];
/** The seeds are all that was ever signed: unsigned parts of a packet may change, nothing else. */
const SEEDS = new URL('../corpus/verify/', import.meta.url);
const signed = new Set(readdirSync(SEEDS).map((file) => identity(readFileSync(new URL(file, SEEDS)))));

/** @param {Buffer} input */
export async function run(input) {
  const outcome = await verifier.verify(input);
  must(VERDICTS.includes(outcome.verdict), `the verdict ${outcome.verdict}`);
  must((outcome.verdict === 'trusted') === (outcome.reason === ''), 'a verdict without a reason');
  if (outcome.verdict === 'trusted')
    must(signed.has(identity(input)), 'a text or signature that nobody made is trusted');
}

/** The text and what of the signature is signed or signs. @param {Buffer} file */
function identity(file) {
  const { text, signature } = parseCleartext(file);
  const { hashedPart, digestStart, material } = readOnlySignature(signature);
  return createHash('sha256').update(text).update(hashedPart).update(digestStart).update(material).digest('hex');
}

/** @param {import('../packets.mjs').Random} random @param {Buffer} input @param {readonly Buffer[]} others */
export function mutate(random, input, others) {
  const inArmor = armored(input, 'SIGNATURE');
  const other = armored(random.pick(others), 'SIGNATURE');
  const packets = splitPackets(inArmor?.bytes ?? Buffer.alloc(0));
  const otherPackets = splitPackets(other?.bytes ?? Buffer.alloc(0));
  if (inArmor === null || packets.length === 0 || otherPackets.length === 0) return null;
  const spoil = (/** @type {Buffer} */ bytes) => mutateBytes(random, bytes, others, words);
  return withArmor(inArmor.before, 'SIGNATURE', joinPackets(mutatePackets(random, packets, otherPackets, spoil)));
}
