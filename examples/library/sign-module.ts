/**
 * Signs a module, as a build would: the key's passphrase comes from the build's secrets.
 * `node sign-module.js FOLDER KEY_FILE KEYRING ANCHOR`
 */
import { SigsweepError, signModule, toText } from 'sigsweep';

const [folder = '.', key = '', keyring = '', anchor = ''] = process.argv.slice(2);

try {
  const { name, signature, files, written } = await signModule(folder, {
    key,
    passphrase: async () => process.env.SIGNING_PASSPHRASE ?? '',
    // The public keys that say who certified this one: what no system would trust is not signed.
    keyrings: [keyring],
    anchors: [anchor],
  });
  process.stdout.write(`${JSON.stringify({ module: toText(name), files, by: signature.signer, written })}\n`);
} catch (error) {
  if (!(error instanceof SigsweepError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 2;
}
