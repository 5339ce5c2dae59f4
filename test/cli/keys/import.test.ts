import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certify, revokeCertification, revokeKey } from '../../../src/openpgp/certify.js';
import { armorPublicKey } from '../../../src/openpgp/secret-key.js';
import { ForgedKey } from '../../openpgp/forge.js';
import { certify as forgedCertification, publicKey, userIdPacket } from '../../openpgp/forge-keys.js';
import { type Cast, day, keyringOf, makeCast, makeKey, trusting, World } from './world.js';

let cast: Cast;
let world: World;

beforeAll(async () => {
  cast = await makeCast();
});

beforeEach(() => {
  world = new World();
});

const names = () => (existsSync(world.folder) ? readdirSync(world.folder).sort() : []);

describe('keys import', () => {
  it('keeps files and folders of keys, and says of each what it is worth now', async () => {
    const { anchor, dev, certified } = cast;
    const folder = join(world.dir, 'given');
    mkdirSync(folder);
    writeFileSync(join(folder, 'dev.gpg'), certified);
    writeFileSync(join(folder, 'README'), 'no key');
    const file = world.publicFile('anchor', anchor.publicKey());
    const { code, stdout, stderr } = await world.keys(['import', folder, file, ...trusting(anchor)]);
    const lines = [
      `kept ${anchor.fingerprint}: The key ${anchor.fingerprint} is an anchor.`,
      `kept ${dev.fingerprint}: The trusted key ${anchor.fingerprint} certified the signer ${dev.fingerprint} on 2025-01-02.`,
    ];
    expect({ code, stderr, lines: stdout.trim().split('\n') }).toEqual({ code: 0, stderr: '', lines: lines.sort() });
    expect(names()).toEqual([`${anchor.fingerprint}.key`, `${dev.fingerprint}.key`].sort());
  });

  it('trusts nobody by that', async () => {
    const stranger = await makeKey('Stranger');
    const { stdout } = await world.keys(['import', world.publicFile('stranger', stranger.publicKey())]);
    expect(stdout).toContain('No trusted key has certified the signer');
  });

  it.each([
    ['garbage', () => world.file('garbage', 'nothing\u001b[2J'), 'holds no public key'],
    ['a key cut short', () => world.publicFile('short', cast.certified.subarray(0, 150)), 'holds no public key'],
    ['an empty file', () => world.file('empty', ''), 'holds no public key'],
    ['what is not there', () => join(world.dir, 'missing\u001b[2J'), 'ENOENT'],
    ['a private key', () => world.secretFile(cast.dev), 'holds no public key'],
  ] as [string, () => string | Promise<string>, string][])('refuses %s', async (_, make, why) => {
    const { code, stdout, stderr } = await world.keys(['import', await make()]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(why);
    expect(stderr).not.toContain('\u001b');
    expect(names()).toEqual([]);
  });

  it('refuses an empty folder, and a folder that is none', async () => {
    const folder = join(world.dir, 'given');
    mkdirSync(folder);
    expect(await world.keys(['import', folder])).toMatchObject({ code: 2, stderr: expect.stringContaining('no .key') });
    expect(await world.keys(['import', 'gnupg:/nowhere'])).toMatchObject({ code: 2 });
    const file = world.publicFile('dev', cast.certified);
    const unkept = await world.keys(['import', file, '--no-key-folder']);
    expect(unkept).toMatchObject({ code: 2, stderr: expect.stringContaining('leave out --no-key-folder') });
  });

  it('adds up what comes in parts: the newest copy without the revocation takes nothing away', async () => {
    const { anchor, dev, certified } = cast;
    const revoked = await revokeCertification(dev.publicKey(), anchor, { date: day(5) });
    const gone = await revokeKey(dev, { date: day(6) });
    for (const [name, part] of Object.entries({ certified, revoked, gone, plain: dev.publicKey() })) {
      await world.keys(['import', world.publicFile(name, part)]);
    }
    const kept = keyringOf(world.kept(dev.fingerprint)).get(dev.fingerprint);
    expect([...(kept?.signatures.values() ?? [])].map(({ type }) => type)).toEqual([0x20]);
    const [userId] = [...(kept?.userIds.values() ?? [])];
    expect([...(userId?.signatures.values() ?? [])].map(({ type }) => type).sort()).toEqual([0x10, 0x13, 0x30]);
  });

  it('loses nothing when ten run at once', async () => {
    const { dev } = cast;
    const makers = await Promise.all(Array.from({ length: 10 }, (_, index) => makeKey(`Maker${index}`)));
    const files = await Promise.all(
      makers.map(async (maker, index) => {
        const certified = await certify(dev.publicKey(), maker, { date: day(1 + index) });
        return world.file(`part${index}`, armorPublicKey(certified) + armorPublicKey(maker.publicKey()));
      }),
    );
    const results = await Promise.all(files.map((file) => world.keys(['import', file])));
    expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(files.map(() => ({ code: 0, stderr: '' })));
    const [userId] = [...(keyringOf(world.kept(dev.fingerprint)).get(dev.fingerprint)?.userIds.values() ?? [])];
    const claimed = [...(userId?.signatures.values() ?? [])].flatMap(({ claimedIssuers }) => [...claimedIssuers]);
    expect(claimed.sort()).toEqual([dev, ...makers].map(({ keyId }) => keyId).sort());
    // Neither a lock nor a temporary file is left.
    expect(names().filter((name) => !name.endsWith('.key'))).toEqual([]);
  });

  it('keeps no junk by the name of a key at hand, but what a key is said to have signed that may come later', async () => {
    const [anchor, later, forged] = [new ForgedKey('ed25519'), new ForgedKey('ed25519'), new ForgedKey('ed25519')];
    const junk = Array.from({ length: 1100 }, (_, index) =>
      forgedCertification(anchor, later, 'Another', { created: 1_500_000_000 + index }),
    );
    const certified = forgedCertification(later, forged, 'Forged');
    world.keep(publicKey(anchor, 'Anchor'));
    const file = world.publicFile('forged', publicKey(forged, 'Forged', ...junk, certified));
    const trust = ['--anchor', anchor.fingerprint, '--anchor', later.fingerprint];
    const { code, stdout } = await world.keys(['import', file, ...trust]);
    expect(code).toBe(0);
    expect(stdout).toContain('is needed to judge the signer');
    const second = await world.keys(['import', world.publicFile('later', publicKey(later, 'Later')), ...trust]);
    expect(second.code).toBe(0);
    expect((await world.keys(['show', forged.fingerprint, ...trust])).stdout).toContain('  certified  ');
  });

  it('takes over no user ID that the key never signed, and notes what it passes over', async () => {
    const { dev, certified } = cast;
    const claimed = Buffer.concat([
      Buffer.from(certified),
      userIdPacket('Master <m@example.org>'),
      Buffer.from([0xc2, 1, 4]),
    ]);
    const { code, stderr } = await world.keys(['import', world.publicFile('claimed', claimed)]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^sigsweep: note: key in .* passed over: .*too short/);
    const { userIds } = await world.described(dev.fingerprint, cast.anchor);
    expect(userIds.map(({ userId }) => userId)).toEqual(['Developer <developer@example.org>']);
  });
});
