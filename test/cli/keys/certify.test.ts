import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certify as certifyKey, revokeCertification, revokeKey } from '../../../src/openpgp/certify.js';
import type { SecretKey } from '../../../src/openpgp/secret-key.js';
import { CLI_PATH, cliEnvironment, runCli } from '../../helpers/cli.js';
import { ForgedKey } from '../../openpgp/forge.js';
import {
  keyPacket,
  publicKey,
  revokeCertification as revokeUserId,
  selfCertify,
  userIdPacket,
} from '../../openpgp/forge-keys.js';
import { TERMINAL_MISSING, Terminal } from '../terminal.js';
import { day, keyringOf, makeKey, trusting, World } from './world.js';

let anchor: SecretKey;
let dev: SecretKey;
let world: World;
let key: string;

beforeAll(async () => {
  [anchor, dev] = await Promise.all([makeKey('Anchor'), makeKey('Developer')]);
});

beforeEach(async () => {
  world = new World();
  key = await world.secretFile(anchor);
});

/** Certifies with the anchor. */
function certify(subject: string, fingerprint: string, ...more: string[]) {
  return world.keys(['certify', subject, '--key', key, '--fingerprint', fingerprint, ...trusting(anchor), ...more]);
}

describe('keys certify', () => {
  it('certifies a key in a file, keeps it and its maker, and prints it for its owner', async () => {
    const { code, stdout, stderr } = await certify(world.publicFile('dev', dev.publicKey()), dev.fingerprint);
    expect(code).toBe(0);
    expect(stderr).toBe(
      'sigsweep: it is no request: nothing proves that its owner holds the private key\n' +
        `sigsweep: user ID of ${dev.fingerprint}: Developer <developer@example.org>\n`,
    );
    expect(stdout).toBe(world.kept(dev.fingerprint));
    expect(world.kept(anchor.fingerprint)).not.toContain('PRIVATE');
    expect(await world.described(dev.fingerprint, anchor)).toMatchObject({
      trust: 'certified',
      userIds: [{ certifications: [{ by: anchor.fingerprint, standing: 'stands', expires: null }] }],
    });
  });

  it('takes a key at hand, and one that a shell hands over', async () => {
    world.keep(dev.publicKey());
    const name = dev.fingerprint
      .toLowerCase()
      .replace(/(.{4})/g, '$1 ')
      .trim();
    expect(await certify(name, `0x${name}`)).toMatchObject({ code: 0 });
    const file = world.publicFile('dev', dev.publicKey());
    const program = `exec "$@" --fingerprint ${dev.fingerprint} <(cat ${file})`;
    const piped = new World();
    const args = [process.execPath, CLI_PATH, 'keys', 'certify', '--key', key, '--key-folder', piped.folder];
    const { status, stderr } = spawnSync('bash', ['-c', program, 'bash', ...args], {
      env: cliEnvironment(),
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    expect(await piped.described(dev.fingerprint, anchor)).toMatchObject({ trust: 'certified' });
  });

  it('certifies nothing whose fingerprint was not checked', async () => {
    const file = world.publicFile('dev', dev.publicKey());
    const wrong = await certify(file, anchor.fingerprint);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain(`the key has the fingerprint ${dev.fingerprint}, not the one that was given`);
    expect(await certify(file, dev.keyId)).toMatchObject({ code: 2, stderr: expect.stringContaining('all 40 hex') });
    const args = ['certify', file, '--key', key, ...trusting(anchor)];
    const silent = await world.keys(args, { input: `${dev.fingerprint}\n` });
    // No terminal, or one where nobody sits: never what comes in by a pipe.
    expect(silent.code).toBe(2);
    expect(await world.keys(['show', dev.fingerprint])).toMatchObject({ code: 2 });
  });

  it.skipIf(TERMINAL_MISSING !== undefined)(
    'asks for the fingerprint on a terminal, and for the passphrase',
    async () => {
      const locked = await new World().secretFile(anchor, 'anchors away');
      const file = world.publicFile('dev', dev.publicKey());
      const run = (): Terminal =>
        new Terminal(
          `$SIGSWEEP keys certify ${file} --key ${locked} --key-folder ${world.folder} --anchor ${anchor.fingerprint}`,
          { isTyped: true },
        );
      const asked = 'fingerprint of the key, as its owner told you: ';
      const wrong = run();
      await wrong.answer(asked, `${anchor.fingerprint}\r`);
      expect(await wrong.ended).toMatchObject({
        code: 2,
        screen: expect.stringContaining('somebody may have exchanged it'),
      });
      const right = run();
      await right.answer(asked, `${dev.fingerprint.replace(/(.{4})/g, '$1 ')}\r`);
      await right.answer(`passphrase of ${locked}: `, 'anchors away\r');
      const { code, screen } = await right.ended;
      expect(code).toBe(0);
      expect(screen).not.toContain('away');
      expect(await world.described(dev.fingerprint, anchor)).toMatchObject({ trust: 'certified' });
    },
  );

  it('needs the right passphrase', async () => {
    const locked = await world.secretFile(anchor, 'anchors away');
    const args = ['certify', world.publicFile('dev', dev.publicKey()), '--key', locked];
    const given = [...args, '--fingerprint', dev.fingerprint, '--passphrase-file'];
    const wrong = await world.keys([...given, world.file('wrong', 'anchors aweigh\n', 0o600)]);
    expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('the passphrase is wrong') });
    expect(wrong.stderr).not.toContain('aweigh');
    expect(await world.keys(['show', dev.fingerprint])).toMatchObject({ code: 2 });
    expect(await world.keys([...given, world.file('right', 'anchors away\n', 0o600)])).toMatchObject({ code: 0 });
  });

  it('refuses a key that could not sign, and itself', async () => {
    const [old, weak] = [await makeKey('Old', { expiresInSeconds: 60 }), new ForgedKey('rsa1024')];
    const gone = new ForgedKey('ed25519');
    const cases: [string, Uint8Array, string][] = [
      [dev.fingerprint, await revokeKey(dev, { date: day(2) }), 'was revoked'],
      [old.fingerprint, old.publicKey(), 'has expired'],
      [weak.fingerprint, publicKey(weak, 'Weak'), 'has only 1024 bits'],
      [gone.fingerprint, keyPacket(gone), 'carries no valid signature of its own'],
      [
        gone.fingerprint,
        Buffer.concat([publicKey(gone, 'Gone'), revokeUserId(gone, gone, 'Gone')]),
        'carries no valid signature of its own',
      ],
      [anchor.fingerprint, anchor.publicKey(), 'cannot certify itself'],
    ];
    for (const [fingerprint, publicPart, why] of cases) {
      const result = await certify(world.publicFile('subject', publicPart), fingerprint);
      expect(result, why).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(why) });
    }
    expect(await world.keys(['list'])).toMatchObject({ stdout: '' });
  });

  it('certifies the user IDs that the key stands by, and shows them without their controls', async () => {
    const forged = new ForgedKey('ed25519');
    const [good, bad, foreign] = ['Good\u001b[8m', 'Bad', 'Not mine'];
    const publicPart = Buffer.concat([
      publicKey(forged, bad, revokeUserId(forged, forged, bad)),
      ...[userIdPacket(good), selfCertify(forged, good), userIdPacket(foreign)],
    ]);
    const { code, stderr } = await certify(world.publicFile('forged', publicPart), forged.fingerprint);
    expect(code).toBe(0);
    expect(stderr.match(/user ID of .*/g)).toEqual([`user ID of ${forged.fingerprint}: Good\\u{1b}[8m`]);
    const { userIds } = await world.described(forged.fingerprint, anchor);
    const certified = userIds.filter(({ certifications }) => certifications.length > 0);
    expect(certified).toMatchObject([{ userId: good, isOwn: true }]);
  });

  it('is not kept from its work by junk, and keeps none of it', async () => {
    const forged = new ForgedKey('ed25519');
    const junk = Array.from({ length: 1001 }, (_, index) =>
      Buffer.concat([revokeUserId(forged, forged, 'Other', { created: 1_500_000_000 + index })]),
    );
    const file = world.publicFile('forged', publicKey(forged, 'Forged', ...junk));
    expect(await certify(file, forged.fingerprint)).toMatchObject({ code: 0 });
    expect(await world.described(forged.fingerprint, anchor)).toMatchObject({ trust: 'certified' });
    expect(world.kept(forged.fingerprint).length).toBeLessThan(2000);
  });
});

