import { SIGNED } from '../../openpgp/forge.js';
import { boundSubkey, keyExpires, publicKey, revokeSubkey, subkeyPacket } from '../../openpgp/forge-keys.js';
import { signed, signer, stranger } from '../../openpgp/world.js';
import type { Vector } from '../vector.js';
import { bySubkey, certification, forged, subkey, UNTIL_NOW, withItems } from './material.js';

export const subkeyVectors: readonly Vector[] = [
  {
    case: 54,
    name: 'signing subkey',
    verdict: 'good',
    keys: withItems(certification, boundSubkey(signer, subkey)),
    file: bySubkey,
  },
  {
    case: 54,
    name: 'signing subkey revoked',
    verdict: 'revoked',
    says: /subkey .* was revoked/,
    keys: withItems(certification, boundSubkey(signer, subkey), revokeSubkey(signer, subkey)),
    file: bySubkey,
  },
  {
    case: 54,
    name: 'forged subkey revocation',
    verdict: 'good',
    says: /did not verify/,
    keys: withItems(certification, boundSubkey(signer, subkey), forged(revokeSubkey(signer, subkey))),
    file: bySubkey,
  },
  {
    case: 54,
    name: 'without back-signature',
    verdict: 'invalid',
    says: /back-signature/,
    keys: withItems(certification, boundSubkey(signer, subkey, { backSigner: null })),
    file: bySubkey,
  },
  {
    case: 54,
    name: 'back-signature by the primary key',
    verdict: 'invalid',
    says: /back-signature/,
    keys: withItems(certification, boundSubkey(signer, subkey, { backSigner: signer })),
    file: bySubkey,
  },
  {
    case: 54,
    name: 'without binding',
    verdict: 'invalid',
    says: /not bound/,
    keys: withItems(certification, subkeyPacket(subkey)),
    file: bySubkey,
  },
  {
    case: 54,
    name: 'bound by another key',
    verdict: 'invalid',
    says: /not bound/,
    keys: withItems(certification, boundSubkey(stranger, subkey)),
    file: bySubkey,
  },
  {
    case: 54,
    name: 'subkey expired',
    verdict: 'expired',
    says: /subkey .* has expired/,
    keys: withItems(certification, boundSubkey(signer, subkey, { options: { hashed: [keyExpires(UNTIL_NOW)] } })),
    file: bySubkey,
  },
  {
    case: 54,
    name: 'subkey for encryption only',
    verdict: 'invalid',
    says: /not meant for signing/,
    keys: withItems(
      certification,
      boundSubkey(signer, subkey),
      boundSubkey(signer, subkey, { options: { created: SIGNED - 1 }, flags: 0x0c }),
    ),
    file: bySubkey,
  },
  {
    case: 54,
    name: 'an untrusted key that adopted a trusted signer’s key',
    verdict: 'good',
    keys: [
      ...withItems(certification),
      publicKey(stranger, 'x', boundSubkey(stranger, signer, { backSigner: stranger })),
    ],
  },
  {
    case: 54,
    name: 'a trusted key that adopted a stranger’s key',
    verdict: 'invalid',
    says: /back-signature/,
    keys: withItems(certification, boundSubkey(signer, stranger, { backSigner: signer })),
    file: signed({ by: stranger }),
  },
  {
    case: 54,
    name: 'back-signature of another type',
    verdict: 'invalid',
    says: /back-signature/,
    keys: withItems(certification, boundSubkey(signer, subkey, { backType: 0x18 })),
    file: bySubkey,
  },
];
