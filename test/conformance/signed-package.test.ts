/** Packages that the real gpg has signed, in each way in which it can be told to. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certify } from '../../src/openpgp/certify.js';
import { Mirror } from '../scan/signed-packages.js';
import { GNUPG_MISSING, GnuPg } from './gnupg.js';

describe.skipIf(GNUPG_MISSING)('a package that GnuPG has signed (gpg has to be installed)', () => {
  let mirror: Mirror;
  let gnupg: GnuPg;
  let file: string;
  const keys: Record<string, string> = {};

  beforeAll(async () => {
    mirror = await Mirror.begin();
    gnupg = await GnuPg.create();
    for (const [name, algorithm] of [
      ['rsa', 'rsa2048'],
      ['ed25519', 'ed25519'],
      ['nist', 'nistp256'],
    ] as const) {
      keys[name] = await gnupg.makeKey(`${name} <${name}@example.org>`, algorithm);
    }
    const [parent = ''] = [keys.ed25519];
    await gnupg.ago(3000, '--quick-add-key', parent, 'rsa2048', 'sign', 'never');
    await gnupg.ago(3000, '--quick-add-key', parent, 'cv25519', 'encr', 'never');
    for (const [name, fingerprint] of Object.entries(keys)) {
      const publicKey = await gnupg.gpg('--export', fingerprint);
      const date = new Date(Date.now() - 1_800_000);
      mirror.system.writeKey(await certify(publicKey, mirror.system.anchor, { date }), `gnupg-${name}`);
    }
  });

  afterAll(async () => {
    mirror.system.cleanup();
    await gnupg.remove();
  });

  /** What gpg makes of a good package. */
  async function signed(...args: readonly string[]): Promise<Buffer> {
    file = await gnupg.file('cdr-17.0.1.tgz', mirror.pack());
    return gnupg.gpg('--always-trust', ...args, '--output', '-', file);
  }

  it.each([
    ['with SHA-1, as mirrors do', 'rsa', ['--digest-algo', 'SHA1', '--sign']],
    ['compressed with zlib', 'rsa', ['--compress-algo', 'zlib', '--sign']],
    ['not compressed', 'rsa', ['--compress-algo', 'none', '--sign']],
    ['with SHA-512', 'nist', ['--digest-algo', 'SHA512', '--sign']],
    ['with a subkey', 'ed25519', ['--sign']],
  ])('%s is good', async (_, key, args) => {
    const message = await signed('--local-user', keys[key] ?? '', ...args);
    const { module, notes } = await mirror.verified(message);
    expect(module).toMatchObject({ name: 'cdr', version: '17.0.1', verdict: 'good', hashed: 3 });
    const isWeak = args.includes('SHA1');
    const by = new RegExp(
      `^the package itself was signed by ${keys[key]}, \\d{4}-\\d\\d-\\d\\d${isWeak ? ', with SHA-1' : ''}$`,
    );
    expect(notes).toEqual([expect.stringMatching(by)]);
    const strict = await mirror.verified(message, { args: [...mirror.trust(), '--policy', 'strict'] });
    expect(strict.module.verdict).toBe(isWeak ? 'invalid' : 'good');
  });

  it.each([
    ['in armor', ['--armor', '--sign'], /armored, and must be binary/],
    ['as text', ['--textmode', '--sign'], /text/],
    ['compressed with bzip2', ['--compress-algo', 'bzip2', '--sign'], /compressed in a way that is not supported/],
    ['by two', ['--local-user', 'nist', '--sign'], /not one piece of data with one signature/],
    ['and encrypted for us', ['--recipient', 'ed25519', '--sign', '--encrypt'], /partial length|not one piece of data/],
    ['not at all, but encrypted', ['--recipient', 'ed25519', '--encrypt'], /partial length|not one piece of data/],
    ['not at all, but stored', ['--store'], /not one piece of data/],
    ['beside it', ['--detach-sign'], /not one piece of data/],
    ['in clear text', ['--clearsign'], /armored, and must be binary/],
  ])('%s is invalid, and not looked into', async (_, args, reason) => {
    const message = await signed('--local-user', 'rsa', ...args);
    const refused = await mirror.refused(message);
    expect(refused).toEqual({ verdict: 'invalid', reason: expect.stringMatching(reason) });
  });
});
