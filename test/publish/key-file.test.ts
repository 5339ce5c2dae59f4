import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { certify, revokeCertification, revokeKey } from '../../src/openpgp/certify.js';
import { generateKey, type KeyOptions, type SecretKey } from '../../src/openpgp/secret-key.js';
import { GNUPG_MISSING } from '../conformance/gnupg.js';
import { GPG_MISSING, Gpg } from '../helpers/gpg.js';
import { KEYS_CREATED, testKeys } from '../helpers/keys.js';
import { Keystore } from './keystore.js';
import { PASSPHRASE, Publisher } from './publisher.js';

let publisher: Publisher;
beforeEach(async () => {
  publisher = await Publisher.begin({ 'a.php': 'a' });
});

/** A key of its own. */
function makeKey(options: Partial<KeyOptions> = {}): Promise<SecretKey> {
  return generateKey({ name: 'Own', email: 'own@example.org', created: KEYS_CREATED, ...options });
}

/** Makes its public half known, as the anchor has certified it. */
async function certified(key: SecretKey): Promise<Uint8Array> {
  const { anchor } = await testKeys();
  const publicKey = await certify(key.publicKey(), anchor, { date: KEYS_CREATED });
  publisher.addKey('own', publicKey);
  return publicKey;
}

async function fileOf(key: SecretKey, passphrase: string | null = null): Promise<string> {
  return publisher.writeSecret('own.asc', await key.armoredSecret(passphrase));
}

describe('a key in a file', () => {
  it.each(['ed25519', 'nistP256', 'rsa2048'] as const)('%s signs, armored or not', async (type) => {
    const key = await makeKey({ type });
    const publicKey = await certified(key);
    const armored = await fileOf(key);
    const module = await publisher.signed(['--key', armored]);
    expect(module).toMatchObject({
      verdict: 'good',
      listed: 2,
      signature: { signer: key.fingerprint, digest: 'sha256' },
    });
    if (GPG_MISSING !== undefined) return;
    const gpg = new Gpg();
    try {
      gpg.import(publicKey);
      expect(gpg.verify(readFileSync(publisher.signature)).stdout).toContain('GOODSIG');
    } finally {
      gpg.cleanup();
    }
  });

  it('an anchor signs for itself', async () => {
    const { anchor } = await testKeys();
    expect(await publisher.signed(['--key', await fileOf(anchor)])).toMatchObject({
      verdict: 'good',
      signature: { signer: anchor.fingerprint, trust: 'anchor' },
    });
  });

  it('one that nobody has certified is named, with what to do, and signs only where that is wanted', async () => {
    const key = await makeKey();
    const file = await fileOf(key);
    expect(await publisher.refused(['--key', file])).toBe(
      `key ${key.fingerprint} would not be trusted: no trusted key has certified the signer ${key.fingerprint}; to have it ` +
        'certified, send what sigsweep keys request prints to whoever holds an anchor; --allow-uncertified signs for a ' +
        'test of your own',
    );
    publisher.addKey('own', key.publicKey());
    expect(await publisher.signed(['--key', file, '--allow-uncertified'])).toMatchObject({ verdict: 'untrusted' });
  });

  it('one that an anchor has certified which is not there is no uncertified one', async () => {
    const key = await makeKey();
    await certified(key);
    const args = ['--key', await fileOf(key)];
    const { anchor } = await testKeys();
    publisher.addKey('anchor', (await makeKey({ name: 'Somebody else' })).publicKey());
    for (const more of [[], ['--allow-uncertified']]) {
      expect(await publisher.refused([...args, ...more])).toBe(
        `key ${key.fingerprint} cannot be judged: the trusted key ${anchor.fingerprint} is needed to judge the signer ` +
          `${key.fingerprint} and is not in the keyring; keep that key with sigsweep keys import FILE, or give it with ` +
          '--keyring FILE',
      );
    }
  });

  it.each([
    ['expired', /must not sign: the key \w+ has expired; sign with another key$/],
    ['revoked by its owner', /must not sign: the key \w+ was revoked by its owner; /],
    ['no longer certified', /must not sign: the trusted key \w+ has revoked its certification of the signer \w+; /],
  ])('one that is %s must not sign, wanted or not', async (state, said) => {
    const key = await makeKey(state === 'expired' ? { expiresInSeconds: 3600 } : {});
    const publicKey = await certified(key);
    const { anchor } = await testKeys();
    if (state.startsWith('revoked')) publisher.addKey('revoked', await revokeKey(key, { publicKey }));
    if (state.startsWith('no')) publisher.addKey('revoked', await revokeCertification(publicKey, anchor));
    const args = ['--key', await fileOf(key)];
    expect(await publisher.refused(args)).toMatch(said);
    expect(await publisher.refused([...args, '--allow-uncertified'])).toMatch(said);
  });

  it('an option that is about GnuPG is refused beside it', async () => {
    const { signer } = await testKeys();
    for (const option of [
      ['--signer', signer.fingerprint],
      ['--gnupg-home', publisher.folder],
    ]) {
      const { code, stderr } = await publisher.sign(['--key', publisher.key, ...option]);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(/cannot be used with option '--key <file>'/),
      });
    }
  });
});

