import { SigsweepError } from '../../errors.js';
import { type Authority, fileAuthority } from '../../keys/authority.js';
import { type Gnupg, withPassphrase } from '../../keys/gnupg.js';
import { gnupgAuthority } from '../../keys/gnupg-authority.js';
import { addPublicKeysOf, secretKeysOf } from '../../keys/gnupg-keys.js';
import { openKeyFile, unlockKeyFile } from '../../publish/file-signer.js';
import type { Keys } from '../../scan/signature/trust.js';
import { type SignerArguments, signerOptions } from '../signer-options.js';

/**
 * The private key that certifies or revokes: the one in the given file, or in GnuPG's keystore the one that was named,
 * else the only one that is an anchor, else the only one.
 * @throws SigsweepError SIGNER_UNUSABLE, GNUPG_FAILED
 */
export async function authorityOf(given: SignerArguments, keys: Keys): Promise<Authority> {
  const { key, passphrase, gnupgPassphrase, gnupgHome, signer } = signerOptions(given);
  if (key !== undefined) {
    const opened = await openKeyFile(key, keys.keyring);
    return fileAuthority(opened.secret, () => unlockKeyFile(opened, passphrase));
  }
  const home: Gnupg = gnupgHome === undefined ? {} : { home: gnupgHome };
  const fingerprint = chosen(await secretKeysOf(home), signer, keys);
  await addPublicKeysOf(keys.keyring, home, [fingerprint]);
  const own = keys.keyring.get(fingerprint);
  if (own === undefined) throw new SigsweepError('SIGNER_UNUSABLE', `key ${fingerprint} cannot be read here`);
  return gnupgAuthority(own, withPassphrase(home, fingerprint, gnupgPassphrase ?? null));
}

function chosen(known: readonly string[], asked: string | undefined, { settings }: Keys): string {
  if (asked !== undefined) {
    if (known.includes(asked)) return asked;
    throw new SigsweepError('SIGNER_UNUSABLE', `there is no private key ${asked} in GnuPG's keystore`);
  }
  const anchors = known.filter((fingerprint) => settings.anchors.has(fingerprint));
  const [only, ...others] = anchors.length > 0 ? anchors : known;
  if (only === undefined) {
    throw new SigsweepError('SIGNER_UNUSABLE', "there is no private key in GnuPG's keystore: give one with --key FILE");
  }
  if (others.length === 0) return only;
  throw new SigsweepError('SIGNER_UNUSABLE', `GnuPG's keystore has several keys: say with --signer FINGERPRINT which`);
}