describe('a certification', () => {
  it('ends when it was said to, and not at a time that cannot be written', async () => {
    const file = world.publicFile('dev', dev.publicKey());
    for (const when of ['9999-01-01', '2020-01-01', '0d']) {
      expect(await certify(file, dev.fingerprint, `--expires=${when}`)).toMatchObject({ code: 2, stdout: '' });
    }
    expect(await certify(file, dev.fingerprint, '--expires', '2100-01-31')).toMatchObject({ code: 0 });
    const [userId] = (await world.described(dev.fingerprint, anchor)).userIds;
    expect(userId?.certifications[0]?.expires).toMatch(/^2100-01-31T23:59:5\d/);
  });

  it('that has expired, or was for its maker alone, counts for nobody', async () => {
    const expired = await certifyKey(dev.publicKey(), anchor, { date: day(1), expiresInSeconds: 60 });
    world.keep(anchor.publicKey(), expired);
    expect(await world.described(dev.fingerprint, anchor)).toMatchObject({ trust: 'expired' });
    const local = await certify(dev.fingerprint, dev.fingerprint, '--no-export');
    expect(local).toMatchObject({ code: 0, stderr: expect.stringContaining('it does not count: ') });
    expect(await world.described(dev.fingerprint, anchor)).toMatchObject({
      trust: 'untrusted',
      reason: expect.stringContaining('for its own use only'),
    });
  });

  it('after a revocation counts again: the newest decides', async () => {
    const revoked = await revokeCertification(await certifyKey(dev.publicKey(), anchor, { date: day(1) }), anchor, {
      date: day(2),
    });
    world.keep(anchor.publicKey(), revoked);
    expect(await world.described(dev.fingerprint, anchor)).toMatchObject({ trust: 'revoked' });
    expect(await certify(dev.fingerprint, dev.fingerprint)).toMatchObject({ code: 0 });
    expect(await world.described(dev.fingerprint, anchor)).toMatchObject({ trust: 'certified' });
    // The revocation is still there, for whoever has an older certification only.
    expect(
      keyringOf(world.kept(dev.fingerprint)).get(dev.fingerprint)?.userIds.values().next().value?.signatures.size,
    ).toBe(4);
  });

  it('by a key that is no anchor is made, and said to count where it is one', async () => {
    const args = ['certify', world.publicFile('dev', dev.publicKey()), '--fingerprint', dev.fingerprint, '--key', key];
    const { code, stderr } = await world.keys(args);
    expect(code).toBe(0);
    expect(stderr).toContain(`${anchor.fingerprint} is no anchor here: the certification counts where it is given`);
    expect(await world.described(dev.fingerprint)).toMatchObject({ trust: 'untrusted' });
    expect(await world.described(dev.fingerprint, anchor)).toMatchObject({ trust: 'certified' });
  });

  it('by a revoked key is refused: it would count nowhere', async () => {
    world.keep(await revokeKey(anchor, { date: day(2) }));
    const { code, stdout, stderr } = await certify(world.publicFile('dev', dev.publicKey()), dev.fingerprint);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`the key ${anchor.fingerprint} was revoked: it must not certify`);
    expect(existsSync(world.keptFile(dev.fingerprint))).toBe(false);
  });

  it('is never written over the private key', async () => {
    const before = readFileSync(key);
    const args = ['certify', world.publicFile('dev', dev.publicKey()), '--fingerprint', dev.fingerprint];
    const { code, stderr } = await world.keys([...args, '--key', key, '--output', key]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/is the private key itself: write to another file/);
    expect(readFileSync(key)).toEqual(before);
  });

  it('cannot be asked for where it could not be kept', async () => {
    const file = world.publicFile('dev', dev.publicKey());
    const args = ['keys', 'certify', file, '--key', key, '--fingerprint', dev.fingerprint, '--no-key-folder'];
    expect(await runCli(args)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--no-key-folder'),
    });
  });
});
