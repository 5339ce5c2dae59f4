import { spawn } from 'node:child_process';
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_FETCHED_KEY_BYTES } from '../../../src/limits.js';
import { CLI_PATH, cliEnvironment } from '../../helpers/cli.js';
import { ForgedKey, subpacket } from '../../openpgp/forge.js';
import {
  boundSubkey,
  certify,
  keyPacket,
  type Options,
  publicKey,
  revokeCertification,
  subkeyPacket,
} from '../../openpgp/forge-keys.js';
import { answering, serving, servingBinary } from './key-server.js';
import { keyringOf, World } from './world.js';

const ID = 'Signer <signer@example.org>';

const [anchor, signer, stranger] = [new ForgedKey('ed25519'), new ForgedKey('ed25519'), new ForgedKey('ed25519')];
const anchorKey = publicKey(anchor, 'Anchor');
const certified = publicKey(signer, ID, certify(anchor, signer, ID));

let world: World;

beforeEach(() => {
  world = new World();
  world.keep(anchorKey, certified);
});

function refresh(from: string, fingerprint = signer.fingerprint, ...more: string[]) {
  return world.keys(['refresh', '--from', from, '--anchor', anchor.fingerprint, fingerprint, ...more]);
}

/** What it is worth now, and how many signatures are kept on its first user ID. */
async function now(fingerprint = signer.fingerprint): Promise<[string, number]> {
  const { trust } = await world.described(fingerprint, anchor);
  const [userId] = [...(keyringOf(world.kept(fingerprint)).get(fingerprint)?.userIds.values() ?? [])];
  return [trust, userId?.signatures.size ?? 0];
}

function many(count: number, make: (options: Options, index: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, index) => make({ created: 1_600_000_000 + index }, index)));
}

/** What the stranger signed, in somebody else's name. */
function inNameOf(other: ForgedKey, packets: Buffer): Buffer {
  const [from = '', to = ''] = [stranger.keyId, other.keyId].map((id) => Buffer.from(id, 'hex').toString('latin1'));
  return Buffer.from(packets.toString('latin1').replaceAll(from, to), 'latin1');
}

/** Any four bytes where nothing covers them. */
function uncovered(index: number): Buffer[] {
  return [subpacket(100, Buffer.from([index & 0xff, index >> 8, 0, 0]))];
}

