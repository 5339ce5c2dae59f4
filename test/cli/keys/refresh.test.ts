import { existsSync, readdirSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeCertificate } from '../../../src/openpgp/certificate-writer.js';
import { revokeCertification, revokeKey } from '../../../src/openpgp/certify.js';
import { armorPublicKey, type SecretKey } from '../../../src/openpgp/secret-key.js';
import { status } from '../../alert/receiver.js';
import { answering, serving } from './key-server.js';
import { type Cast, day, keyringOf, makeCast, makeKey, trusting, World } from './world.js';

let cast: Cast;
let anchor: SecretKey;
let dev: SecretKey;
let world: World;

beforeAll(async () => {
  cast = await makeCast();
  ({ anchor, dev } = cast);
});

beforeEach(() => {
  world = new World();
});

function refresh(from: string, ...more: string[]) {
  return world.keys(['refresh', '--from', from, ...trusting(anchor), ...more]);
}

describe('keys refresh', () => {
  it('asks a server of keys for each key at hand, and keeps a new certification', async () => {
    world.keep(anchor.publicKey(), dev.publicKey());
    const [first, second] = [anchor.fingerprint, dev.fingerprint].sort();
    const server = await answering((response, number) =>
      response.end(
        armorPublicKey((number === 0 ? first : second) === dev.fingerprint ? cast.certified : anchor.publicKey()),
      ),
    );
    const { code, stdout, stderr } = await refresh(server.hkp);
    const told = {
      [anchor.fingerprint]: 'nothing new',
      [dev.fingerprint]: `kept what is new: The trusted key ${anchor.fingerprint} certified the signer ${dev.fingerprint} on 2025-01-02.`,
    };
    const lines = [first, second].map((name) => `${name}: ${told[name ?? '']}\n`);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: lines.join(''), stderr: '' });
    expect(server.receiver.requests.map(({ path }) => path?.slice(-40))).toEqual([first, second]);
    expect(await world.described(dev.fingerprint, anchor)).toMatchObject({ trust: 'certified' });
  });

  it('lets a revocation arrive, and an older copy without it takes nothing away', async () => {
    world.keep(anchor.publicKey(), cast.certified);
    const revoked = await revokeCertification(cast.certified, anchor, { date: day(3) });
    const newer = await refresh((await serving(revoked)).hkp, dev.fingerprint);
    expect(newer.stdout).toContain(
      `kept what is new: The trusted key ${anchor.fingerprint} has revoked its certification`,
    );
    const kept = world.kept(dev.fingerprint);
    const older = await refresh((await serving(cast.certified)).plain, dev.fingerprint);
    expect(older).toMatchObject({ code: 0, stdout: `${dev.fingerprint}: nothing new\n` });
    expect(world.kept(dev.fingerprint)).toBe(kept);
    const ended = await refresh((await serving(await revokeKey(dev, { date: day(4) }))).plain, dev.fingerprint);
    expect(ended.stdout).toContain('was revoked by its owner');
    expect(await world.described(dev.fingerprint, anchor)).toMatchObject({ trust: 'revoked' });
  });

  it('takes a revocation from a copy that leaves the rest out', async () => {
    world.keep(anchor.publicKey(), cast.certified);
    const revoked = keyringOf(await revokeCertification(dev.publicKey(), anchor, { date: day(3) })).get(
      dev.fingerprint,
    );
    if (revoked === undefined) throw new Error('no key');
    for (const { signatures } of revoked.userIds.values()) {
      for (const [packet, { type }] of signatures) if (type !== 0x30) signatures.delete(packet);
    }
    await refresh((await serving(writeCertificate(revoked))).hkp, dev.fingerprint);
    expect(await world.described(dev.fingerprint, anchor)).toMatchObject({ trust: 'revoked' });
  });

  it('gets keys that are not known yet, in whatever order they are named', async () => {
    const both = armorPublicKey(cast.certified) + armorPublicKey(anchor.publicKey());
    for (const names of [
      [dev.fingerprint, anchor.fingerprint],
      [anchor.fingerprint, dev.fingerprint],
    ]) {
      world = new World();
      const server = await serving(both);
      const { code, stdout } = await refresh(server.plain, ...names, names[0] ?? '');
      expect(code).toBe(0);
      expect(stdout.split('\n').map((line) => line.slice(0, 46))).toEqual([
        ...names.map((name) => `${name}: kept`),
        '',
      ]);
      expect(server.receiver.requests).toHaveLength(1);
      expect(await world.described(dev.fingerprint, anchor)).toMatchObject({ trust: 'certified' });
    }
  });

  it('keeps no other key than was asked for', async () => {
    const stranger = await makeKey('Stranger');
    const server = await serving(armorPublicKey(stranger.publicKey()) + armorPublicKey(cast.certified));
    expect((await refresh(server.hkp, dev.fingerprint)).code).toBe(0);
    expect(readdirSync(world.folder)).toEqual([`${dev.fingerprint}.key`]);
    const plain = await refresh((await serving(stranger.publicKey())).plain, dev.fingerprint);
    expect(plain).toMatchObject({ code: 0, stdout: `${dev.fingerprint}: not there\n` });
    const hkp = await refresh((await serving(stranger.publicKey())).hkp, dev.fingerprint);
    expect(hkp).toMatchObject({ code: 3, stdout: `${dev.fingerprint}: not fetched: another key was sent\n` });
    expect(readdirSync(world.folder)).toEqual([`${dev.fingerprint}.key`]);
  });

  it('tells what is not there (0), what of several was not to be had (3), and when nothing was (2)', async () => {
    world.keep(anchor.publicKey(), cast.certified);
    const missing = await refresh((await answering(status(404))).hkp, dev.fingerprint);
    expect(missing).toMatchObject({ code: 0, stdout: `${dev.fingerprint}: not there\n` });
    const server = await answering((response, number) =>
      number === 0 ? status(500)(response) : response.end(armorPublicKey(cast.certified)),
    );
    const some = await refresh(server.hkp, anchor.fingerprint, dev.fingerprint);
    expect(some.code).toBe(3);
    expect(some.stdout).toBe(
      `${anchor.fingerprint}: not fetched: cannot get keys from ${server.hkp}: it answered 500 Internal Server Error\n` +
        `${dev.fingerprint}: nothing new\n`,
    );
    const none = await refresh('hkp://127.0.0.1:9', dev.fingerprint);
    expect(none).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('ECONNREFUSED') });
    const redirected = await answering(status(302, { location: `${server.plain}?all` }));
    const elsewhere = await refresh(redirected.plain, dev.fingerprint);
    expect(elsewhere).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('redirects are not followed'),
    });
  });

  it('is told what to ask where, and asks nobody when it could not keep the answer', async () => {
    expect(await world.keys(['refresh'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--from') });
    const server = await serving(cast.certified);
    const nothing = await refresh(server.hkp);
    expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining('name the fingerprints') });
    expect(await refresh(server.hkp, dev.keyId)).toMatchObject({ code: 2 });
    expect(await refresh('ftp://127.0.0.1/x', dev.fingerprint)).toMatchObject({ code: 2 });
    expect(await refresh(server.hkp, dev.fingerprint, '--no-key-folder')).toMatchObject({ code: 2 });
    expect(server.receiver.requests).toEqual([]);
    expect(existsSync(world.keptFile(dev.fingerprint))).toBe(false);
  });

  it('is the only command that uses a network: a scan and the others ask nobody', async () => {
    const server = await serving(cast.certified);
    const proxied = { env: { http_proxy: server.plain, HTTP_PROXY: server.plain, all_proxy: server.plain } };
    world.keep(dev.publicKey());
    await world.keys(['list'], proxied);
    await world.keys(['show', anchor.fingerprint], proxied);
    expect(server.receiver.requests).toEqual([]);
  });
});
