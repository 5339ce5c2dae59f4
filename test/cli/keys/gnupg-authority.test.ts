import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SecretKey } from '../../../src/openpgp/secret-key.js';
import { GNUPG_MISSING, GnuPg } from '../../conformance/gnupg.js';
import { runTool } from '../../helpers/tools.js';
import { makeKey, World } from './world.js';

const PASSPHRASE = 'tango echo sierra';

let gnupg: GnuPg;
let anchor: string;
let locked: string;
let dev: SecretKey;
let world: World;

describe.skipIf(GNUPG_MISSING)('an authority whose key GnuPG holds (gpg has to be installed)', () => {
  beforeAll(async () => {
    gnupg = await GnuPg.create();
    anchor = await gnupg.makeKey('Anchor <anchor@example.org>', 'ed25519');
    await gnupg.ago(
      3600,
      '--passphrase',
      PASSPHRASE,
      '--quick-generate-key',
      'Locked',
      'ed25519',
      'sign,cert',
      'never',
    );
    locked = await fingerprintOf('Locked');
    dev = await makeKey('Developer');
  });
  afterAll(() => gnupg.remove());

  beforeEach(() => {
    world = new World();
  });

  async function fingerprintOf(userId: string): Promise<string> {
    const listing = (await gnupg.gpg('--with-colons', '--list-keys', `=${userId}`)).toString();
    return /^fpr:+([0-9A-F]{40}):/m.exec(listing)?.[1] ?? '';
  }

  function keys(command: string, subject: string, ...more: string[]) {
    return world.keys([command, subject, '--gnupg-home', gnupg.home, '--anchor', anchor, '--anchor', locked, ...more]);
  }

  function certify(fingerprint: string, ...more: string[]) {
    return keys('certify', fingerprint, '--fingerprint', fingerprint, ...more);
  }

  const trustIn = async (fingerprint: string, by = anchor) => {
    const { trust, userIds } = await world.described(fingerprint, { fingerprint: by });
    return { trust, ...userIds[0]?.certifications[0] };
  };

  it('certifies, and takes that back with a reason; the user’s own keyring stays as it was', async () => {
    world.keep(dev.publicKey());
    const before = await gnupg.gpg('--export');
    const several = await certify(dev.fingerprint);
    expect(several).toMatchObject({ code: 2, stderr: expect.stringContaining('say with --signer FINGERPRINT which') });
    const made = await certify(dev.fingerprint, '--signer', anchor, '--expires', '2100-01-31');
    expect(made.stderr).toBe(`sigsweep: user ID of ${dev.fingerprint}: Developer <developer@example.org>\n`);
    expect(made.code).toBe(0);
    const { trust, by, standing, expires } = await trustIn(dev.fingerprint);
    expect({ trust, by, standing }).toEqual({ trust: 'certified', by: anchor, standing: 'stands' });
    expect(expires).toMatch(/^2100-01-31T23:5\d|^2100-02-01T00:0\d/);

    const again = await certify(dev.fingerprint, '--signer', anchor, '--no-export');
    expect(again.code).toBe(0);
    const reasons = ['--reason', 'invalid-user-id', '--comment', 'left us\ny\n0\nlong ago'];
    const revoked = await keys('revoke', dev.fingerprint, '--signer', anchor, '--yes', ...reasons);
    expect(revoked.stderr).toContain(`revoked the certification of ${dev.fingerprint} by ${anchor}\n`);
    expect(revoked.code).toBe(0);
    expect(await trustIn(dev.fingerprint)).toMatchObject({ trust: 'revoked', standing: 'revoked' });
    const packets = (await gnupg.gpg('--list-packets', world.keptFile(dev.fingerprint))).toString();
    expect(packets).toContain('revocation reason 0x20 (left us\\ny\\n0\\nlong ago)');
    expect((await gnupg.gpg('--export')).equals(before)).toBe(true);
    const twice = await keys('revoke', dev.fingerprint, '--signer', anchor, '--yes');
    expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining('or has taken that back already') });
  });

  it('takes back the certification of a key that is in the same keystore, without a reason', async () => {
    const own = await gnupg.makeKey('Own <own@example.org>', 'ed25519');
    world.keep(await gnupg.gpg('--export', own));
    expect(await certify(own, '--signer', anchor)).toMatchObject({ code: 0 });
    expect(await trustIn(own)).toMatchObject({ trust: 'certified' });
    const revoke = () => keys('revoke', own, '--signer', anchor, '--yes');
    const told = await keys('revoke', own, '--signer', anchor, '--yes', '--comment', 'x');
    expect(told).toMatchObject({ code: 2, stderr: expect.stringContaining('leave out --reason and --comment') });
    expect(await trustIn(own)).toMatchObject({ trust: 'certified' });
    expect(await revoke()).toMatchObject({ code: 0 });
    expect(await trustIn(own)).toMatchObject({ trust: 'revoked' });
  });

  it('ends its own key, with a reason', async () => {
    const own = await gnupg.makeKey('Ending <ending@example.org>', 'nistp256');
    const args = ['--signer', own, '--yes', '--reason', 'superseded', '--comment', 'see example.org'];
    const { code, stdout, stderr } = await keys('revoke', own, ...args);
    expect(stderr).toContain(`revoked the key ${own} itself`);
    expect(code).toBe(0);
    expect(await trustIn(own)).toMatchObject({ trust: 'revoked' });
    // In the keystore it is as it was, until what was printed is imported.
    const listed = async () => (await gnupg.gpg('--with-colons', '--list-keys', own)).toString();
    expect(await listed()).toMatch(/^pub:[^r]/m);
    await gnupg.gpg('--import', await gnupg.file('ended', Buffer.from(stdout)));
    expect(await listed()).toMatch(/^pub:r:/m);
  });

  it('makes a request with its signing subkey', async () => {
    const own = await gnupg.makeKey('Asking <asking@example.org>', 'ed25519');
    await gnupg.ago(1800, '--quick-add-key', own, 'ed25519', 'sign', 'never');
    const output = join(world.dir, 'request');
    const args = ['request', '--gnupg-home', gnupg.home, '--signer', own, '--nonce', 'from-gnupg', '--output', output];
    expect(await world.keys(args)).toMatchObject({ code: 0 });
    const made = await keys('certify', output, '--fingerprint', own, '--nonce', 'from-gnupg', '--signer', anchor);
    expect(made).toMatchObject({ code: 0, stderr: expect.not.stringContaining('may be an old one') });
    expect(await trustIn(own)).toMatchObject({ trust: 'certified' });
  });

  it('gives a passphrase to the agent by a pipe alone: in no argument, no variable, no message', async () => {
    world.keep(dev.publicKey());
    const [log, bin] = [join(world.dir, 'log'), join(world.dir, 'bin')];
    const gpg = runTool('sh', ['-c', 'command -v gpg']).trim();
    runTool('mkdir', [bin]);
    writeFileSync(join(bin, 'gpg'), `#!/bin/sh\n{ env; printf '%s\\n' "$@"; } >>${log}\nexec ${gpg} "$@"\n`);
    chmodSync(join(bin, 'gpg'), 0o755);
    const env = { env: { PATH: `${bin}:${process.env.PATH}` } };
    const home = ['--gnupg-home', gnupg.home, '--signer', locked, '--anchor', locked];
    const args = ['certify', dev.fingerprint, '--fingerprint', dev.fingerprint, ...home, '--passphrase-file'];
    // Before the right one, which the agent remembers.
    const wrong = await world.keys([...args, world.file('wrong', 'foxtrot golf hotel\n', 0o600)], env);
    expect(wrong).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/\nsigsweep: gpg: the passphrase is wrong \[PASSPHRASE_WRONG\]\n$/),
    });
    const right = await world.keys([...args, world.file('right', `${PASSPHRASE}\n`, 0o600)], env);
    expect(right.code).toBe(0);
    expect(await trustIn(dev.fingerprint, locked)).toMatchObject({ trust: 'certified', by: locked });
    const logged = readFileSync(log, 'utf8');
    expect(logged).toContain('--passphrase-fd');
    for (const text of [logged, right.stderr, right.stdout]) expect(text).not.toMatch(/tango|sierra|foxtrot|hotel/);
  });

  it('that is not there is one sentence', async () => {
    world.keep(dev.publicKey());
    const unknown = await certify(dev.fingerprint, '--signer', 'A'.repeat(40));
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no private key') });
    const self = await certify(anchor, '--signer', anchor);
    expect(self).toMatchObject({ code: 2 });
  });
});
