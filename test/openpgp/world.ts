/** One anchor, one signer it certified, and a shorthand to judge a file by them. */
import { createHash } from 'node:crypto';
import { moduleXml } from '../../src/demo/modules.js';
import { Keyring } from '../../src/openpgp/keyring.js';
import { type SignatureOutcome, Verifier } from '../../src/openpgp/verify.js';
import { ForgedKey, NOW } from './forge.js';
import { certify, type Framing, frame, type Options, publicKey, signText } from './forge-keys.js';

export const ANCHOR_ID = 'Anchor <anchor@example.org>';
export const SIGNER_ID = 'Signer <signer@example.org>';

export const anchor = new ForgedKey();
export const signer = new ForgedKey();
export const stranger = new ForgedKey();

export const anchorKey = publicKey(anchor, ANCHOR_ID);
export const certifiedKey = publicKey(signer, SIGNER_ID, certify(anchor, signer, SIGNER_ID));

/** The module that the signed files belong to, and the one file that it consists of. */
export const MODULE = 'cdr';
export const MODULE_XML = moduleXml(MODULE, '17.0.1');
const MODULE_XML_HASH = createHash('sha256').update(MODULE_XML).digest('hex');

/** A small manifest, without a line end after its last line. */
export const TEXT = `[config]\nversion=1\nhash=sha256\n[hashes]\nmodule.xml = ${MODULE_XML_HASH}\n;# End`;

export interface World {
  readonly keys?: readonly Buffer[];
  readonly anchors?: readonly string[];
  readonly revoked?: readonly string[];
  readonly policy?: 'compat' | 'strict';
  readonly now?: number;
}

/** A file that the signer signed, ordinary but for the options. */
export function signed(options: Options = {}, framing: Framing = {}, text = TEXT): string {
  return frame(text, signText(text, options.by ?? signer, options), framing);
}

export function judge(file: string | Buffer, world: World = {}): Promise<SignatureOutcome> {
  return verifierOf(world).verify(typeof file === 'string' ? Buffer.from(file, 'latin1') : file);
}

export function verifierOf(world: World): Verifier {
  const keyring = new Keyring();
  for (const [index, key] of (world.keys ?? [anchorKey, certifiedKey]).entries()) keyring.add(key, `key ${index}`);
  return new Verifier(keyring, {
    anchors: new Set(world.anchors ?? [anchor.fingerprint]),
    revoked: new Set(world.revoked ?? []),
    policy: world.policy ?? 'compat',
    now: new Date((world.now ?? NOW) * 1000),
  });
}
