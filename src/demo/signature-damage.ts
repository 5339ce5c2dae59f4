import { cpSync, mkdirSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromText } from '../files/bytepath.js';
import { certify, revokeCertification } from '../openpgp/certify.js';
import type { SignatureOptions } from '../openpgp/make-signature.js';
import { armorPublicKey, generateKey, type SecretKey } from '../openpgp/secret-key.js';
import { sha256 } from '../sha256.js';
import type { Severity, Verdict } from '../types.js';
import type { Plant } from './damage.js';
import { type ListedHash, writeModuleSignature } from './module-signature.js';
import type { GeneratedModule } from './modules.js';
import type { GeneratedSystem } from './system.js';

const HOUR_MS = 60 * 60 * 1000;

/** Modules whose files are untouched and whose signature, signer or name is not what it should be. */
export const SIGNATURE_DAMAGE: readonly Plant[] = [
  module('a module without a signature', 'unsigned', 'medium', ({ path }) => unlinkSync(join(path, 'module.sig'))),
  module('an empty module.sig', 'invalid', 'critical', ({ path }) => truncateSync(join(path, 'module.sig'))),
  module('a module by a signer whom nobody certified', 'untrusted', 'critical', async (victim) => {
    const stranger = await otherSigner('stranger');
    await signAgain(victim, stranger, stranger.publicKey());
  }),
  module(
    'a module by a signer whose certification was taken back',
    'revoked',
    'critical',
    async (victim, { anchor }) => {
      const signer = await otherSigner('former signer');
      const certified = await certify(signer.publicKey(), anchor, { date: hoursAgo(3) });
      await signAgain(victim, signer, await revokeCertification(certified, anchor, { date: hoursAgo(2) }));
    },
  ),
  module('a module by a signer whose key is not there', 'key-missing', 'high', async (victim) =>
    signAgain(victim, await otherSigner('absent signer')),
  ),
  module('a module whose signature has expired', 'expired', 'high', async (victim, { signer }) =>
    signAgain(victim, signer, undefined, { date: hoursAgo(2), expiresInSeconds: 60 }),
  ),
  (system, victims) => {
    const original = victims.next();
    const where = join(system.webRoot, 'admin/modules/admindashboard');
    cpSync(original.path, where, { recursive: true, verbatimSymlinks: true });
    return {
      what: 'a module under the name of another',
      where,
      module: 'admindashboard',
      expect: { verdict: 'wrong-module', severity: 'critical' },
    };
  },
];

function module(
  what: string,
  verdict: Verdict,
  severity: Severity,
  harm: (victim: GeneratedModule, system: GeneratedSystem) => void | Promise<void>,
): Plant {
  return async (system, victims) => {
    const victim = victims.next();
    await harm(victim, system);
    return { what, where: victim.path, module: victim.name, expect: { verdict, severity } };
  };
}

/** Signs the module as it lies there, with the signer's public key, if given, beside it as modules carry theirs. */
async function signAgain(
  { path: folder, listed }: GeneratedModule,
  key: SecretKey,
  publicKey?: Uint8Array,
  options?: SignatureOptions,
): Promise<void> {
  const paths = [...listed];
  if (publicKey !== undefined) {
    const keyPath = `signatures/${key.keyId}.key`;
    mkdirSync(join(folder, 'signatures'), { recursive: true });
    writeFileSync(join(folder, keyPath), armorPublicKey(publicKey));
    paths.push(keyPath);
  }
  await writeModuleSignature(
    folder,
    paths.map((path): ListedHash => [fromText(path), sha256(readFileSync(join(folder, path)))]),
    key,
    options,
  );
}

function otherSigner(name: string): Promise<SecretKey> {
  return generateKey({ name: `Demonstration ${name}`, email: 'other@example.org', created: hoursAgo(4) });
}

function hoursAgo(hours: number): Date {
  return new Date(Date.now() - hours * HOUR_MS);
}
