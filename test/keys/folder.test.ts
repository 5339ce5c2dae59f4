import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { addKeyFolder, keepKey } from '../../src/keys/folder.js';
import type { Certificate } from '../../src/openpgp/certificate.js';
import { onlyCertificate } from '../../src/openpgp/certify.js';
import { Keyring } from '../../src/openpgp/keyring.js';
import { Judge } from '../../src/openpgp/trust.js';
import { makeTempFolder, removeFolder } from '../helpers/temp.js';
import { ForgedKey, NOW } from '../openpgp/forge.js';
import {
  boundSubkey,
  certify,
  keyPacket,
  publicKey,
  revokeCertification,
  revokeKey,
  revokeSubkey,
  selfCertify,
  userIdPacket,
} from '../openpgp/forge-keys.js';

const ID = 'Signer <signer@example.org>';
const [anchor, key, subkey] = [new ForgedKey(), new ForgedKey(), new ForgedKey()];
const anchorKey = publicKey(anchor, 'Anchor');

/** What may be known of one key, by what it adds. */
const PARTS = {
  plain: publicKey(key, ID),
  certified: publicKey(key, ID, certify(anchor, key, ID)),
  again: publicKey(key, ID, certify(anchor, key, ID, { created: 1_710_000_000 })),
  secondName: Buffer.concat([keyPacket(key), userIdPacket('Other'), selfCertify(key, 'Other')]),
  withSubkey: publicKey(key, ID, boundSubkey(key, subkey)),
  takenBack: publicKey(key, ID, revokeCertification(anchor, key, ID, { created: 1_720_000_000 })),
  subkeyEnded: publicKey(key, ID, boundSubkey(key, subkey), revokeSubkey(key, subkey)),
  ended: Buffer.concat([keyPacket(key), revokeKey(key)]),
} as const;

type Part = keyof typeof PARTS;

const NAMES = Object.keys(PARTS) as Part[];

let certificates: Record<Part, () => Certificate>;

beforeAll(() => {
  certificates = Object.fromEntries(
    NAMES.map((name) => [name, () => onlyCertificate(PARTS[name])]),
  ) as typeof certificates;
});

const settings = {
  anchors: new Set([anchor.fingerprint]),
  revoked: new Set<string>(),
  policy: 'compat',
  now: new Date(NOW * 1000),
} as const;

/** What the folder makes of parts that come in this order: the file, and the trust in the key and in its subkey. */
async function keptIn(order: readonly Part[]): Promise<{ file: string; trust: string[] }> {
  const folder = makeTempFolder();
  try {
    for (const name of order) await keepKey(folder, certificates[name]());
    const keyring = new Keyring();
    addKeyFolder(keyring, folder);
    keyring.add(anchorKey, 'anchor');
    const judge = new Judge(keyring, settings);
    const matches = [...keyring.find(key.keyId), ...keyring.find(subkey.keyId)];
    const trust = await Promise.all(matches.map(async (match) => (await judge.judge(match)).trust));
    return { file: readFileSync(join(folder, `${key.fingerprint}.key`), 'utf8'), trust };
  } finally {
    removeFolder(folder);
  }
}

const orders = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 6 });

it('the same knowledge gives the same file, in whatever order and however often it comes', async () => {
  await fc.assert(
    fc.asyncProperty(orders, fc.infiniteStream(fc.nat()), async (order, numbers) => {
      const shuffled = [...new Set(order)]
        .map((name) => ({ name, rank: numbers.next().value }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ name }) => name);
      expect(await keptIn(shuffled)).toEqual(await keptIn(order));
    }),
    { numRuns: 15 },
  );
});

it('a revocation that came once decides, whatever comes before and after it', async () => {
  await fc.assert(
    fc.asyncProperty(orders, orders, async (before, after) => {
      for (const revocation of ['takenBack', 'ended'] as const) {
        const { trust } = await keptIn([...before, revocation, ...after, 'certified', 'again', 'plain']);
        expect(trust[0]).toBe('revoked');
      }
      const { trust } = await keptIn([...before, 'subkeyEnded', ...after, 'certified', 'again', 'withSubkey']);
      expect(trust[1]).toBe('revoked');
    }),
    { numRuns: 10 },
  );
});

it('without one, the key counts', async () => {
  expect((await keptIn(['secondName', 'withSubkey', 'again', 'plain'])).trust).toEqual(['certified', 'certified']);
});
