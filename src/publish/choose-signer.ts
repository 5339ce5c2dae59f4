import { SigsweepError } from '../errors.js';
import { type Gnupg, withPassphrase } from '../keys/gnupg.js';
import { addPublicKeysOf, gnupgClearsign, gnupgSignMessage, secretPartsOf } from '../keys/gnupg-keys.js';
import type { Certificate } from '../openpgp/certificate.js';
import { type KeyPacket, weaknessOf } from '../openpgp/key-packet.js';
import type { KeyMatch, Keyring } from '../openpgp/keyring.js';
import { Judge, type Judgement } from '../openpgp/trust.js';
import { asClause } from '../scan/signature/signature-file.js';
import type { Keys } from '../scan/signature/trust.js';
import { fileSigner, openKeyFile } from './file-signer.js';
import type { Signer, SignerOptions } from './signer.js';

/** A key that could sign, and what its signature would be worth. */
interface Candidate {
  readonly match: KeyMatch;
  readonly judgement: Judgement;
}

/** From what makes a signature good to what makes it bad. An anchor is for certifying, and signs where nothing else can. */
const BEST_FIRST: readonly Judgement['trust'][] = [
  'certified',
  'anchor',
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
  const home: Gnupg = {
    ...(options.gnupgHome === undefined ? {} : { home: options.gnupgHome }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  const known = await secretPartsOf(home);
  if (known.size === 0) {
    throw unusable(
      "there is no private key in GnuPG's keystore: give one with --key FILE, or another --gnupg-home DIR",
    );
  }
  const { signer } = options;
  const [first, ...others] = [...known.keys()].filter((name) => signer === undefined || name === signer);
  if (first === undefined) throw unusable(`there is no private key ${signer} in GnuPG's keystore`);
  const asked = [first, ...others] as const;
  await addPublicKeysOf(keys.keyring, home, asked);
  const best = await bestOf(
    asked.flatMap((fingerprint) => {
      const certificate = keys.keyring.get(fingerprint);
      const parts = certificate === undefined ? [] : partsOf(certificate, keys.keyring);
      return parts.filter((match) => known.get(fingerprint)?.has(partOf(match).fingerprint));
    }),
    keys,
  );
  if (best === undefined) throw unusable("no private key in GnuPG's keystore can be used here");
  requireUsable(best, options);
  const { certificate } = best.match;
  if (asked.length > 1 && (options.purpose === 'request' || !isTrusted(best.judgement))) {
    throw unusable(`GnuPG's keystore has ${asked.length} keys: say with --signer FINGERPRINT which one is meant`);
  }
  const agent = withPassphrase(home, certificate.key.fingerprint, options.gnupgPassphrase ?? null);
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
  const candidates = await Promise.all(
    matches.map(async (match) => ({ match, judgement: weak(partOf(match)) ?? (await judge.judge(match)) })),
  );
  const rank = ({ judgement }: Candidate) => BEST_FIRST.indexOf(judgement.trust);
  return candidates.sort((a, b) => rank(a) - rank(b) || partOf(b.match).created - partOf(a.match).created)[0];
}

/** What verification says of every signature by such a key. */
function weak(key: KeyPacket): Judgement | null {
  const weakness = weaknessOf(key);
  return weakness === null
    ? null
    : { trust: 'invalid', reason: `The key ${key.fingerprint} ${weakness}.`, warnings: [] };
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
  if (trust === 'unknown') {
    throw unusable(
      `key ${fingerprint} cannot be judged: ${asClause(reason)}; keep that key with sigsweep keys import FILE, or give it ` +
        'with --keyring FILE',
    );
  }
  if (trust === 'untrusted') {
    throw unusable(
      `key ${fingerprint} would not be trusted: ${asClause(reason)}; to have it certified, send what sigsweep keys request ` +
        'prints to whoever holds an anchor; --allow-uncertified signs for a test of your own',
    );
  }
  throw unusable(`key ${fingerprint} must not sign: ${asClause(reason)}; sign with another key`);
}

function unusable(message: string): SigsweepError {
  return new SigsweepError('SIGNER_UNUSABLE', message);
}
