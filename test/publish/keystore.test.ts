import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { GNUPG_MISSING } from '../conformance/gnupg.js';
import { Keystore } from './keystore.js';
import { Publisher } from './publisher.js';

describe.skipIf(GNUPG_MISSING)("GnuPG's keystore (gpg has to be installed)", () => {
  let publisher: Publisher;
  let keystore: Keystore;
  beforeEach(async () => {
    publisher = await Publisher.begin({ 'a.php': 'a' });
    keystore = await Keystore.begin(publisher);
  });

  /** The key that signed, where it was meant to. */
  async function signerOf(...args: readonly string[]): Promise<string | null | undefined> {
    const module = await publisher.signed([...keystore.arguments, ...args]);
    expect(module).toMatchObject({ verdict: 'good', listed: 2 });
    return module.signature?.signer;
  }

  const refused = (...args: readonly string[]) => publisher.refused([...keystore.arguments, ...args]);

  it.each(['ed25519', 'nistp256', 'nistp384', 'rsa2048'])('%s signs, by the word of GnuPG too', async (algorithm) => {
    const key = await keystore.makeCertified('key', algorithm);
    expect(await signerOf()).toBe(key);
    const file = readFileSync(publisher.signature);
    expect((await keystore.gnupg.verify(file)).words).toContain('GOODSIG');
    expect(file.toString('latin1')).toMatch(/\nHash: SHA(?:256|384|512)\n\n/);
  });

  it('of several keys the one that an anchor has certified signs', async () => {
    await keystore.make('before');
    const certified = await keystore.makeCertified('certified');
    await keystore.make('after');
    expect(await signerOf()).toBe(certified);
  });

  it('an anchor signs where nothing that it has certified can', async () => {
    const anchor = await keystore.make('anchor');
    publisher.addKey(anchor, await keystore.gnupg.gpg('--export', anchor));
    const sign = () => publisher.sign([...keystore.arguments, '--anchor', anchor]);
    expect(await sign()).toMatchObject({ code: 0 });
    expect(await publisher.verified('--anchor', anchor)).toMatchObject({
      verdict: 'good',
      signature: { signer: anchor },
    });
    const certified = await keystore.makeCertified('certified');
    expect(await sign()).toMatchObject({ code: 0 });
    expect(await publisher.verified()).toMatchObject({ verdict: 'good', signature: { signer: certified } });
  });

  it('of two that are certified the one that is named signs', async () => {
    const keys = [await keystore.makeCertified('one'), await keystore.makeCertified('two')];
    for (const key of keys) expect(await signerOf('--signer', key)).toBe(key);
    expect(keys).toContain(await signerOf());
  });

  it('a key that nobody has certified signs only where that is wanted', async () => {
    const key = await keystore.make('new');
    expect(await refused()).toMatch(
      new RegExp(`^key ${key} would not be trusted: .*sigsweep keys request.*--allow-uncertified`),
    );
    const { code, stdout } = await publisher.sign([...keystore.arguments, '--allow-uncertified']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining(`${key}, whom no anchor has certified`),
    });
    publisher.addKey(key, await keystore.gnupg.gpg('--export', key));
    expect(await publisher.verified()).toMatchObject({ verdict: 'untrusted' });
  });

  it('of two that nobody has certified one has to be named', async () => {
    const keys = [await keystore.make('one'), await keystore.make('two')];
    expect(await refused('--allow-uncertified')).toBe(
      "GnuPG's keystore has 2 keys: say with --signer FINGERPRINT which one is meant",
    );
    expect(
      await publisher.sign([...keystore.arguments, '--allow-uncertified', '--signer', keys[1] ?? '']),
    ).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(keys[1] ?? ''),
    });
  });

  it('there is no key in it', async () => {
    expect(await refused()).toBe(
      "there is no private key in GnuPG's keystore: give one with --key FILE, or another --gnupg-home DIR",
    );
  });

  it('there is no keystore at all', async () => {
    const nowhere = join(publisher.folder, 'nowhere');
    expect(await publisher.refused(['--gnupg-home', nowhere])).toBe(
      `there is no GnuPG keystore ${nowhere}: give another --gnupg-home DIR, or a private key with --key FILE`,
    );
    // The user's own is not made either.
    const env = { HOME: publisher.folder };
    expect(await publisher.refused([], { env })).toContain(`${publisher.folder}/.gnupg`);
  });

  it('another one than the named', async () => {
    await keystore.makeCertified('certified');
    const other = '0123456789ABCDEF0123456789ABCDEF01234567';
    expect(await refused('--signer', other)).toBe(`there is no private key ${other} in GnuPG's keystore`);
  });

  it('gpg is not installed', async () => {
    expect(await publisher.refused(keystore.arguments, { env: { PATH: publisher.folder } })).toBe(
      'gpg: it is not installed',
    );
  });

  it.each([
    ['expired', /must not sign: the key \w+ has expired; sign with another key$/],
    ['revoked', /must not sign: the key \w+ was revoked by its owner; sign with another key$/],
    ['on the list of revoked keys', /must not sign: the key \w+ is on the list of revoked keys; /],
  ])('a key that is %s must not sign, certified or not', async (state, said) => {
    const key = await keystore.makeCertified('key');
    const revoked = publisher.writeSecret('revoked', state.startsWith('on') ? `${key}\n` : '');
    if (state === 'expired') await keystore.gnupg.ago(600, '--quick-set-expire', key, 'seconds=60');
    if (state === 'revoked') await keystore.revoke(key);
    expect(await refused('--revoked', revoked)).toMatch(said);
    expect(await refused('--revoked', revoked, '--allow-uncertified')).toMatch(said);
  });

  it('a DSA key is refused, and passed over where another can sign', async () => {
    const dsa = await keystore.makeCertified('dsa', 'dsa2048');
    expect(await refused()).toMatch(new RegExp(`^key ${dsa} must not sign: .* has an algorithm that is not supported`));
    const other = await keystore.makeCertified('other');
    expect(await signerOf()).toBe(other);
  });

  it('a subkey signs while the primary key is offline', async () => {
    const key = await keystore.make('key');
    const subkey = await keystore.addSubkey(key);
    await keystore.certify(key);
    await keystore.removePrivatePart(key);
    const module = await publisher.signed(keystore.arguments);
    expect(module).toMatchObject({ verdict: 'good', signature: { signer: key, keyId: subkey.slice(-16) } });
  });

  it('the primary key signs while the subkey is on a card that is not there', async () => {
    const key = await keystore.makeCertified('key');
    const subkey = await keystore.addSubkey(key);
    await keystore.removePrivatePart(subkey);
    expect(await publisher.signed(keystore.arguments)).toMatchObject({ signature: { keyId: key.slice(-16) } });
    await keystore.removePrivatePart(key);
    expect(await refused()).toMatch(/^(?:there is no private key in|no private key in) GnuPG's keystore/);
  });
});
