/** Junk that somebody put on keys: it must neither be kept, nor stand in the way of what an authority does. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readRequest } from '../../src/keys/request.js';
import { MAX_SIGNATURES_PER_COMPONENT } from '../../src/limits.js';
import { writeCertificate } from '../../src/openpgp/certificate-writer.js';
import { revokeCertification } from '../../src/openpgp/certify.js';
import { readPackets, Tag } from '../../src/openpgp/packets.js';
import { armorPublicKey, generateKey, type SecretKey } from '../../src/openpgp/secret-key.js';
import { startReceiver, status } from '../alert/receiver.js';
import { type CliResult, runCli } from '../helpers/cli.js';
import { KEYS_CREATED, testKeys } from '../helpers/keys.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { removeFolder, tempFolder } from '../helpers/temp.js';
import { body } from '../keys/server.js';
import { ForgedKey, packet, SIGNED, subpacket, uint } from '../openpgp/forge.js';
import { directKey, keyPacket, publicKey, revokeKey, selfCertify, userIdPacket } from '../openpgp/forge-keys.js';

const MANY = MAX_SIGNATURES_PER_COMPONENT + 1;

/** More signatures than can be checked that claim to be by a key, and are by nobody. */
function flood({ keyId }: SecretKey, type = 0x13): Buffer {
  return Buffer.concat(Array.from({ length: MANY }, (_, index) => packet(2, junk(keyId, type, index))));
}

function junk(keyId: string, type: number, index: number): Buffer {
  const hashed = subpacket(2, uint(SIGNED - index, 4));
  const claim = subpacket(16, Buffer.from(keyId, 'hex'));
  const head = Buffer.from([4, type, 22, 8]);
  const numbers = Buffer.from([0, 8, 255, 0, 8, 255]);
  return Buffer.concat([head, uint(hashed.length, 2), hashed, uint(claim.length, 2), claim, uint(0, 2), numbers]);
}

let system: TestSystem;
let folder: string;
beforeEach(async () => {
  system = await makeSystem({ modules: { cdr: { 'cdr.php': '<?php\n' } } });
  onTestFinished(() => system.cleanup());
  folder = tempFolder();
  mkdirSync(join(folder, 'keys'), { mode: 0o700 });
  writeFileSync(join(folder, 'anchor.secret'), await system.anchor.armoredSecret(null), { mode: 0o600 });
});

function sigsweep(...args: readonly string[]): Promise<CliResult> {
  const anchor = system.anchorFingerprint;
  return runCli(args, { cwd: folder, env: { SIGSWEEP_KEY_FOLDER: join(folder, 'keys'), SIGSWEEP_ANCHOR: anchor } });
}

const asAnchor = ['--key', 'anchor.secret'];

/** Puts a key where FreePBX keeps its own, and where an intruder can write. */
function plant(name: string, key: Uint8Array): void {
  const place = join(system.webRoot, 'admin/libraries/BMO');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, `${name}.key`), armorPublicKey(key));
}

/** The verdict on the one module, by the keys that are kept and those that are given; none are left in the tree. */
async function verdict(...args: readonly string[]): Promise<string | undefined> {
  removeFolder(join(system.webRoot, 'admin/libraries/BMO'));
  const result = await sigsweep('verify', system.modulePath('cdr'), '--format', 'json', ...args);
  return result.json<{ modules: { verdict: string }[] }>().modules[0]?.verdict;
}

describe('a request with junk on the key of the authority', () => {
  it('is certified, and the authority goes on to count', async () => {
    const developer = await generateKey({ name: 'Developer', created: KEYS_CREATED });
    writeFileSync(join(folder, 'developer.secret'), await developer.armoredSecret(null), { mode: 0o600 });
    const request = await sigsweep('keys', 'request', '--key', 'developer.secret', '--nonce', 'told-by-phone');
    const poison = Buffer.concat([system.anchor.publicKey(), flood(system.anchor)]);
    writeFileSync(join(folder, 'mail'), `${armorPublicKey(poison)}\n${request.stdout}`);
    const checked = ['--fingerprint', developer.fingerprint, '--nonce', 'told-by-phone'];
    expect(await sigsweep('keys', 'certify', 'mail', ...asAnchor, ...checked)).toMatchObject({ code: 0 });
    const shown = await sigsweep('keys', 'show', developer.fingerprint);
    expect(shown.stdout).toContain(`The trusted key ${system.anchorFingerprint} certified`);
    expect(await sigsweep('keys', 'anchors')).toMatchObject({ code: 0 });
  });
});

