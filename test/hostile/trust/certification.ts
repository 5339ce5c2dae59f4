import { KEY_CREATED, NOW, SIGNED, subpacket } from '../../openpgp/forge.js';
import {
  certify,
  keyPacket,
  revokeCertification,
  selfCertify,
  signatureExpires,
  userIdPacket,
} from '../../openpgp/forge-keys.js';
import { anchor, anchorKey, SIGNER_ID, signer, stranger } from '../../openpgp/world.js';
import type { Vector } from '../vector.js';
import { certification, DAY, forged, impersonated, LAST_SHA1, OTHER_ID, revoked, withItems } from './material.js';

export const certificationVectors: readonly Vector[] = [
  { case: 45, name: 'no certification', verdict: 'untrusted', says: /o trusted key has certified/, keys: withItems() },
  {
    case: 45,
    name: 'certified by a stranger',
    verdict: 'untrusted',
    says: /o trusted/,
    keys: withItems(certify(stranger, signer, SIGNER_ID)),
  },
  {
    case: 45,
    name: 'a stranger in the anchor’s name',
    verdict: 'untrusted',
    says: /o trusted/,
    keys: withItems(impersonated()),
  },
  {
    case: 46,
    name: 'SHA-1 certification at the last second',
    verdict: 'good',
    keys: withItems(certify(anchor, signer, SIGNER_ID, { digest: 'sha1', created: LAST_SHA1 })),
  },
  {
    case: 46,
    name: 'SHA-1 certification one second later',
    verdict: 'untrusted',
    says: /o trusted/,
    keys: withItems(certify(anchor, signer, SIGNER_ID, { digest: 'sha1', created: LAST_SHA1 + 1 })),
  },
  {
    case: 46,
    name: 'MD5 certification',
    verdict: 'untrusted',
    keys: withItems(certify(anchor, signer, SIGNER_ID, { digest: 'md5', created: KEY_CREATED })),
    says: /o trusted/,
  },
  {
    case: 46,
    name: 'RIPEMD-160 certification',
    verdict: 'untrusted',
    says: /o trusted/,
    keys: withItems(certify(anchor, signer, SIGNER_ID, { digest: 'ripemd160', created: KEY_CREATED })),
  },
  {
    case: 47,
    name: 'certification revoked',
    verdict: 'revoked',
    says: /revoked its certification/,
    keys: withItems(certification, revoked),
  },
  {
    case: 47,
    name: 'revocation before certification in the file',
    verdict: 'revoked',
    says: /revoked its/,
    keys: withItems(revoked, certification),
  },
  {
    case: 47,
    name: 'revoked in the same second',
    verdict: 'revoked',
    says: /revoked its/,
    keys: withItems(certification, revokeCertification(anchor, signer, SIGNER_ID)),
  },
  {
    case: 47,
    name: 'revoked with SHA-1 after the cut-off',
    verdict: 'revoked',
    says: /revoked its/,
    keys: withItems(
      certification,
      revokeCertification(anchor, signer, SIGNER_ID, { digest: 'sha1', created: SIGNED + 1 }),
    ),
  },
  {
    case: 47,
    name: 'revoked in the future',
    verdict: 'revoked',
    says: /revoked its/,
    keys: withItems(certification, revokeCertification(anchor, signer, SIGNER_ID, { created: NOW + DAY })),
  },
  {
    case: 47,
    name: 'revoked with an unknown critical subpacket',
    verdict: 'revoked',
    says: /revoked its/,
    keys: withItems(
      certification,
      revokeCertification(anchor, signer, SIGNER_ID, {
        created: SIGNED + 1,
        hashed: [subpacket(100, Buffer.alloc(1), true)],
      }),
    ),
  },
  {
    case: 47,
    name: 'revocation by a stranger',
    verdict: 'good',
    keys: withItems(certification, revokeCertification(stranger, signer, SIGNER_ID)),
  },
  {
    case: 47,
    name: 'forged revocation',
    verdict: 'good',
    says: /did not verify/,
    keys: withItems(certification, forged(revoked)),
  },
  {
    case: 48,
    name: 'revoked, then certified again',
    verdict: 'good',
    keys: withItems(certification, revoked, certify(anchor, signer, SIGNER_ID, { created: SIGNED + 2 * DAY })),
  },
  {
    case: 48,
    name: 'revoked, then certified again with SHA-1',
    verdict: 'revoked',
    says: /revoked its/,
    keys: withItems(
      certification,
      revoked,
      certify(anchor, signer, SIGNER_ID, { created: SIGNED + 2 * DAY, digest: 'sha1' }),
    ),
  },
  {
    case: 48,
    name: 'revoked, then certified again in the future',
    verdict: 'revoked',
    says: /revoked its/,
    keys: withItems(certification, revoked, certify(anchor, signer, SIGNER_ID, { created: NOW + 1 })),
  },
  {
    case: 49,
    name: 'only the second user ID certified',
    verdict: 'good',
    keys: withItems(userIdPacket(OTHER_ID), selfCertify(signer, OTHER_ID), certify(anchor, signer, OTHER_ID)),
  },
  {
    case: 49,
    name: 'a certification moved to another user ID',
    verdict: 'untrusted',
    says: /o trusted/,
    keys: withItems(userIdPacket(OTHER_ID), selfCertify(signer, OTHER_ID), certification),
  },
  {
    case: 49,
    name: 'a certified user ID that the key does not stand by',
    verdict: 'untrusted',
    says: /o trusted/,
    keys: withItems(userIdPacket(OTHER_ID), certify(anchor, signer, OTHER_ID)),
  },
  {
    case: 50,
    name: 'certified user ID self-revoked',
    verdict: 'untrusted',
    says: /o trusted/,
    keys: withItems(
      certification,
      revokeCertification(signer, signer, SIGNER_ID),
      userIdPacket(OTHER_ID),
      selfCertify(signer, OTHER_ID),
    ),
  },
  {
    case: 50,
    name: 'self-revoked, then certified by itself again',
    verdict: 'good',
    keys: withItems(
      certification,
      revokeCertification(signer, signer, SIGNER_ID),
      selfCertify(signer, SIGNER_ID, { created: SIGNED + 1 }),
    ),
  },
  {
    case: 49,
    name: 'a certified user ID whose self-certification expired',
    verdict: 'untrusted',
    says: /o trusted/,
    keys: [
      anchorKey,
      Buffer.concat([
        keyPacket(signer),
        userIdPacket(SIGNER_ID),
        selfCertify(signer, SIGNER_ID, { hashed: [signatureExpires(DAY)] }),
        certification,
        userIdPacket(OTHER_ID),
        selfCertify(signer, OTHER_ID, { created: SIGNED }),
      ]),
    ],
  },
];
