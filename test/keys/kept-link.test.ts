/** Links in the place of kept keys. */
import { lstatSync, mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepKey } from '../../src/keys/folder.js';
import { onlyCertificate } from '../../src/openpgp/certify.js';
import { testKeys } from '../helpers/keys.js';
import { tempFolder } from '../helpers/temp.js';

it('a kept key that is a link to nowhere or to itself is never written anew: a revocation may be missing', async () => {
  const { signer } = await testKeys();
  const folder = join(tempFolder(), 'keys');
  mkdirSync(folder, { mode: 0o700 });
  const certificate = onlyCertificate(signer.publicKey());
  await keepKey(folder, certificate);
  const file = join(folder, `${signer.fingerprint}.key`);
  const moved = join(folder, 'moved');
  renameSync(file, moved);
  symlinkSync('moved', file);
  await keepKey(folder, certificate);
  expect(lstatSync(file).isFile()).toBe(true);
  expect(readFileSync(file)).toEqual(readFileSync(moved));
  for (const target of ['nowhere', `${signer.fingerprint}.key`]) {
    renameSync(file, moved);
    symlinkSync(target, file);
    await expect(keepKey(folder, certificate)).rejects.toMatchObject({ code: 'KEYRING_UNREADABLE' });
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
  }
});