describe('junk in the scanned tree', () => {
  it('keeps nobody from revoking, and is not kept', async () => {
    const { certified } = await testKeys();
    const name = userIdPacket('Test signer <signer@example.org>');
    plant(
      'signer',
      Buffer.concat([certified, name, flood(system.anchor), flood(system.signer), flood(system.anchor, 0x30)]),
    );
    const { fingerprint } = system.signer;
    const revoked = await sigsweep('keys', 'revoke', fingerprint, ...asAnchor, '--yes', '--root', system.dir);
    expect(revoked).toMatchObject({ code: 0 });
    expect(revoked.stderr).toContain('has revoked its certification');
    expect(readFileSync(join(folder, 'keys', `${fingerprint}.key`)).length).toBeLessThan(5000);
    expect(await verdict('--keyring', system.keyring)).toBe('revoked');
  });

  it('is told of an anchor, and is no fault', async () => {
    plant('anchor', Buffer.concat([system.anchor.publicKey(), flood(system.anchor)]));
    const { code, stdout, stderr } = await sigsweep('keys', 'anchors', '--root', system.dir);
    expect(code).toBe(3);
    expect(stdout).toContain('cannot be judged');
    expect(stderr).toMatch(/^sigsweep: the key [0-9A-F]{40} carries more signatures than can be checked$/m);
    expect(stderr).not.toContain('fault of sigsweep');
  });

  it('is not sent to an authority, which would refuse it', async () => {
    const developer = await generateKey({ name: 'Developer', created: KEYS_CREATED });
    writeFileSync(join(folder, 'developer.secret'), await developer.armoredSecret(null), { mode: 0o600 });
    plant('developer', Buffer.concat([developer.publicKey(), flood(system.anchor), flood(developer, 0x28)]));
    const given = ['--key', 'developer.secret', '--nonce', 'told-by-phone', '--root', system.dir];
    const { code, stdout } = await sigsweep('keys', 'request', ...given);
    expect(code).toBe(0);
    const { certificate } = await readRequest(Buffer.from(stdout), 'the request', new Date());
    expect(writeCertificate(certificate)).toEqual(Buffer.from(developer.publicKey()));
  });

  it('keeps nobody from certifying, and is not kept', async () => {
    plant('signer', Buffer.concat([system.signer.publicKey(), flood(system.signer), flood(system.anchor)]));
    plant('anchor', Buffer.concat([system.anchor.publicKey(), flood(system.anchor)]));
    const { fingerprint } = system.signer;
    const given = ['--fingerprint', fingerprint, '--root', system.dir];
    expect(await sigsweep('keys', 'certify', fingerprint, ...asAnchor, ...given)).toMatchObject({ code: 0 });
    expect(await verdict()).toBe('good');
  });
});

describe('a file with junk on keys', () => {
  it('is imported without it, and an anchor goes on to count', async () => {
    const { anchor, certified } = await testKeys();
    const both = [
      certified,
      flood(system.signer),
      flood(anchor),
      anchor.publicKey(),
      flood(anchor),
      flood(anchor, 0x20),
    ];
    writeFileSync(join(folder, 'all.key'), Buffer.concat(both));
    const imported = await sigsweep('keys', 'import', 'all.key');
    expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining(`${anchor.fingerprint} certified`) });
    expect(await verdict()).toBe('good');
  });

  it('keeps what keys have signed that come later, revocations above all', async () => {
    const { anchor, certified } = await testKeys();
    writeFileSync(join(folder, 'signer.key'), certified);
    writeFileSync(join(folder, 'anchor.key'), anchor.publicKey());
    await sigsweep('keys', 'import', 'signer.key');
    await sigsweep('keys', 'import', 'anchor.key');
    expect(await verdict()).toBe('good');
    removeFolder(join(folder, 'keys'));
    const later = { date: new Date('2025-01-01T00:00:00Z') };
    const revoked = Buffer.from(await revokeCertification(certified, anchor, later));
    // On a user ID for which nothing of its owner's is there.
    writeFileSync(
      join(folder, 'signer.key'),
      withoutSignatures(revoked, (type) => type === 0x30),
    );
    await sigsweep('keys', 'import', 'signer.key');
    await sigsweep('keys', 'import', 'anchor.key');
    expect(await verdict('--keyring', system.keyring)).toBe('revoked');
  });
});

