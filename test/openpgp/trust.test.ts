import { describe, expect, it } from 'vitest';
import { ForgedKey, issuerFingerprint, KEY_CREATED, NOW, packet, SIGNED, subpacket } from './forge.js';
import {
  boundSubkey,
  certify,
  directKey,
  keyExpires,
  keyPacket,
  publicKey,
  revokeCertification,
  revokeKey,
  revokeSubkey,
  selfCertify,
  signatureExpires,
  subkeyPacket,
  userIdPacket,
} from './forge-keys.js';
import {
  ANCHOR_ID,
  anchor,
  anchorKey,
  certifiedKey,
  judge,
  SIGNER_ID,
  signed,
  signer,
  stranger,
  type World,
} from './world.js';

interface Vector {
  readonly case: number | string;
  readonly name: string;
  readonly verdict: string;
  /** The reason, or for trusted files a warning, must match; without it there must be neither. */
  readonly says?: RegExp;
  readonly keys?: readonly Buffer[];
  readonly file?: string;
  readonly world?: World;
}

const LAST_SHA1 = 1_547_856_000;
const UNTIL_NOW = NOW - KEY_CREATED;
const OTHER_ID = 'Signer (second) <second@example.org>';
const DAY = 86_400;

/** The anchor, and the signer's key with one user ID and what follows it. */
const withItems = (...following: Buffer[]): Buffer[] => [anchorKey, publicKey(signer, SIGNER_ID, ...following)];
/** The same with the key's own signatures, which stand before the user ID. */
const withKeyItems = (...items: Buffer[]): Buffer[] => [
  anchorKey,
  Buffer.concat([keyPacket(signer), ...items, userIdPacket(SIGNER_ID), selfCertify(signer, SIGNER_ID), certification]),
];
const certification = certify(anchor, signer, SIGNER_ID);
const revoked = revokeCertification(anchor, signer, SIGNER_ID, { created: SIGNED + DAY });

const subkey = new ForgedKey();
const bySubkey = signed({ by: subkey });
const revoker = new ForgedKey();
const mayRevoke = (key: ForgedKey): Buffer =>
  subpacket(12, Buffer.concat([Buffer.from([0x80, key.algorithm]), Buffer.from(key.fingerprint, 'hex')]));
const youngAnchor = new ForgedKey('p256', KEY_CREATED + 2 * DAY);
const youngSigner = new ForgedKey('p256', KEY_CREATED + 2 * DAY);
const BETWEEN = { created: KEY_CREATED + DAY };
const introducers = [1, 2, 3].map(() => new ForgedKey());
const trustSignature = subpacket(5, Buffer.from([1, 60]));
/** A signature altered after it was made: its hashed part says another date. */
const forged = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  const date = copy.indexOf(Buffer.from([5, 2])) + 2;
  copy.writeUInt32BE(copy.readUInt32BE(date) + 1, date);
  return copy;
};

