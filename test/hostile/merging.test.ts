import { describe, expect, it } from 'vitest';
import { ForgedKey, KEY_CREATED, packet } from '../openpgp/forge.js';
import { certify, publicKey, revokeCertification, revokeKey, signatureExpires } from '../openpgp/forge-keys.js';
import { anchor, anchorKey, judge, SIGNER_ID, signed, signer, stranger } from '../openpgp/world.js';
import { certification, DAY, revoked, withItems, withKeyItems } from './trust/material.js';

describe('merged and stuffed keys', () => {
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
    // From here on: the start of the digest (two octets), then the numbers of the signature.
    const digestStart = genuine.indexOf(Buffer.from(signer.keyId, 'hex')) + 8;
    for (const index of [digestStart, genuine.length - 1]) {
      const copy = Buffer.from(genuine);
      copy[index] = (copy[index] ?? 0) ^ 1;
      for (const items of [
        [genuine, copy],
        [copy, genuine],
      ]) {
        expect(await judge(signed(), { keys: withKeyItems(...items) })).toMatchObject({ verdict: 'revoked' });
      }
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
