import { issuerFingerprint, NOW, subpacket } from './forge.js';
import { boundSubkey, certify, keyPacket, publicKey, revokeKey } from './forge-keys.js';
import {
  BETWEEN,
  bySubkey,
  introducers,
  subkey,
  testVectors,
  trustSignature,
  type Vector,
  withItems,
  youngAnchor,
  youngKey,
  youngSigner,
} from './trust-vectors.js';
import { ANCHOR_ID, anchor, anchorKey, certifiedKey, SIGNER_ID, signed, signer, stranger } from './world.js';

const vectors: Vector[] = [
  {
    case: 56,
    name: 'a revoked anchor signs',
    verdict: 'revoked',
    says: /revoked by its owner/,
    keys: [publicKey(anchor, ANCHOR_ID, revokeKey(anchor))],
    file: signed({ by: anchor }),
  },
  {
    case: 56,
    name: 'certified by a revoked anchor',
    verdict: 'revoked',
    says: /revoked by its owner/,
    keys: [certifiedKey, publicKey(anchor, ANCHOR_ID, revokeKey(anchor))],
  },
  {
    case: 56,
    name: 'an anchor that vouches for nothing of itself',
    verdict: 'untrusted',
    says: /no valid signature of its own/,
    keys: [certifiedKey, keyPacket(anchor)],
  },
  {
    case: 57,
    name: 'certified by the anchor’s subkey',
    verdict: 'untrusted',
    says: /No trusted/,
    keys: [
      publicKey(anchor, ANCHOR_ID, boundSubkey(anchor, subkey)),
      publicKey(signer, SIGNER_ID, certify(subkey, signer, SIGNER_ID)),
    ],
  },
  {
    case: 57,
    name: 'an anchor’s signing subkey signs',
    verdict: 'trusted',
    keys: [publicKey(anchor, ANCHOR_ID, boundSubkey(anchor, subkey))],
    file: bySubkey,
  },
  {
    case: 58,
    name: 'three introducers with trust signatures',
    verdict: 'untrusted',
    says: /No trusted/,
    keys: [
      anchorKey,
      ...introducers.map((key) =>
        publicKey(key, 'Introducer', certify(anchor, key, 'Introducer', { hashed: [trustSignature] })),
      ),
      publicKey(signer, SIGNER_ID, ...introducers.map((key) => certify(key, signer, SIGNER_ID))),
    ],
  },
  {
    case: 58,
    name: 'a trust signature by the anchor itself',
    verdict: 'trusted',
    keys: withItems(certify(anchor, signer, SIGNER_ID, { hashed: [trustSignature] })),
  },
  {
    case: 58,
    name: 'a certification for own use',
    verdict: 'untrusted',
    says: /own use only/,
    keys: withItems(certify(anchor, signer, SIGNER_ID, { hashed: [subpacket(4, Buffer.from([0]))] })),
  },
  {
    case: 58,
    name: 'a persona certification',
    verdict: 'untrusted',
    says: /No trusted/,
    keys: withItems(certify(anchor, signer, SIGNER_ID, { type: 0x11 })),
  },
  {
    case: 58,
    name: 'a certification from the future',
    verdict: 'untrusted',
    says: /No trusted/,
    keys: withItems(certify(anchor, signer, SIGNER_ID, { created: NOW + 1 })),
  },
  {
    case: 58,
    name: 'a critical notation on the certification',
    verdict: 'untrusted',
    says: /No trusted/,
    keys: withItems(certify(anchor, signer, SIGNER_ID, { hashed: [subpacket(20, Buffer.alloc(8), true)] })),
  },
  {
    case: 58,
    name: 'a certification with another issuer fingerprint',
    verdict: 'untrusted',
    says: /No trusted/,
    keys: withItems(certify(anchor, signer, SIGNER_ID, { hashed: [issuerFingerprint(stranger)] })),
  },
  {
    case: 61,
    name: 'another key called like the anchor',
    verdict: 'key-missing',
    says: new RegExp(`trusted key ${anchor.fingerprint} is needed`),
    keys: [publicKey(stranger, ANCHOR_ID), certifiedKey],
  },
  {
    case: 61,
    name: 'signed by another key called like the anchor',
    verdict: 'untrusted',
    says: /No trusted/,
    keys: [anchorKey, publicKey(stranger, ANCHOR_ID)],
    file: signed({ by: stranger }),
  },
  {
    case: 58,
    name: 'a certification older than the anchor',
    verdict: 'untrusted',
    says: /No trusted/,
    keys: [youngKey(youngAnchor), publicKey(signer, SIGNER_ID, certify(youngAnchor, signer, SIGNER_ID, BETWEEN))],
    world: { anchors: [youngAnchor.fingerprint] },
  },
  {
    case: 58,
    name: 'a certification older than the signer',
    verdict: 'untrusted',
    says: /No trusted/,
    keys: [anchorKey, youngKey(youngSigner, certify(anchor, youngSigner, SIGNER_ID, BETWEEN))],
    file: signed({ by: youngSigner }),
  },
  {
    case: 58,
    name: 'a certification younger than the signer',
    verdict: 'trusted',
    keys: [anchorKey, youngKey(youngSigner, certify(anchor, youngSigner, SIGNER_ID))],
    file: signed({ by: youngSigner }),
  },
  {
    case: 61,
    name: 'the anchor’s own key is not held',
    verdict: 'key-missing',
    says: new RegExp(anchor.fingerprint),
    keys: [certifiedKey],
  },
];

testVectors('who may certify', vectors);
