import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BytePath } from '../files/bytepath.js';
import { serializeManifest } from '../manifest/serialize.js';
import type { SignatureOptions } from '../openpgp/make-signature.js';
import type { SecretKey } from '../openpgp/secret-key.js';
import { clearsign } from '../openpgp/sign.js';

/** A listed path and the SHA-256 of its file in lower-case hexadecimal. */
export type ListedHash = readonly [path: BytePath, sha256: string];

export interface ModuleSignatureOptions extends SignatureOptions {
  /** Settings of `[config]` besides or instead of the usual ones. @default none */
  config?: Readonly<Record<string, string>>;
}

/** Signs the list and writes it as the module's `module.sig`. */
export async function writeModuleSignature(
  modulePath: string,
  listed: Iterable<ListedHash>,
  key: SecretKey,
  options: ModuleSignatureOptions = {},
): Promise<void> {
  const { config = {}, ...signature } = options;
  const settings = {
    version: '2',
    hash: 'sha256',
    signedwith: key.keyId,
    signedby: "'sigsweep demonstration'",
    repo: 'standard',
    type: 'public',
    timestamp: ((options.date ?? new Date()).getTime() / 1000).toFixed(4),
    ...config,
  };
  const text = serializeManifest(Object.entries(settings), listed);
  writeFileSync(join(modulePath, 'module.sig'), await clearsign(text, key, signature));
}