describe('keys that a server sends', () => {
  /** The keys by fingerprint; whoever asks for another gets none. */
  async function serverOf(keys: Readonly<Record<string, Uint8Array>>): Promise<string[]> {
    const server = await startReceiver((response) => {
      const asked = keys[/0x([0-9A-F]{40})$/.exec(response.req.url ?? '')?.[1] ?? ''];
      (asked === undefined ? status(404) : body(asked))(response);
    });
    return ['--from', `hkp://127.0.0.1:${server.port}`];
  }

  const LATER = { date: new Date('2025-01-01T00:00:00Z') };

  it('prove what they signed on each other, in whatever order they are named', async () => {
    const { anchor, signer, certified } = await testKeys();
    const revoked = await revokeCertification(certified, anchor, LATER);
    const from = await serverOf({ [signer.fingerprint]: revoked, [anchor.fingerprint]: anchor.publicKey() });
    const { code, stdout } = await sigsweep('keys', 'refresh', ...from, signer.fingerprint, anchor.fingerprint);
    expect(code).toBe(0);
    expect(stdout).toContain('has revoked its certification');
    expect(await verdict('--keyring', system.keyring)).toBe('revoked');
  });

  it('revoke what is known already, though nothing else is sent', async () => {
    const { anchor, signer, certified } = await testKeys();
    const revoked = Buffer.from(await revokeCertification(certified, anchor, LATER));
    const only = withoutSignatures(revoked, (type) => type === 0x30);
    const from = await serverOf({ [signer.fingerprint]: only });
    const refresh = ['keys', 'refresh', ...from, signer.fingerprint];
    expect((await sigsweep(...refresh, '--keyring', system.keyring)).stdout).toContain('has revoked its certification');
    expect(await verdict('--keyring', system.keyring)).toBe('revoked');
  });

  it('are revoked by whoever may do so, though his own key is not there yet', async () => {
    const { anchor, signer, certified } = await testKeys();
    const revoker = new ForgedKey();
    const named = new ForgedKey();
    const mayRevoke = directKey(named, { hashed: [revocationKey(revoker)] });
    const ended = Buffer.concat([keyPacket(named), mayRevoke, revokeKey(named, { by: revoker })]);
    const from = await serverOf({
      [signer.fingerprint]: await revokeCertification(certified, anchor, LATER),
      [named.fingerprint]: Buffer.concat([ended, userIdPacket('Named'), selfCertify(named, 'Named')]),
    });
    const { code } = await sigsweep('keys', 'refresh', ...from, signer.fingerprint, named.fingerprint);
    expect(code).toBe(0);
    expect(await verdict('--keyring', system.keyring)).toBe('revoked');
    writeFileSync(join(folder, 'revoker.key'), publicKey(revoker, 'Revoker'));
    const shown = await sigsweep('keys', 'show', named.fingerprint, '--keyring', 'revoker.key');
    expect(shown.stdout).toMatch(/^[0-9A-F]{40} {2}revoked/);
  });

  it('are not asked for where somebody only put them into the scanned tree', async () => {
    const { anchor, certified } = await testKeys();
    const stranger = await generateKey({ name: 'Stranger', created: KEYS_CREATED });
    const claiming = Buffer.concat([stranger.publicKey(), packet(2, junk(anchor.keyId, 0x10, 0))]);
    plant('stranger', claiming);
    plant('signer', certified);
    plant('anchor', anchor.publicKey());
    const from = await serverOf({ [stranger.fingerprint]: stranger.publicKey() });
    const { stdout } = await sigsweep('keys', 'refresh', ...from, '--root', system.dir);
    const asked = stdout.split('\n').flatMap((line) => /^[0-9A-F]{40}/.exec(line) ?? []);
    expect(asked).toEqual([anchor.fingerprint, system.signer.fingerprint].sort());
    const named = await sigsweep('keys', 'refresh', ...from, '--root', system.dir, stranger.fingerprint);
    expect(named.stdout).toContain(`${stranger.fingerprint}: `);
  });

  it('are kept without the junk that lies in the scanned tree', async () => {
    const { anchor, signer, certified } = await testKeys();
    plant('signer', Buffer.concat([certified, flood(signer), flood(anchor)]));
    plant('anchor', Buffer.concat([anchor.publicKey(), flood(anchor)]));
    const from = await serverOf({ [signer.fingerprint]: certified, [anchor.fingerprint]: anchor.publicKey() });
    const refreshed = await sigsweep('keys', 'refresh', ...from, '--root', system.dir);
    expect(refreshed.code).toBe(0);
    expect(await verdict()).toBe('good');
  });
});

/** That a key may revoke another (RFC 9580 §5.2.3.23). */
function revocationKey({ algorithm, fingerprint }: ForgedKey): Buffer {
  return subpacket(12, Buffer.concat([Buffer.from([0x80, algorithm]), Buffer.from(fingerprint, 'hex')]));
}

/** A key with those of its signatures that are wanted, by their type. */
function withoutSignatures(key: Buffer, isWanted: (type: number) => boolean): Buffer {
  const packets = [...readPackets(key)].filter(({ tag, body }) => tag !== Tag.Signature || isWanted(body[1] ?? 0));
  return Buffer.concat(packets.map(({ tag, body }) => packet(tag, body)));
}
