/** Key files: any bytes are read or passed over, adding them twice adds nothing, and no key comes to be trusted. */
import { armor } from '../../campaign/forge.mjs';
import { weaknessOf } from '../../dist/src/openpgp/key-packet.js';
import { Keyring } from '../../dist/src/openpgp/keyring.js';
import { Verifier } from '../../dist/src/openpgp/verify.js';
import { ANCHOR, NOW, STRANGER, strangersFile } from '../constructions.mjs';
import { mutate as mutateBytes } from '../mutate.mjs';
import { armored, joinPackets, mutatePackets, splitPackets, withArmor } from '../packets.mjs';
import { must, parsed } from './expect.mjs';

export const name = 'keys';
export const isAsync = true;
export const files = [
  'openpgp/key-armor.js',
  'openpgp/radix64.js',
  'openpgp/packets.js',
  'openpgp/bytes.js',
  'openpgp/certificate-reader.js',
  'openpgp/certificate.js',
  'openpgp/certification.js',
  'openpgp/key-packet.js',
  'openpgp/key-signature.js',
  'openpgp/key-state.js',
  'openpgp/subkey-state.js',
  'openpgp/keyring.js',
  'openpgp/signature-packet.js',
  'openpgp/trust.js',
];
export const words = [
  '-----BEGIN PGP PUBLIC KEY BLOCK-----\n',
  '-----END PGP PUBLIC KEY BLOCK-----\n',
  'Comment: x\n',
  '\n\n',
  '=AAAA\n',
  '\xc6',
  '\x98',
  '\x99\x01\x0d',
  '\xcd\x04',
  '\xc2\xff\0\0',
  '\x04\0\0\0\0\x01',
  '\x16\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01',
];

const file = strangersFile();
const revoked = new Set([]);
const settings = { anchors: new Set([ANCHOR.fingerprint]), revoked, policy: /** @type {const} */ ('compat'), now: NOW };

/** @param {Buffer} input */
export async function run(input) {
  const keyring = new Keyring();
  const count = parsed(() => keyring.add(input, 'input')) ?? 0;
  must(count > 0 === keyring.size > 0 && count >= keyring.size, 'the number of keys is wrong');
  if (count === 0) return;
  const fingerprints = keyring.fingerprints();
  for (const fingerprint of fingerprints) {
    const certificate = keyring.get(fingerprint);
    must(certificate !== undefined && /^[0-9A-F]{40}$/.test(fingerprint), 'a key that is not found again');
    if (certificate !== undefined) weaknessOf(certificate.key);
    must(keyring.find(fingerprint.slice(-16)).length > 0, 'a key that its ID does not find');
  }
  keyring.add(input, 'again');
  must(keyring.fingerprints().join() === fingerprints.join(), 'the same file again adds keys');
  // Nobody certified the stranger: only the anchor's secret could change that.
  const { verdict } = await new Verifier(keyring, settings).verify(file);
  must(verdict !== 'trusted', `a signature by ${STRANGER.fingerprint} is trusted`);
}

/** @param {import('../packets.mjs').Random} random @param {Buffer} input @param {readonly Buffer[]} others */
export function mutate(random, input, others) {
  const inArmor = armored(input, 'PUBLIC KEY BLOCK');
  const packets = splitPackets(inArmor?.bytes ?? input);
  const other = random.pick(others);
  const otherPackets = splitPackets(armored(other, 'PUBLIC KEY BLOCK')?.bytes ?? other);
  if (packets.length === 0 || otherPackets.length === 0) return null;
  const spoil = (/** @type {Buffer} */ bytes) => mutateBytes(random, bytes, others, words);
  const bytes = joinPackets(mutatePackets(random, packets, otherPackets, spoil));
  if (random.below(16) === 0) return Buffer.from(armor('PUBLIC KEY BLOCK', bytes), 'latin1');
  return inArmor === null ? bytes : withArmor(inArmor.before, 'PUBLIC KEY BLOCK', bytes);
}