const vectors: Vector[] = [
  { case: 45, name: 'no certification', verdict: 'untrusted', says: /No trusted key has certified/, keys: withItems() },
  {
    case: 45,
    name: 'certified by a stranger',
    verdict: 'untrusted',
    says: /No trusted/,
    keys: withItems(certify(stranger, signer, SIGNER_ID)),
  },
  {
    case: 45,
    name: 'a stranger in the anchor’s name',
    verdict: 'untrusted',
    says: /No trusted/,
    keys: withItems(impersonated()),
  },
  {
    case: 46,
    name: 'SHA-1 certification at the last second',
    verdict: 'trusted',
    keys: withItems(certify(anchor, signer, SIGNER_ID, { digest: 'sha1', created: LAST_SHA1 })),
  },
  {
    case: 46,
    name: 'SHA-1 certification one second later',
    verdict: 'untrusted',
    says: /No trusted/,
    keys: withItems(certify(anchor, signer, SIGNER_ID, { digest: 'sha1', created: LAST_SHA1 + 1 })),
  },
  {
    case: 46,
    name: 'MD5 certification',
    verdict: 'untrusted',
    keys: withItems(certify(anchor, signer, SIGNER_ID, { digest: 'md5', created: KEY_CREATED })),
    says: /No trusted/,
  },
  {
    case: 46,
    name: 'RIPEMD-160 certification',
    verdict: 'untrusted',
    says: /No trusted/,
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
    verdict: 'trusted',
    keys: withItems(certification, revokeCertification(stranger, signer, SIGNER_ID)),
  },
  {
    case: 47,
    name: 'forged revocation',
    verdict: 'trusted',
    says: /did not verify/,
    keys: withItems(certification, forged(revoked)),
  },
  {
    case: 48,
    name: 'revoked, then certified again',
    verdict: 'trusted',
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
    verdict: 'trusted',
    keys: withItems(userIdPacket(OTHER_ID), selfCertify(signer, OTHER_ID), certify(anchor, signer, OTHER_ID)),
  },
  {
    case: 49,
    name: 'a certification moved to another user ID',
    verdict: 'untrusted',
    says: /No trusted/,
    keys: withItems(userIdPacket(OTHER_ID), selfCertify(signer, OTHER_ID), certification),
  },
  {
    case: 49,
    name: 'a certified user ID that the key does not stand by',
    verdict: 'untrusted',
    says: /No trusted/,
    keys: withItems(userIdPacket(OTHER_ID), certify(anchor, signer, OTHER_ID)),
  },
  {
    case: 50,
    name: 'certified user ID self-revoked',
    verdict: 'untrusted',
    says: /No trusted/,
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
    verdict: 'trusted',
    keys: withItems(
      certification,
      revokeCertification(signer, signer, SIGNER_ID),
      selfCertify(signer, SIGNER_ID, { created: SIGNED + 1 }),
    ),
  },
  {
    case: 51,
    name: 'key retired later',
    verdict: 'revoked',
    says: /revoked by its owner/,
    keys: withKeyItems(revokeKey(signer, { created: SIGNED + DAY, hashed: [subpacket(29, Buffer.from([3]))] })),
  },
  {
    case: 51,
    name: 'key revoked, packet at the end of the key',
    verdict: 'revoked',
    says: /by its owner/,
    keys: withItems(certification, revokeKey(signer)),
  },
  {
    case: 51,
    name: 'key revoked, maker not named',
    verdict: 'revoked',
    says: /by its owner/,
    keys: withKeyItems(revokeKey(signer, { issuer: 'none' })),
  },
  {
    case: 51,
    name: 'key revoked in the future',
    verdict: 'revoked',
    says: /by its owner/,
    keys: withKeyItems(revokeKey(signer, { created: NOW + DAY })),
  },
  {
    case: 51,
    name: 'key revoked with SHA-1',
    verdict: 'revoked',
    says: /by its owner/,
    keys: withKeyItems(revokeKey(signer, { digest: 'sha1' })),
  },
  {
    case: 52,
    name: 'designated revoker not held',
    verdict: 'untrusted',
    says: /may be revoked by key/,
    keys: withKeyItems(directKey(signer, { hashed: [mayRevoke(revoker)] })),
  },
  {
    case: 52,
    name: 'designated revoker in an older self-certification',
    verdict: 'untrusted',
    says: /may be revoked by key/,
    keys: withItems(
      certification,
      selfCertify(signer, SIGNER_ID, { created: KEY_CREATED + 1, hashed: [mayRevoke(revoker)] }),
      selfCertify(signer, SIGNER_ID, { created: SIGNED }),
    ),
  },
  {
    case: 52,
    name: 'designated revoker held, silent',
    verdict: 'trusted',
    keys: [...withKeyItems(directKey(signer, { hashed: [mayRevoke(revoker)] })), publicKey(revoker, 'r')],
  },
  {
    case: 52,
    name: 'designated revoker held, revoked',
    verdict: 'revoked',
    says: /revoked/,
    keys: [
      ...withKeyItems(directKey(signer, { hashed: [mayRevoke(revoker)] }), revokeKey(signer, { by: revoker })),
      publicKey(revoker, 'r'),
    ],
  },
  {
    case: 52,
    name: 'a revocation by a key that was not designated',
    verdict: 'trusted',
    says: /did not verify/,
    keys: [...withKeyItems(revokeKey(signer, { by: revoker })), publicKey(revoker, 'r')],
  },
  {
    case: 53,
    name: 'forged key revocation',
    verdict: 'trusted',
    says: /did not verify/,
    keys: withKeyItems(forged(revokeKey(signer))),
  },
  {
    case: 53,
    name: 'the revocation of another key',
    verdict: 'trusted',
    says: /did not verify/,
    keys: withKeyItems(revokeKey(stranger)),
  },
  {
    case: 53,
    name: 'key revocation with MD5',
    verdict: 'trusted',
    says: /did not verify/,
    keys: withKeyItems(revokeKey(signer, { digest: 'md5' })),
  },
  {
    case: 54,
    name: 'signing subkey',
    verdict: 'trusted',
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
    verdict: 'trusted',
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
    verdict: 'trusted',
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
    case: 55,
    name: 'signer’s key expired',
    verdict: 'expired',
    says: /has expired/,
    keys: [anchorKey, expiring(UNTIL_NOW)],
  },
  {
    case: 55,
    name: 'signer’s key expires in a second',
    verdict: 'trusted',
    keys: [anchorKey, expiring(UNTIL_NOW + 1)],
  },
  {
    case: 55,
    name: 'expiry taken back',
    verdict: 'trusted',
    keys: [anchorKey, expiring(DAY, selfCertify(signer, SIGNER_ID, { created: KEY_CREATED + 1 }))],
  },
  {
    case: 55,
    name: 'expiry set later by a direct-key signature',
    verdict: 'expired',
    says: /has expired/,
    keys: withKeyItems(directKey(signer, { created: SIGNED, hashed: [keyExpires(UNTIL_NOW)] })),
  },
  {
    case: 55,
    name: 'expired and revoked',
    verdict: 'revoked',
    says: /revoked/,
    keys: [anchorKey, expiring(DAY, revoked)],
  },
  {
    case: 55,
    name: 'certification expired',
    verdict: 'expired',
    says: /certification .* has expired/,
    keys: withItems(certify(anchor, signer, SIGNER_ID, { hashed: [signatureExpires(DAY)] })),
  },
  {
    case: 55,
    name: 'self-signature expired',
    verdict: 'expired',
    says: /has expired/,
    keys: [
      anchorKey,
      Buffer.concat([
        keyPacket(signer),
        userIdPacket(SIGNER_ID),
        selfCertify(signer, SIGNER_ID, { hashed: [signatureExpires(DAY)] }),
        certification,
      ]),
    ],
  },
  {
    case: 55,
    name: 'anchor expired',
    verdict: 'expired',
    says: new RegExp(`${anchor.fingerprint} has expired`),
    keys: [
      certifiedKey,
      Buffer.concat([
        keyPacket(anchor),
        userIdPacket(ANCHOR_ID),
        selfCertify(anchor, ANCHOR_ID, { hashed: [keyExpires(DAY)] }),
      ]),
    ],
  },
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
    case: 60,
    name: 'signer on the local list',
    verdict: 'revoked',
    says: /list of revoked/,
    world: { revoked: [signer.fingerprint] },
  },
  {
    case: 60,
    name: 'anchor on the local list',
    verdict: 'revoked',
    says: /list of revoked/,
    world: { revoked: [anchor.fingerprint] },
  },
  {
    case: 60,
    name: 'subkey on the local list',
    verdict: 'revoked',
    says: /list of revoked/,
    keys: withItems(certification, boundSubkey(signer, subkey)),
    file: bySubkey,
    world: { revoked: [subkey.fingerprint] },
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
    case: 54,
    name: 'back-signature of another type',
    verdict: 'invalid',
    says: /back-signature/,
    keys: withItems(certification, boundSubkey(signer, subkey, { backType: 0x18 })),
    file: bySubkey,
  },
  {
    case: 49,
    name: 'a certified user ID whose self-certification expired',
    verdict: 'untrusted',
    says: /No trusted/,
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
    case: 'key-missing',
    name: 'the anchor’s own key is not held',
    verdict: 'key-missing',
    says: new RegExp(anchor.fingerprint),
    keys: [certifiedKey],
  },
];

