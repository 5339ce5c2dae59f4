/** Manifests: what is accepted, written anew, reads the same. */
import { frame } from '../../campaign/forge.mjs';
import { parseManifest } from '../../dist/src/manifest/manifest.js';
import { serializeManifest } from '../../dist/src/manifest/serialize.js';
import { parseCleartext } from '../../dist/src/openpgp/armor.js';
import { must, parsed } from './expect.mjs';

/** @typedef {import('../../dist/src/manifest/manifest.js').Manifest} Manifest */

export const name = 'manifest';
export const files = ['manifest/manifest.js', 'manifest/config.js', 'manifest/paths.js', 'manifest/serialize.js'];
export const words = [
  '[config]\n',
  '[hashes]\n',
  'hash=sha256\n',
  'hash=md5\n',
  'version=1\n',
  'version=2\n',
  'type=local\n',
  'type=public\n',
  'expiresafter=1700000000.5\n',
  'expiresafter=',
  ' = ',
  '=',
  ';',
  '# ',
  '../',
  '/',
  '\\',
  './',
  '//',
  '__proto__',
  'constructor',
  'a(1).php',
  '\xc3\xa4',
  '\xff',
  `x.php = ${'a'.repeat(64)}\n`,
  'f'.repeat(64),
  'null',
];

/** @param {Buffer} input */
export function run(input) {
  parsed(() => read(input));
  // Only what passes the framing can be signed text.
  const message = parsed(() => parseCleartext(Buffer.from(frame(input.toString('latin1'), Buffer.alloc(0)), 'latin1')));
  const manifest = message === null ? null : parsed(() => read(message.text));
  if (message === null || manifest === null) return;
  must(manifest.entries.size > 0 && manifest.config.get('hash') === 'sha256', 'a manifest of nothing');
  for (const [path, hash] of manifest.entries) {
    must(/^[0-9a-f]{64}$/.test(hash), 'a hash of another form');
    must(
      !path.split(/[/\\]/).some((part) => part === '' || part === '.' || part === '..'),
      'a path with another meaning',
    );
    must(message.text.toString('latin1').includes(`${path} = ${hash}\n`), 'an entry that is not there');
  }
  // Bytes that are no UTF-8 are read as U+FFFD, which is written as such.
  if ([...manifest.config.values()].some((value) => value.includes('\ufffd'))) return;
  const again = read(serializeManifest(manifest.config, manifest.entries));
  must(
    same(manifest.config, again.config) && same(manifest.entries, again.entries),
    'written anew it lists something else',
  );
  must(
    manifest.type === again.type && manifest.expiresAfter?.getTime() === again.expiresAfter?.getTime(),
    'its settings changed',
  );
  const third = serializeManifest(again.config, again.entries);
  must(third.equals(serializeManifest(manifest.config, manifest.entries)), 'writing is not stable');
}

/** @param {Buffer} bytes @returns {Manifest} */
function read(bytes) {
  // Tests alone may take for verified what is not.
  const text = /** @type {unknown} */ ({ bytes, signer: '0'.repeat(40), signedAt: new Date(0) });
  return parseManifest(/** @type {import('../../dist/src/openpgp/verified-text.js').VerifiedText} */ (text));
}

/** @param {ReadonlyMap<string, string>} a @param {ReadonlyMap<string, string>} b */
function same(a, b) {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
