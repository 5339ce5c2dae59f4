import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certify as certifyKey, revokeCertification, revokeKey } from '../../../src/openpgp/certify.js';
import type { SecretKey } from '../../../src/openpgp/secret-key.js';
import { clearsign } from '../../../src/openpgp/sign.js';
import { type Cast, day, keyringOf, makeCast, makeKey, trusting, World } from './world.js';

const NONCE = 'nonce-of-2026.A_b';

let cast: Cast;
let dev: SecretKey;
let stranger: SecretKey;
let world: World;
/** Made once, by the program. */
let text: string;

beforeAll(async () => {
  cast = await makeCast();
  [dev, stranger] = await Promise.all([makeKey('New'), makeKey('Stranger')]);
});

beforeEach(async () => {
  world = new World();
  text ??= (await world.keys(['request', '--key', await world.secretFile(dev), '--nonce', NONCE])).stdout;
});

async function certify(request: string, ...more: string[]) {
  const args = ['certify', world.file('request', request), '--key', await world.secretFile(cast.anchor)];
  return world.keys([...args, '--fingerprint', dev.fingerprint, ...trusting(cast.anchor), ...more]);
}

async function expectRefused(request: string, why: RegExp | string, ...more: string[]) {
  const { code, stdout, stderr } = await certify(request, ...more);
  expect(stderr).toMatch(why);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(existsSync(world.keptFile(dev.fingerprint))).toBe(false);
}

/** The parts of a request. */
function parts(request: string): { message: string; key: string } {
  const end = request.indexOf('-----BEGIN PGP PUBLIC');
  return { message: request.slice(0, end), key: request.slice(end) };
}

