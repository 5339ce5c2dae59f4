import { type Command, Option } from 'commander';
import { parseFingerprint } from '../keys/fingerprint.js';
import type { SignerOptions } from '../publish/signer.js';
import { parsePath } from './arguments.js';
import { type PassphraseArguments, passphraseSource, withPassphraseOptions } from './passphrase.js';

/** Where the private key is that signs, certifies or revokes. */
export interface SignerArguments extends PassphraseArguments {
  readonly key?: string;
  readonly gnupgHome?: string;
  readonly signer?: string;
}

/** Adds the options that say which private key is used. */
export function withSignerOptions(command: Command): Command {
  return withPassphraseOptions(
    command
      .option('--key <file>', "a private key in a file (default: one in GnuPG's keystore)", parsePath)
      .addOption(
        new Option('--gnupg-home <dir>', "GnuPG's keystore (default: GNUPGHOME, or ~/.gnupg)")
          .argParser(parsePath)
          .conflicts('key'),
      )
      .addOption(
        new Option('--signer <fingerprint>', "which key of GnuPG's keystore")
          .argParser((text: string) => parseFingerprint(text, '--signer'))
          .conflicts('key'),
      ),
  );
}

/** The signer's options for the arguments given. */
export function signerOptions(given: SignerArguments): SignerOptions {
  const { key, gnupgHome, signer, passphraseFile, passphraseFd } = given;
  const passphrase = passphraseSource(given);
  const isHandedOver = passphraseFile !== undefined || passphraseFd !== undefined;
  return {
    ...(key === undefined ? {} : { key }),
    ...(gnupgHome === undefined ? {} : { gnupgHome }),
    ...(signer === undefined ? {} : { signer }),
    passphrase,
    ...(isHandedOver ? { gnupgPassphrase: passphrase } : {}),
  };
}
