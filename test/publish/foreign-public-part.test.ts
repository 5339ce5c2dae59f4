/** A private key whose public part somebody exchanged. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateKey } from '../../src/openpgp/secret-key.js';
import { runCli } from '../helpers/cli.js';
import { KEYS_CREATED, testKeys } from '../helpers/keys.js';
import { tempFolder } from '../helpers/temp.js';

/** Before the numbers of an Ed25519 key: their length and form. */
const POINT = Buffer.from([0x01, 0x07, 0x40]);
const POINT_BYTES = 32;

describe('a private part under a foreign public one', () => {
  it.each([null, 'a passphrase of the test'])('never signs, locked or not (%s)', async (passphrase) => {
    const folder = tempFolder();
    const { anchor, signer } = await testKeys();
    const key = await generateKey({ name: 'Authority', created: KEYS_CREATED });
    const armored = await key.armoredSecret(passphrase);
    const bytes = Buffer.from(armored.replace(/^(?:-.*|=.*|)\n/gm, '').replace(/-----.*/, ''), 'base64');
    const foreign = Buffer.from(anchor.publicKey());
    const from = foreign.indexOf(POINT) + POINT.length;
    const to = bytes.indexOf(POINT) + POINT.length;
    foreign.copy(bytes, to, from, from + POINT_BYTES);
    writeFileSync(join(folder, 'key.secret'), bytes, { mode: 0o600 });
    writeFileSync(join(folder, 'passphrase'), passphrase ?? '', { mode: 0o600 });
    writeFileSync(join(folder, 'signer.key'), signer.armored());
    const given = [
      '--key',
      'key.secret',
      '--keyring',
      'anchor.key',
      '--passphrase-file',
      'passphrase',
      '--fingerprint',
      signer.fingerprint,
    ];
    // What is known of the key whose public part it is makes the file look like that key's.
    writeFileSync(join(folder, 'anchor.key'), anchor.armored());
    const env = { SIGSWEEP_KEY_FOLDER: join(folder, 'keys') };
    const result = await runCli(['keys', 'certify', 'signer.key', ...given], { cwd: folder, env });
    expect(result, result.stderr).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(
      passphrase === null ? /does not belong to its public part/ : /passphrase is wrong|does not belong/,
    );
    expect(existsSync(join(folder, 'keys', `${signer.fingerprint}.key`))).toBe(false);
  });
});