describe('keys request', () => {
  it('holds the fingerprint, the user IDs, the nonce and the public key, and tells how to check it', async () => {
    expect(text).toContain(
      `\nfingerprint: ${dev.fingerprint}\nuser ID: New <new@example.org>\nnonce: ${NONCE}\n-----BEGIN PGP SIGNATURE-----`,
    );
    expect(keyringOf(text).fingerprints()).toEqual([dev.fingerprint]);
    expect(text).not.toContain('PRIVATE');
    const output = join(world.dir, 'out');
    const key = await world.secretFile(dev);
    const { code, stdout, stderr } = await world.keys(['request', '--key', key, '--output', output]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain(`by another way than this one:\n  ${dev.fingerprint}\n`);
    const nonces = [readFileSync(output, 'utf8'), (await world.keys(['request', '--key', key])).stdout].map(
      (request) => /^nonce: ([0-9a-f]{32})$/m.exec(request)?.[1],
    );
    expect(new Set(nonces).size).toBe(2);
    expect(nonces).not.toContain(undefined);
  });

  it('takes no nonce that somebody could misread', async () => {
    const key = await world.secretFile(dev);
    for (const nonce of ['short', 'with blank', 'line-end\nnonce: other', 'é'.repeat(10), 'x'.repeat(129)]) {
      const made = await world.keys(['request', '--key', key, '--nonce', nonce]);
      expect(made).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('a nonce has 8 to 128') });
    }
  });

  it('is made again by a key whose certification is over, or was taken back', async () => {
    const { anchor } = cast;
    const over = await certifyKey(dev.publicKey(), anchor, { date: day(1), expiresInSeconds: 60 });
    const key = await world.secretFile(dev);
    for (const publicKey of [over, await revokeCertification(over, anchor, { date: day(2) })]) {
      world.keep(anchor.publicKey(), publicKey);
      expect(await world.keys(['request', '--key', key, ...trusting(anchor)])).toMatchObject({ code: 0 });
    }
  });

  it('is not made by a key that could not be certified', async () => {
    world.keep(await revokeKey(dev, { date: day(2) }));
    const revoked = await world.keys(['request', '--key', await world.secretFile(dev)]);
    expect(revoked).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('was revoked by its owner') });
    const old = await makeKey('Old', { expiresInSeconds: 60 });
    const expired = await world.keys(['request', '--key', await world.secretFile(old)]);
    expect(expired).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('has expired') });
    const notSecret = world.publicFile('public', dev.publicKey());
    expect(await world.keys(['request', '--key', notSecret])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('a request', () => {
  it('is certified, from a mail too', async () => {
    const mail = `From: dev@example.org\r\nSubject: -----\r\n\r\nPlease:\n\n${text}\n-- \nDev\n`.replaceAll(
      /\r?\n/g,
      '\r\n',
    );
    const { code, stdout, stderr } = await certify(mail, '--nonce', NONCE);
    expect(stderr).toBe(`sigsweep: user ID of ${dev.fingerprint}: New <new@example.org>\n`);
    expect(code).toBe(0);
    expect(stdout).toBe(world.kept(dev.fingerprint));
    expect(await world.described(dev.fingerprint, cast.anchor)).toMatchObject({ trust: 'certified' });
  });

  it('without a nonce is one that anybody may have kept, which is said', async () => {
    expect(await certify(text)).toMatchObject({ code: 0, stderr: expect.stringContaining('may be an old one') });
  });

  it('that was made for another nonce is refused', async () => {
    await expectRefused(text, /it was not made for the nonce another-one/, '--nonce', 'another-one');
  });

  it('whose text was changed is refused', async () => {
    const changed = /signature does not match the text/;
    await expectRefused(text.replace(NONCE, 'nonce-of-2027'), changed, '--nonce', 'nonce-of-2027');
    await expectRefused(text.replace('version 1', 'version 1 '.repeat(2)), changed);
  });

  it('with another key in it, before, behind or instead, is refused or certifies the one that was checked alone', async () => {
    const { message, key } = parts(text);
    const foreign = parts((await world.keys(['request', '--key', await world.secretFile(stranger)])).stdout);
    await expectRefused(text + foreign.key, /it holds more than one key/);
    await expectRefused(message + foreign.key, /it holds|is not in the keyring|does not match/);
    await expectRefused(foreign.message + key, /is not in the keyring|does not match/);
    await expectRefused(foreign.message + foreign.key, /not the one that was given: somebody may have exchanged it/);
    await expectRefused(message, /no public key follows/);
    await expectRefused(key.replaceAll('PUBLIC KEY BLOCK', 'SIGNED MESSAGE'), /it holds no signed request/);
    // What stands before is not looked at.
    expect(await certify(foreign.key + text)).toMatchObject({ code: 0 });
    expect((await world.keys(['show', stranger.fingerprint])).code).toBe(2);
  });

  it('that something else was signed for is refused', async () => {
    const { key } = parts(text);
    const signed = (content: string) => clearsign(Buffer.from(content), dev);
    const title = 'sigsweep certification request, version 1\n';
    const ids = 'user ID: New <new@example.org>\n';
    const right = `${title}fingerprint: ${dev.fingerprint}\n${ids}nonce: ${NONCE}\n`;
    for (const content of [
      'I ask for nothing\n',
      `${title}fingerprint: ${stranger.fingerprint}\n${ids}nonce: ${NONCE}\n`,
      `${title}fingerprint: ${dev.fingerprint}\nnonce: ${NONCE}\n`,
      `${title}fingerprint: ${dev.fingerprint}\nuser ID: The Boss <boss@example.org>\nnonce: ${NONCE}\n`,
      `${title}fingerprint: ${dev.fingerprint}\n${ids}nonce: ${NONCE}\nnonce: other-nonce\n`,
      `${title}fingerprint: ${dev.fingerprint}\n${ids}\nnonce: ${NONCE}\n`,
    ]) {
      await expectRefused((await signed(content)).toString() + key, /what is signed is no request for this key/);
    }
    expect(await certify((await signed(right)).toString() + key)).toMatchObject({ code: 0 });
  });

  it('that another key signed is refused', async () => {
    const { key } = parts(text);
    const title = 'sigsweep certification request, version 1\n';
    // By a key with nothing but its own word for it.
    const foreign = await clearsign(
      Buffer.from(`${title}fingerprint: ${dev.fingerprint}\nnonce: ${NONCE}\n`),
      stranger,
    );
    await expectRefused(foreign.toString() + key, /is not in the keyring/);
  });

  it('of a key whose revocation is at hand is refused, though the request leaves it out', async () => {
    const revoked = await revokeKey(dev, { date: day(2) });
    world.keep(revoked);
    const { code, stdout, stderr } = await certify(text, '--nonce', NONCE);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`the key ${dev.fingerprint} was revoked`);
    const elsewhere = new World();
    world = elsewhere;
    const list = elsewhere.file('list', `${dev.fingerprint}\n`);
    await expectRefused(text, /was revoked/, '--revoked', list);
  });

  it('that cannot be one is one sentence', async () => {
    await expectRefused('-----BEGIN PGP SIGNED MESSAGE-----\n\u001b[2J', /it holds no signed request/);
    await expectRefused(
      `-----END PGP SIGNATURE-----\n${parts(text).key}-----BEGIN PGP SIGNED MESSAGE-----\n`,
      /holds no/,
    );
    await expectRefused('x'.repeat(2 * 1024 * 1024), /larger than/);
    await expectRefused('', /holds no public key/);
  });
});