/** A certification that names the anchor as its maker but is made by a stranger. */
function impersonated(): Buffer {
  const claim = subpacket(16, Buffer.from(anchor.keyId, 'hex'));
  return certify(stranger, signer, SIGNER_ID, { issuer: 'none', unhashed: [claim] });
}

/** A key made two days after the others. */
function youngKey(key: ForgedKey, ...following: Buffer[]): Buffer {
  const self = selfCertify(key, SIGNER_ID, { created: KEY_CREATED + 2 * DAY });
  return Buffer.concat([keyPacket(key), userIdPacket(SIGNER_ID), self, ...following]);
}

/** The certified signer, whose key expires so many seconds after it was made. */
function expiring(seconds: number, ...following: Buffer[]): Buffer {
  const self = selfCertify(signer, SIGNER_ID, { hashed: [keyExpires(seconds)] });
  return Buffer.concat([keyPacket(signer), userIdPacket(SIGNER_ID), self, certification, ...following]);
}

describe('trust', () => {
  it.each(vectors)('case $case: $name → $verdict', async ({ verdict, says, keys, file, world }) => {
    const outcome = await judge(file ?? signed(), { ...world, ...(keys === undefined ? {} : { keys }) });
    const said = [outcome.reason, ...(outcome.signature?.warnings ?? [])].join('');
    expect(said).toMatch(says ?? /^$/);
    expect(outcome.verdict).toBe(verdict);
  });

  it('case 59: an old copy without its revocation takes nothing away, in whatever order the copies come', async () => {
    const old = publicKey(signer, SIGNER_ID, certification);
    for (const item of [revoked, revokeKey(signer)]) {
      const current = publicKey(signer, SIGNER_ID, certification, item);
      for (const keys of [
        [anchorKey, old, current],
        [current, old, anchorKey],
        [anchorKey, old, current, old],
      ]) {
        expect(await judge(signed(), { keys })).toMatchObject({ verdict: 'revoked' });
      }
    }
  });

  it('case 59: a revocation survives copies of it that were tampered with', async () => {
    const genuine = revokeKey(signer);
    const copies = Array.from({ length: 90 }, (_, index) => {
      const copy = Buffer.from(genuine);
      copy[copy.length - 1 - index] = (copy[copy.length - 1 - index] ?? 0) ^ 1;
      return copy;
    });
    for (const items of [
      [genuine, ...copies],
      [...copies, genuine],
    ]) {
      expect(await judge(signed(), { keys: withKeyItems(...items) })).toMatchObject({ verdict: 'revoked' });
    }
  });

  it('two anchors: one certification that stands is enough, whatever became of the other', async () => {
    const second = new ForgedKey();
    const world = { anchors: [anchor.fingerprint, second.fingerprint] };
    const keys = [
      ...withItems(certification, revoked, certify(second, signer, SIGNER_ID)),
      publicKey(second, 'Second'),
    ];
    expect(await judge(signed(), { ...world, keys })).toMatchObject({ verdict: 'trusted' });
  });

  it('a key stuffed with junk is refused as a whole, so that junk cannot push a revocation out', async () => {
    const junk = Array.from({ length: 1001 }, (_, index) => forgedAt(index));
    const outcome = await judge(signed(), { keys: withItems(certification, ...junk, revoked) });
    expect(outcome).toMatchObject({ verdict: 'untrusted', reason: expect.stringMatching(/more signatures than/) });
  });

  it('junk that claims nothing of the keys concerned does not count towards the bound', async () => {
    const junk = Array.from({ length: 1001 }, (_, index) => forgedAt(index, stranger));
    expect(await judge(signed(), { keys: withItems(...junk, certification) })).toMatchObject({ verdict: 'trusted' });
  });

  it('a signature that expired counts as expired even when its signer is not trusted, and as revoked when revoked', async () => {
    const file = signed({ hashed: [signatureExpires(DAY)] });
    expect(await judge(file, { keys: withItems() })).toMatchObject({ verdict: 'expired' });
    expect(await judge(file, { keys: withItems(certification, revoked) })).toMatchObject({ verdict: 'revoked' });
  });

  it('user attributes and what is not known between the packets change nothing', async () => {
    const onAttribute = revokeCertification(signer, signer, 'not a user ID');
    const attribute = Buffer.concat([packet(17, Buffer.from([2, 1, 0])), onAttribute]);
    const unknown = Buffer.concat([packet(60, Buffer.alloc(3)), onAttribute]);
    const outcome = await judge(signed(), { keys: withItems(certification, attribute, unknown) });
    expect(outcome).toMatchObject({ verdict: 'trusted', signature: { warnings: [] } });
  });
});

/** The certification by `by` with another date in it, as a packet: it does not verify. */
function forgedAt(index: number, by = anchor): Buffer {
  const copy = Buffer.from(by === anchor ? certification : certify(by, signer, SIGNER_ID, { created: index }));
  const date = copy.indexOf(Buffer.from([5, 2])) + 2;
  copy.writeUInt32BE(KEY_CREATED + index, date);
  return copy;
}
