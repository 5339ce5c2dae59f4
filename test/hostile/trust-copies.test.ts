/** Whoever holds the tree adds copies of genuine signatures, changed where nothing is covered: they decide nothing. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scan } from '../../src/scan/scan.js';
import { KEY_CREATED, NOW, SIGNED, signatureBody } from '../openpgp/forge.js';
import {
  certify,
  directKey,
  keyExpires,
  publicKey,
  revokeCertification,
  revokeKey,
  revokeSubkey,
  selfCertify,
  signatureExpires,
  subkeyPacket,
  userIdPacket,
} from '../openpgp/forge-keys.js';
import { ANCHOR_ID, anchor, anchorKey, certifiedKey, judge, SIGNER_ID, signed, signer } from '../openpgp/world.js';
import { additions, backSignatureIn, bindingOf, embedding, poisons } from './trust/copies.js';
import { bySubkey, certification, DAY, mayRevoke, revoker, subkey, withItems, withKeyItems } from './trust/material.js';
import { written } from './vector.js';

const LATER = { created: SIGNED + DAY };
const EXPIRES = [keyExpires(DAY)];

/** A key whose newest signature on something makes all the difference. */
interface Scenario {
  readonly name: string;
  readonly verdict: 'expired' | 'revoked' | 'untrusted';
  /** The signature that decides. */
  readonly newest: Buffer;
  /** All keys, with these copies of it. */
  readonly keys: (...copies: Buffer[]) => Buffer[];
  readonly file?: string;
}

const withSubkeyItems = (...items: Buffer[]): Buffer[] =>
  withItems(certification, subkeyPacket(subkey), bindingOf(signer, subkey), ...items);

const scenarios: readonly Scenario[] = [
  {
    name: 'the newest self-certification, which sets an expiry',
    verdict: 'expired',
    newest: selfCertify(signer, SIGNER_ID, { ...LATER, hashed: EXPIRES }),
    keys: (...copies) => withItems(certification, ...copies),
  },
  {
    name: 'the newest self-certification, which has expired itself',
    verdict: 'expired',
    newest: selfCertify(signer, SIGNER_ID, { ...LATER, hashed: [signatureExpires(DAY)] }),
    keys: (...copies) => [
      anchorKey,
      Buffer.concat([
        certifiedKey,
        userIdPacket('Other'),
        selfCertify(signer, 'Other'),
        userIdPacket(SIGNER_ID),
        ...copies,
      ]),
    ],
  },
  {
    name: 'the newest direct-key signature, which sets an expiry',
    verdict: 'expired',
    newest: directKey(signer, { ...LATER, hashed: EXPIRES }),
    keys: withKeyItems,
  },
  {
    name: 'the anchor’s newest certification, which has expired',
    verdict: 'expired',
    newest: certify(anchor, signer, SIGNER_ID, { ...LATER, hashed: [signatureExpires(DAY)] }),
    keys: (...copies) => withItems(certification, ...copies),
  },
  {
    name: 'the anchor’s own newest self-certification, which sets an expiry',
    verdict: 'expired',
    newest: selfCertify(anchor, ANCHOR_ID, { ...LATER, hashed: EXPIRES }),
    keys: (...copies) => [publicKey(anchor, ANCHOR_ID, ...copies), certifiedKey],
  },
  {
    name: 'the newest binding, which sets an expiry',
    verdict: 'expired',
    newest: bindingOf(signer, subkey, { options: { ...LATER, hashed: EXPIRES } }),
    keys: withSubkeyItems,
    file: bySubkey,
  },
  {
    name: 'the anchor’s revocation of its certification',
    verdict: 'revoked',
    newest: revokeCertification(anchor, signer, SIGNER_ID, LATER),
    keys: (...copies) => withItems(certification, ...copies),
  },
  {
    name: 'the revocation of a user ID by its key',
    verdict: 'untrusted',
    newest: revokeCertification(signer, signer, SIGNER_ID, LATER),
    keys: (...copies) => withItems(certification, ...copies, userIdPacket('Other'), selfCertify(signer, 'Other')),
  },
  { name: 'the revocation of the key', verdict: 'revoked', newest: revokeKey(signer), keys: withKeyItems },
  {
    name: 'the revocation of the anchor',
    verdict: 'revoked',
    newest: revokeKey(anchor),
    keys: (...copies) => [publicKey(anchor, ANCHOR_ID, ...copies), certifiedKey],
  },
  {
    name: 'the revocation of the subkey',
    verdict: 'revoked',
    newest: revokeSubkey(signer, subkey),
    keys: withSubkeyItems,
    file: bySubkey,
  },
];

