import { SigsweepError } from '../errors.js';
import type { Gnupg } from '../keys/gnupg.js';
import { gnupgClearsign, gnupgSignMessage, publicKeysOf, secretKeysOf } from '../keys/gnupg-keys.js';
import type { Certificate } from '../openpgp/certificate.js';
import type { KeyMatch, Keyring } from '../openpgp/keyring.js';
import { Judge, type Judgement } from '../openpgp/trust.js';
import type { Keys } from '../scan/signature/trust.js';
import { fileSigner, openKeyFile } from './file-signer.js';
import type { Signer, SignerOptions } from './signer.js';

/** A key that could sign, and what its signature would be worth. */
interface Candidate {
  readonly match: KeyMatch;
  readonly judgement: Judgement;
}

/** From what makes a signature good to what makes it bad. */
const BEST_FIRST: readonly Judgement['trust'][] = [
  'anchor',
  'certified',
  'untrusted',
  'unknown',
  'expired',
  'revoked',
  'invalid',
];

/**
 * Finds the key that signs: the one in the given file, or the newest in GnuPG's keystore that an anchor has certified.
 * What is at hand of public keys is added to.
 * @throws SigsweepError SIGNER_UNUSABLE in words that say what is wrong with it and what to do, GNUPG_FAILED,
 * PASSPHRASE_WRONG
 */
export async function chooseSigner(options: SignerOptions, keys: Keys): Promise<Signer> {
  const { key, purpose } = options;
  const judged = purpose === 'request' ? withoutAnchors(keys) : keys;
  return key === undefined ? gnupgSigner(options, judged) : signerInFile(key, options, judged);
}

/** Whoever asks to be certified is judged by nothing but the key: an earlier certification may be over, or taken back. */
function withoutAnchors(keys: Keys): Keys {
  return { ...keys, settings: { ...keys.settings, anchors: new Set() } };
}

async function signerInFile(file: string, options: SignerOptions, keys: Keys): Promise<Signer> {
  const opened = await openKeyFile(file, keys.keyring);
  const certificate = keys.keyring.get(opened.secret.fingerprint);
  if (certificate === undefined) throw unusable(`key ${file}: its public half cannot be read`);
  const parts = partsOf(certificate, keys.keyring).filter(
    (match) => opened.secret.part(partOf(match).fingerprint) !== undefined,
  );
  const best = await bestOf(parts, keys);
  if (best === undefined) throw unusable(`key ${file}: none of its private parts is there`);
  requireUsable(best, options);
  return fileSigner(opened, partOf(best.match).fingerprint, certificate, options.passphrase);
}

async function gnupgSigner(options: SignerOptions, keys: Keys): Promise<Signer> {
  const home: Gnupg = options.gnupgHome === undefined ? {} : { home: options.gnupgHome };
  const known = await secretKeysOf(home);
  if (known.length === 0) {
    throw unusable(
      "there is no private key in GnuPG's keystore: give one with --key FILE, or another --gnupg-home DIR",
    );
  }
  const { signer } = options;
  const asked = signer === undefined ? known : known.filter((fingerprint) => fingerprint === signer);
  if (asked.length === 0) throw unusable(`there is no private key ${signer} in GnuPG's keystore`);
  keys.keyring.add(await publicKeysOf(home, asked), "GnuPG's keystore");
  const best = await bestOf(
    asked.flatMap((fingerprint) => {
      const certificate = keys.keyring.get(fingerprint);
      return certificate === undefined ? [] : partsOf(certificate, keys.keyring);
    }),
    keys,
  );
  if (best === undefined) throw unusable("no private key in GnuPG's keystore can be read here");
  requireUsable(best, options);
  const { certificate } = best.match;
  if (asked.length > 1 && (options.purpose === 'request' || !isTrusted(best.judgement))) {
    throw unusable(`GnuPG's keystore has ${asked.length} keys: say with --signer FINGERPRINT which one is meant`);
  }
  const agent = async (): Promise<Gnupg> =>
    options.agentAsks === false && options.passphrase !== undefined
      ? { ...home, passphrase: await options.passphrase(`passphrase of key ${certificate.key.fingerprint}`) }
      : home;
  // With the exclamation mark it is that part which signs, and no other.
  const part = `${partOf(best.match).fingerprint}!`;
  return {
    certificate,
    clearsign: async (text) => gnupgClearsign(await agent(), part, text),
    signMessage: async (bytes, name) => gnupgSignMessage(await agent(), part, bytes, name),
  };
}

/** The primary key and its subkeys. */
function partsOf(certificate: Certificate, keyring: Keyring): KeyMatch[] {
  return [certificate.key, ...[...certificate.subkeys.values()].map(({ key }) => key)].flatMap(
    ({ keyId, fingerprint }) =>
      keyring
        .find(keyId)
        .filter((match) => match.certificate === certificate && partOf(match).fingerprint === fingerprint),
  );
}

function partOf({ certificate, subkey }: KeyMatch) {
  return (subkey ?? certificate).key;
}

/** The one whose signature is worth most; of equal ones the newest. */
async function bestOf(matches: readonly KeyMatch[], { keyring, settings }: Keys): Promise<Candidate | undefined> {
  const judge = new Judge(keyring, settings);
  const candidates = await Promise.all(matches.map(async (match) => ({ match, judgement: await judge.judge(match) })));
  const rank = ({ judgement }: Candidate) => BEST_FIRST.indexOf(judgement.trust);
  return candidates.sort((a, b) => rank(a) - rank(b) || partOf(b.match).created - partOf(a.match).created)[0];
}

function isTrusted({ trust }: Judgement): boolean {
  return trust === 'anchor' || trust === 'certified';
}

function requireUsable({ match, judgement }: Candidate, { allowUncertified = false, purpose }: SignerOptions): void {
  const { trust, reason } = judgement;
  const isUnknown = trust === 'untrusted' || trust === 'unknown';
  if (isTrusted(judgement) || (isUnknown && purpose === 'request')) return;
  if (trust === 'untrusted' && allowUncertified) return;
  const { fingerprint } = match.certificate.key;
  if (isUnknown) {
    throw unusable(
      `key ${fingerprint} would not be trusted: ${asClause(reason)}; to have it certified, send what sigsweep keys request ` +
        'prints to whoever holds an anchor; --allow-uncertified signs for a test of your own',
    );
  }
  throw unusable(`key ${fingerprint} must not sign: ${asClause(reason)}; sign with another key`);
}

function asClause(reason: string): string {
  return reason.charAt(0).toLowerCase() + reason.slice(1).replace(/\.$/, '');
}

function unusable(message: string): SigsweepError {
  return new SigsweepError('SIGNER_UNUSABLE', message);
}