describe('keys refresh, from a server that means harm', () => {
  it.each([
    ['the key', 10_000, signer],
    ['the anchor', 1100, anchor],
  ])('keeps no junk in the name of %s (%i signatures), and finds what is genuine behind it', async (_, count, name) => {
    const junk = inNameOf(
      name,
      many(count, (options) => certify(stranger, signer, ID, options)),
    );
    const body = publicKey(signer, ID, junk, revokeCertification(anchor, signer, ID, { created: 1_700_000_001 }));
    expect(body.length).toBeLessThan(MAX_FETCHED_KEY_BYTES);
    const { code, stdout } = await refresh((await servingBinary(body)).hkp);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('has revoked its certification'),
    });
    // Of the key itself, of the anchor, and the revocation.
    expect(await now()).toEqual(['revoked', 3]);
  });

  it('keeps one of many copies that differ where nothing covers them', async () => {
    const copies = many(1100, (_, index) =>
      certify(anchor, signer, ID, { unhashed: uncovered(index), created: 1_700_000_001 }),
    );
    await refresh((await servingBinary(publicKey(signer, ID, copies))).hkp);
    expect(await now()).toEqual(['certified', 3]);
  });

  it('keeps nothing of a key at hand that names the anchor besides, or has the anchor’s key for a subkey', async () => {
    const thief = publicKey(stranger, 'Stranger', subkeyPacket(anchor), subkeyPacket(signer));
    world.keep(thief);
    const claim = [subpacket(16, Buffer.from(anchor.keyId, 'hex'))];
    const besides = many(1100, (options) => certify(stranger, signer, ID, { ...options, unhashed: claim }));
    const instead = inNameOf(
      anchor,
      many(1100, (options) => certify(stranger, signer, ID, options)),
    );
    const { code, stdout } = await refresh((await servingBinary(publicKey(signer, ID, besides, instead))).hkp);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${signer.fingerprint}: nothing new\n` });
    expect(await now()).toEqual(['certified', 2]);
  });

  it('keeps the anchor a key that can be judged', async () => {
    const junk = inNameOf(
      anchor,
      many(1100, (options) => certify(stranger, anchor, 'Anchor', options)),
    );
    const body = publicKey(anchor, 'Anchor', junk);
    expect((await refresh((await servingBinary(body)).hkp, anchor.fingerprint)).stdout).toContain('nothing new');
    expect(await now()).toEqual(['certified', 2]);
  });

  it('keeps no subkey and no user ID that the key did not sign, and a subkey with what makes it sign', async () => {
    const own = new ForgedKey('ed25519');
    const others = Array.from({ length: 99 }, () => subkeyPacket(new ForgedKey('ed25519')));
    const foreign = boundSubkey(stranger, new ForgedKey('ed25519'));
    const without = boundSubkey(signer, own, { backSigner: null });
    const body = publicKey(
      signer,
      ID,
      ...others,
      foreign,
      without,
      boundSubkey(signer, own),
      Buffer.from([0xcd, 1, 65]),
    );
    // The hundred subkeys that may be are used up; those at hand stay.
    await refresh((await servingBinary(body)).hkp);
    await refresh((await servingBinary(publicKey(signer, ID, without, boundSubkey(signer, own)))).hkp);
    const { subkeys, userIds } = await world.described(signer.fingerprint);
    expect(subkeys).toMatchObject([{ fingerprint: own.fingerprint, objection: null, isRevoked: false }]);
    expect(userIds).toHaveLength(1);
  });

  it('keeps nothing of a key in the web root, or given, that is not proven, when it is long gone from there', async () => {
    const junk = inNameOf(
      anchor,
      many(1100, (options) => certify(stranger, signer, ID, options)),
    );
    const planted = world.publicFile('planted', publicKey(signer, ID, junk));
    await refresh((await serving(certified)).hkp, signer.fingerprint, '--keyring', planted);
    expect(await now()).toEqual(['certified', 2]);
  });

  it.each([
    ['garbage', 'nothing\u001b[2J\n'],
    ['nothing', ''],
    ['half a key', certified.subarray(0, 60)],
    ['another kind of key', Buffer.concat([Buffer.from([0x94]), keyPacket(signer).subarray(1)])],
  ])('takes %s for no answer, which is said and is the exit code 3', async (_, body) => {
    const before = world.kept(signer.fingerprint);
    const server = await servingBinary(Buffer.from(body));
    for (const from of [server.hkp, server.plain]) {
      const { code, stdout } = await refresh(from);
      expect({ code, stdout }).toEqual({
        code: 3,
        stdout: `${signer.fingerprint}: not fetched: what was sent holds no key that can be read\n`,
      });
    }
    expect(world.kept(signer.fingerprint)).toBe(before);
  });

  it('takes no answer without end', async () => {
    const server = await answering((response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, 0x99)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    expect(await refresh(server.hkp)).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('larger than the 1048576'),
    });
    expect(await refresh(server.plain)).toMatchObject({ code: 2, stderr: expect.stringContaining('larger than') });
  });

  it('ends with Ctrl-C while a server keeps it waiting, and changes nothing', async () => {
    const before = world.kept(signer.fingerprint);
    let ask: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    const server = await answering(() => ask());
    const args = ['keys', 'refresh', '--from', server.hkp, '--key-folder', world.folder];
    const child = spawn(process.execPath, [CLI_PATH, ...args], { env: cliEnvironment(), stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await asked;
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(world.kept(signer.fingerprint)).toBe(before);
  });
});