describe('case 59: copies of a signature that are changed where it does not cover itself', () => {
  describe.each(scenarios)('$name', ({ verdict, newest, keys, file = signed() }) => {
    it('makes the difference', async () => {
      expect(await judge(file, { keys: keys() })).toMatchObject({ verdict: 'trusted' });
      expect(await judge(file, { keys: keys(newest) })).toMatchObject({ verdict });
    });

    it.each(poisons)('with $name', async ({ of }) => {
      const copy = of(newest);
      expect(copy.equals(newest)).toBe(false);
      for (const given of [
        keys(newest, copy),
        keys(copy, newest),
        keys(copy, newest, copy),
        [...keys(newest), ...keys(copy)],
        [...keys(copy), ...keys(newest)],
      ]) {
        expect(await judge(file, { keys: given })).toMatchObject({ verdict });
      }
    });

    it('with all changes at once', async () => {
      const copies = poisons.map(({ of }) => of(newest));
      for (const given of [keys(newest, ...copies), keys(...copies, newest)]) {
        expect(await judge(file, { keys: given })).toMatchObject({ verdict });
      }
    });
  });

  it.each(additions)('with $name and without the genuine one: what it covers still counts', async ({ of }) => {
    for (const { newest, keys, verdict, file = signed() } of scenarios) {
      expect(await judge(file, { keys: keys(of(newest)) })).toMatchObject({ verdict });
    }
  });

  it('a copy of a revocation that names the designated revoker as its maker', async () => {
    const genuine = revokeKey(signer);
    const copy = Buffer.from(genuine);
    Buffer.from(revoker.keyId, 'hex').copy(copy, copy.indexOf(Buffer.from(signer.keyId, 'hex')));
    const naming = directKey(signer, { hashed: [mayRevoke(revoker)] });
    for (const items of [
      [genuine, copy],
      [copy, genuine],
    ]) {
      const keys = [...withKeyItems(naming, ...items), publicKey(revoker, 'r')];
      expect(await judge(signed(), { keys })).toMatchObject({ verdict: 'revoked' });
    }
  });

  it.each(poisons)('in a key file in the tree, against the keyring that the user gave: $name', async ({ of }) => {
    const [scenario] = scenarios;
    if (scenario === undefined) throw new Error('no scenario');
    const { newest, keys } = scenario;
    const { webRoot, keyring = '' } = written({ keys: keys(newest) });
    const folder = join(webRoot, 'admin/libraries/BMO');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'x.key'), Buffer.concat(keys(of(newest))));
    const { modules } = await scan({
      webRoot,
      anchors: [anchor.fingerprint],
      keyrings: [keyring],
      now: new Date(NOW * 1000),
      threads: 0,
    });
    expect(modules).toMatchObject([{ verdict: 'expired' }]);
  });
});

describe('back-signatures in copies of a binding', () => {
  const over = Buffer.concat(
    [signer, subkey].map(({ body }) => Buffer.concat([Buffer.from([0x99, 0, body.length]), body])),
  );
  const binding = bindingOf(signer, subkey);
  const good = backSignatureIn(binding);
  const by = (maker: typeof signer) => signatureBody({ by: maker, type: 0x19, over, created: KEY_CREATED });
  const expiring = signatureBody({ by: subkey, type: 0x19, over, created: SIGNED, hashed: [signatureExpires(DAY)] });
  const judgeWith = (...bindings: Buffer[]) =>
    judge(bySubkey, { keys: withItems(certification, subkeyPacket(subkey), ...bindings) });

  it('the parts are what they are taken for', async () => {
    expect(await judgeWith(embedding(binding, by(subkey)))).toMatchObject({ verdict: 'trusted' });
    expect(await judgeWith(embedding(binding, good))).toMatchObject({ verdict: 'trusted' });
    expect(await judgeWith(embedding(binding))).toMatchObject({ verdict: 'invalid' });
    expect(await judgeWith(embedding(binding, by(signer)))).toMatchObject({ verdict: 'invalid' });
  });

  const broken = Buffer.from(good);
  broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
  const worse = [
    { name: 'none', copy: embedding(binding) },
    { name: 'a broken one', copy: embedding(binding, broken) },
    { name: 'one by the primary key', copy: embedding(binding, by(signer)) },
    { name: 'one of another type', copy: embedding(binding, signatureBody({ by: subkey, type: 0x18, over })) },
    { name: 'what is no signature', copy: embedding(binding, Buffer.alloc(3)) },
    ...poisons.map(({ name, of }) => ({ name, copy: of(binding) })),
    ...poisons.map(({ name, of }) => ({ name: `none and ${name}`, copy: of(embedding(binding)) })),
  ];

  it.each(worse)('a copy with $name hides none', async ({ copy }) => {
    for (const bindings of [
      [binding, copy],
      [copy, binding],
    ]) {
      expect(await judgeWith(...bindings)).toMatchObject({ verdict: 'trusted' });
    }
  });

  it('an older one, in a copy, does not bring back what the newest ended', async () => {
    for (const bindings of [
      [embedding(binding, expiring)],
      [embedding(binding, expiring), embedding(binding, good)],
      [embedding(binding, good), embedding(binding, expiring)],
      [embedding(binding, good, expiring)],
    ]) {
      expect(await judgeWith(...bindings)).toMatchObject({ verdict: 'invalid' });
    }
  });

  it('one on an older binding is not one on the newest', async () => {
    const newest = bindingOf(signer, subkey, { options: LATER, backSigner: null });
    expect(await judgeWith(binding, newest)).toMatchObject({ verdict: 'invalid' });
    expect(await judgeWith(newest, binding)).toMatchObject({ verdict: 'invalid' });
  });

  it('of two bindings of one second the stricter decides, whatever their order', async () => {
    const encrypting = bindingOf(signer, subkey, { flags: 0x0c });
    const ending = bindingOf(signer, subkey, { options: { hashed: EXPIRES } });
    for (const [other, verdict] of [
      [encrypting, 'invalid'],
      [ending, 'expired'],
    ] as const) {
      expect(await judgeWith(binding, other)).toMatchObject({ verdict });
      expect(await judgeWith(other, binding)).toMatchObject({ verdict });
    }
  });

  it('more than can be checked are refused, wherever they are embedded', async () => {
    const junk = Array.from({ length: 1001 }, (_, index) => {
      const copy = Buffer.from(good);
      copy.writeUInt32BE(index, copy.length - 4);
      return embedding(binding, copy);
    });
    expect(await judgeWith(binding, ...junk)).toMatchObject({
      verdict: 'untrusted',
      reason: expect.stringMatching(/more signatures than/),
    });
  });
});
