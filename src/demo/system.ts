import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fromText } from '../files/bytepath.js';
import { certify } from '../openpgp/certify.js';
import { armorPublicKey, generateKey, type KeyType, type SecretKey } from '../openpgp/secret-key.js';
import { Contents } from './content.js';
import { CONFIGURATION_FILES, installedAt, WEB_ROOT } from './layout.js';
import { type ListedHash, writeModuleSignature } from './module-signature.js';
import { type GeneratedModule, moduleXml, planModules } from './modules.js';
import { PathMaker } from './paths.js';
import { Random } from './prng.js';
import { fileSizes } from './sizes.js';
import { TreeWriter } from './tree-writer.js';
import { writeUnlisted } from './unlisted.js';

export interface SystemOptions {
  /** How many modules, `framework`, `core` and `ucp` included. */
  modules: number;
  /** How many files all manifests list together. Every module has seven at least, `framework` nineteen. */
  listedFiles: number;
  /** How many files lie in the web root that no manifest lists: packages, translations, caches, dotfiles, copies. */
  unlistedFiles: number;
  /** The same seed gives the same files, except for keys and signatures. */
  seed: number;
  /** Mean size of the listed files. @default 15000, as on real systems */
  meanBytes?: number;
  /** Whether there is a `framework` module, with files all over the system. @default true */
  framework?: boolean;
  /** Keys of the anchor and the signer. Genuine ones are `rsa4096`, and take a second or two to make. @default 'ed25519' */
  keyType?: KeyType;
}

export interface GeneratedSystem {
  /** The root of the system: what is `/` on the machine it stands for. */
  dir: string;
  webRoot: string;
  anchor: SecretKey;
  /** Certified by the anchor; signed every module. */
  signer: SecretKey;
  anchorFingerprint: string;
  /** In the order of their names. */
  modules: GeneratedModule[];
  /** What lies on the disk now; listed files that are never installed do not. */
  written: { listedFiles: number; listedBytes: number; unlistedFiles: number; unlistedBytes: number };
}

const DEFAULT_MEAN_BYTES = 15_000;

/** Where a FreePBX system keeps the public keys it knows. */
const KEY_FOLDER = 'admin/libraries/BMO';

/** Where `framework` lists what it installs in the web root. */
const LISTED_WEB_ROOT = 'amp_conf/htdocs';

/**
 * Writes a FreePBX system in which everything is as it should be: every module signed by one certified signer, every
 * listed file in place, and around them what installed systems hold without a signature.
 *
 * @param dir an empty folder, or one that does not exist yet
 */
export async function generateSystem(dir: string, options: SystemOptions): Promise<GeneratedSystem> {
  const { framework = true, meanBytes = DEFAULT_MEAN_BYTES, keyType = 'ed25519' } = options;
  const random = new Random(options.seed);
  const contents = new Contents(random);
  const paths = new PathMaker(random);
  const { anchor, signer, keyFiles } = await makeKeys(keyType);
  const webRoot = join(dir, WEB_ROOT);
  const configuration = new TreeWriter();
  for (const [path, text] of CONFIGURATION_FILES) configuration.write(join(dir, path), text);
  if (!framework) for (const [name, text] of keyFiles) configuration.write(join(webRoot, KEY_FOLDER, name), text);

  const keys = new Map(keyFiles.map(([name, text]) => [`${LISTED_WEB_ROOT}/${KEY_FOLDER}/${name}`, text]));
  const plans = planModules({ ...options, framework, keyPaths: [...keys.keys()] }, paths, random);
  const sizes = fileSizes(options.listedFiles, meanBytes, random);
  const listed = new TreeWriter();
  const modules: GeneratedModule[] = [];
  for (const { name, version, paths: listedPaths } of plans) {
    const fixed = new Map(keys).set('module.xml', moduleXml(name, version));
    const hashes = listedPaths.map((path): ListedHash => {
      const content = fixed.get(path) ?? contents.make(`${name}/${path}`, sizes.pop() ?? meanBytes);
      const place = installedAt(name, path);
      if (place !== undefined) listed.write(join(dir, place), content, isProgram(path) ? 0o755 : 0o644);
      return [fromText(path), createHash('sha256').update(content).digest('hex')];
    });
    const path = join(webRoot, 'admin/modules', name);
    await writeModuleSignature(path, hashes, signer);
    modules.push({ name, path, version, listed: listedPaths });
  }

  const unlisted = new TreeWriter();
  writeUnlisted(webRoot, modules, options.unlistedFiles, { contents, paths, random, writer: unlisted });
  const written = {
    listedFiles: listed.files,
    listedBytes: listed.bytes,
    unlistedFiles: unlisted.files,
    unlistedBytes: unlisted.bytes,
  };
  return { dir, webRoot, anchor, signer, anchorFingerprint: anchor.fingerprint, modules, written };
}

function isProgram(listedPath: string): boolean {
  return /^amp_conf\/(bin|sbin|agi-bin)\//.test(listedPath);
}

/** A throw-away anchor and a signer it has certified, with their key files named as FreePBX names them. */
async function makeKeys(
  type: KeyType,
): Promise<{ anchor: SecretKey; signer: SecretKey; keyFiles: [name: string, text: string][] }> {
  const created = new Date(Date.now() - 24 * 60 * 60 * 1000);
  const anchor = await generateKey({ name: 'Demonstration anchor', email: 'anchor@example.org', type, created });
  const signer = await generateKey({ name: 'Demonstration signer', email: 'signer@example.org', type, created });
  const certified = await certify(signer.publicKey(), anchor, { date: created });
  const keyFiles: [string, string][] = [
    [`${anchor.keyId}.key`, anchor.armored()],
    [`${signer.keyId}.key`, armorPublicKey(certified)],
  ];
  return { anchor, signer, keyFiles };
}
