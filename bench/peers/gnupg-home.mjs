import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setUp } from './peer.mjs';

/** Where FreePBX keeps the keys that it knows. */
const KEY_FOLDER = 'admin/libraries/BMO';

/**
 * A GnuPG home that knows the tree's keys and trusts its anchor, as FreePBX's own does with its vendor's.
 *
 * @param {import('./peer.mjs').PeerContext} context
 * @returns {Promise<string>} the folder
 */
export async function makeGnupgHome(context) {
  const home = join(context.folder, 'gnupg');
  mkdirSync(home, { mode: 0o700 });
  // With a file of its own, GnuPG 2.4 starts no key server for a new home.
  writeFileSync(join(home, 'common.conf'), '');
  const keys = join(context.tree.webRoot, KEY_FOLDER);
  const files = readdirSync(keys)
    .filter((name) => name.endsWith('.key'))
    .map((name) => join(keys, name));
  const gpg = ['gpg', '--homedir', home, '--batch', '--no-tty'];
  await setUp(context, [...gpg, '--import', ...files]);
  const trust = join(context.folder, 'ownertrust');
  writeFileSync(trust, `${context.tree.made.anchorFingerprint}:6:\n`);
  await setUp(context, [...gpg, '--import-ownertrust', trust]);
  await setUp(context, [...gpg, '--check-trustdb']);
  return home;
}
