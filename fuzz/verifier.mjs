/** One verifier that knows the throw-away keys, for every target that asks whether something counts. */
import { Keyring } from '../dist/src/openpgp/keyring.js';
import { Verifier } from '../dist/src/openpgp/verify.js';
import { ANCHOR, NOW, publicKeys } from './constructions.mjs';

const keyring = new Keyring();
for (const key of publicKeys()) keyring.add(key, 'keys');

export const verifier = new Verifier(keyring, {
  anchors: new Set([ANCHOR.fingerprint]),
  revoked: new Set([]),
  policy: 'compat',
  now: NOW,
});