describe('a file that holds no key to sign with', () => {
  it.each([
    ['a public key', async () => (await testKeys()).signer.armored()],
    ['something else', async () => '<?php\n'],
    ['nothing', async () => ''],
    ['half of a key', async () => (await (await testKeys()).signer.armoredSecret(null)).slice(0, 300)],
    [
      'two keys',
      async () => {
        const { anchor, signer } = await testKeys();
        return (await signer.armoredSecret(null)) + (await anchor.armoredSecret(null));
      },
    ],
  ])('%s: one sentence', async (_what, content) => {
    const file = publisher.writeSecret('own.asc', await content());
    expect(await publisher.refused(['--key', file])).toMatch(new RegExp(`^key ${file}: it holds `));
  });

  it('is not there, or is a folder', async () => {
    expect(await publisher.refused(['--key', `${publisher.folder}/nothing`])).toMatch(/nothing: ENOENT: no such file/);
    expect(await publisher.refused(['--key', publisher.folder])).toMatch(/: EISDIR: /);
  });
});

describe('the passphrase of a key in a file', () => {
  let key: SecretKey;
  let args: string[];
  beforeEach(async () => {
    key = await makeKey();
    await certified(key);
    args = ['--key', await fileOf(key, PASSPHRASE)];
  });

  it('is read from a file or a descriptor', async () => {
    const file = publisher.writeSecret('passphrase', `${PASSPHRASE}\n`);
    expect(await publisher.signed([...args, '--passphrase-file', file])).toMatchObject({ verdict: 'good' });
    expect(await publisher.signed([...args, '--passphrase-fd', '0'], { input: PASSPHRASE })).toMatchObject({
      verdict: 'good',
    });
  });

  it('is not needed to show what would be signed', async () => {
    const { code, stdout } = await publisher.sign([...args, '--dry-run']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`\nsignedwith=${key.fingerprint}\n`) });
  });

  it('is wrong, empty, no text, or open to others: one sentence, and no word of it', async () => {
    const refused = (content: string | Uint8Array, mode = 0o600) => {
      const file = publisher.writeSecret('passphrase', content);
      chmodSync(file, mode);
      return publisher.refused([...args, '--passphrase-file', file]);
    };
    const wrong = 'mistyped secret';
    for (const said of [await refused(`${wrong}\n`), await refused(`${PASSPHRASE} \n`)]) {
      expect(said).toMatch(/own\.asc: the passphrase is wrong$/);
    }
    expect(await refused('\n')).toMatch(/: the passphrase is empty$/);
    expect(await refused(Buffer.from([0xff, 0xfe, 0x0a]))).toMatch(/passphrase is not UTF-8 text$/);
    expect(await refused(`${PASSPHRASE}\n`, 0o644)).toMatch(/is open to others: chmod go= /);
    expect(await publisher.refused([...args, '--passphrase-file', `${publisher.folder}/nothing`])).toMatch(/ENOENT/);
    expect(await publisher.refused([...args, '--passphrase-fd', '0'], { input: wrong })).not.toContain(wrong);
  });
});

describe.skipIf(GNUPG_MISSING)('a key in a file that GnuPG wrote (gpg has to be installed)', () => {
  let keystore: Keystore;
  beforeEach(async () => {
    keystore = await Keystore.begin(publisher);
  });

  async function exported(...args: readonly string[]): Promise<string> {
    return publisher.writeSecret('own.key', await keystore.gnupg.gpg(...args));
  }

  it.each([
    ['ed25519', 'sha256'],
    ['nistp384', 'sha384'],
    ['nistp521', 'sha512'],
    ['rsa2048', 'sha256'],
  ])('%s signs with %s', async (algorithm, digest) => {
    const key = await keystore.makeCertified('key', algorithm);
    const module = await publisher.signed(['--key', await exported('--export-secret-keys', key)]);
    expect(module).toMatchObject({ verdict: 'good', signature: { signer: key, digest } });
    expect((await keystore.gnupg.verify(readFileSync(publisher.signature))).words).toContain('GOODSIG');
  });

  it('a DSA key must not sign', async () => {
    const key = await keystore.makeCertified('key', 'dsa2048');
    expect(await publisher.refused(['--key', await exported('--export-secret-keys', key)])).toMatch(
      /must not sign: the key \w+ has an algorithm that is not supported \(number 17\); sign with another key$/,
    );
  });

  it('a subkey signs without the primary key, by the word of GnuPG too', async () => {
    const key = await keystore.make('key');
    const subkey = await keystore.addSubkey(key);
    await keystore.certify(key);
    const file = await exported('--armor', '--export-secret-subkeys', key);
    expect(await publisher.signed(['--key', file])).toMatchObject({
      verdict: 'good',
      signature: { signer: key, keyId: subkey.slice(-16) },
    });
    expect((await keystore.gnupg.verify(readFileSync(publisher.signature))).words).toContain('GOODSIG');
    writeFileSync(file, await keystore.gnupg.gpg('--export-secret-subkeys', `${key}!`));
    expect(await publisher.refused(['--key', file])).toMatch(/own\.key: none of its private parts is there$/);
  });

  it('an encryption subkey does not sign', async () => {
    const key = await keystore.make('key');
    await keystore.gnupg.ago(600, '--quick-add-key', key, 'cv25519', 'encr', 'never');
    await keystore.certify(key);
    const file = await exported('--export-secret-keys', key);
    expect(await publisher.signed(['--key', file])).toMatchObject({ signature: { keyId: key.slice(-16) } });
  });
});
