import { DataError } from '../errors.js';
import { MAX_KEYS_PER_ID, MAX_SIGNATURE_FILE_BYTES, MAX_SIGNED_PACKAGE_BYTES } from '../limits.js';
import { sha256 } from '../sha256.js';
import type { Policy } from '../types.js';
import { canonicalText, parseCleartext } from './armor.js';
import { isSignedBy } from './crypto.js';
import { digestName } from './digests.js';
import { weaknessOf } from './key-packet.js';
import { isOver } from './key-state.js';
import type { KeyMatch, Keyring } from './keyring.js';
import { parseSignedMessage } from './message.js';
import { checkForm, checkMessageForm, claimedKeyId, readOnlySignature } from './signature-form.js';
import type { Signature } from './signature-packet.js';
import { createdAt, expiresAt, hashedIssuerFingerprint } from './subpackets.js';
import { Judge, type Judgement, type SignerTrust, type TrustSettings } from './trust.js';
import { mintVerifiedText, type VerifiedText } from './verified-text.js';

/** What a signature says of itself and what was found. Where the verdict is `invalid`, the claims are unproven. */
export interface SignatureInfo {
  /** Fingerprint of the primary key that made the signature, or `null` when that is not established. */
  readonly signer: string | null;
  /** 16 upper-case hexadecimal digits. */
  readonly keyId: string;
  readonly signedAt: Date;
  /** Lower case: `sha1`, `sha256`, `sha384`, `sha512`. */
  readonly digest: string;
  readonly trust: SignerTrust;
  /** `weak-digest`, and sentences about revocations that were ignored. */
  readonly warnings: readonly string[];
  /** SHA-256 of the signed text with LF line ends, or of what a message holds; lower-case hexadecimal. */
  readonly textSha256: string;
}

export type SignatureVerdict = 'invalid' | 'key-missing' | 'untrusted' | 'expired' | 'revoked';

/** A signature that counts, with what it covers. */
type Trusted<Content> = {
  readonly verdict: 'trusted';
  readonly reason: '';
  readonly signature: SignatureInfo;
} & Content;

interface Refused {
  readonly verdict: SignatureVerdict;
  /** One sentence for the administrator. */
  readonly reason: string;
  /** `null` when the file is too broken to say anything of a signature. */
  readonly signature: SignatureInfo | null;
}

export type SignatureOutcome = Trusted<{ readonly text: VerifiedText }> | Refused;

/** Of a signed message; what it holds is there only when its signature counts. */
export type MessageOutcome = Trusted<{ readonly content: Buffer }> | Refused;

/**
 * Verifies signed files against one keyring. The keyring has to be complete before the first call, because what a
 * signer's key is worth is judged once and remembered.
 */
export class Verifier {
  readonly #keyring: Keyring;
  readonly #settings: TrustSettings;
  readonly #judge: Judge;

  constructor(keyring: Keyring, settings: TrustSettings) {
    this.#keyring = keyring;
    this.#settings = settings;
    this.#judge = new Judge(keyring, settings);
  }

  /** Verifies the bytes of one `module.sig`. Bad data is a verdict, never an exception. */
  verify(file: Uint8Array): Promise<SignatureOutcome> {
    return this.#attempt(async (claims) => {
      const bytes = asBuffer(file);
      checkSize(bytes, MAX_SIGNATURE_FILE_BYTES);
      const message = parseCleartext(bytes);
      const signature = readOnlySignature(message.signature);
      claims.info = describe(message.text, signature);
      checkForm(signature, message.hashName);
      const judged = await this.#check(signature, claims.info, canonicalText(message.text));
      if (judged.refusal !== null) return judged.refusal;
      const { info, signer } = judged;
      const text = mintVerifiedText(message.text, signer, info.signedAt);
      return { verdict: 'trusted', reason: '', signature: info, text };
    });
  }

  /** Verifies a signed message, as which packages are handed out. Bad data is a verdict, never an exception. */
  verifyMessage(file: Uint8Array): Promise<MessageOutcome> {
    return this.#attempt(async (claims) => {
      const bytes = asBuffer(file);
      checkSize(bytes, MAX_SIGNED_PACKAGE_BYTES);
      const { content, signature } = parseSignedMessage(bytes);
      claims.info = describe(content, signature);
      checkMessageForm(signature);
      const { refusal, info } = await this.#check(signature, claims.info, content);
      return refusal ?? { verdict: 'trusted', reason: '', signature: info, content };
    });
  }

  async #attempt<Outcome>(
    verify: (claims: { info: SignatureInfo | null }) => Promise<Outcome | Refused>,
  ): Promise<Outcome | Refused> {
    const claims: { info: SignatureInfo | null } = { info: null };
    try {
      return await verify(claims);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      return { verdict: 'invalid', reason: sentence(error.message), signature: claims.info };
    }
  }

  /** The checklist. Throws {@link DataError} at the first step that fails, which makes the file `invalid`. */
  async #check(signature: Signature, info: SignatureInfo, covered: Buffer): Promise<Checked> {
    const now = Math.floor(this.#settings.now.getTime() / 1000);
    checkPolicy(info, this.#settings.policy);
    checkNotFromTheFuture(signature, now);
    const keys = this.#keysFor(info.keyId, signature);
    if (keys.length === 0) return refuse('key-missing', `The signer's key ${info.keyId} is not in the keyring.`, info);
    const makers = await makersOf(signature, keys, covered);
    const { match, judgement } = prevailing(await this.#judgeAll(makers));
    const signer = match.certificate.key.fingerprint;
    const judged = conclude(info, signer, judgement);
    if (judgement.trust === 'invalid') throw new DataError(judgement.reason);
    if (judgement.trust === 'revoked') return refuse('revoked', judgement.reason, judged);
    if (isOver(expiresAt(signature), now)) return refuse('expired', 'The signature has expired.', judged);
    if (judgement.trust === 'expired') return refuse('expired', judgement.reason, judged);
    if (judgement.trust === 'unknown') return refuse('key-missing', judgement.reason, judged);
    if (judgement.trust === 'untrusted') return refuse('untrusted', judgement.reason, judged);
    return { refusal: null, info: judged, signer };
  }

  /** The keys with this ID, without those that the signature's own fingerprint rules out. */
  #keysFor(keyId: string, signature: Signature): KeyMatch[] {
    const fingerprint = hashedIssuerFingerprint(signature);
    const keys = this.#keyring
      .find(keyId)
      .filter((match) => fingerprint === null || signingKey(match).fingerprint === fingerprint);
    if (keys.length > MAX_KEYS_PER_ID) throw new DataError(`too many keys have the ID ${keyId}`);
    return keys;
  }

  #judgeAll(makers: readonly KeyMatch[]): Promise<Judged[]> {
    return Promise.all(makers.map(async (match) => ({ match, judgement: await this.#judge.judge(match) })));
  }
}

interface Judged {
  readonly match: KeyMatch;
  readonly judgement: Judgement;
}

/** What the checks on one signature came to. */
type Checked =
  | { readonly refusal: null; readonly info: SignatureInfo; readonly signer: string }
  | { readonly refusal: Refused; readonly info: SignatureInfo };

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function checkSize(file: Buffer, most: number): void {
  if (file.length === 0) throw new DataError('the file is empty');
  if (file.length > most) throw new DataError('the file is too large for a signed one');
}

function describe(text: Buffer, signature: Signature): SignatureInfo {
  const digest = digestName(signature.digest);
  return {
    signer: null,
    keyId: claimedKeyId(signature),
    signedAt: new Date((createdAt(signature) ?? 0) * 1000),
    digest,
    trust: 'unknown',
    warnings: digest === 'sha1' ? ['weak-digest'] : [],
    textSha256: sha256(text),
  };
}

function checkPolicy(info: SignatureInfo, policy: Policy): void {
  if (policy === 'strict' && info.digest === 'sha1') {
    throw new DataError('the signature uses SHA-1, which the policy "strict" refuses');
  }
}

function checkNotFromTheFuture(signature: Signature, now: number): void {
  if ((createdAt(signature) ?? 0) > now) throw new DataError('the signature is dated in the future');
}

/** The keys that made the signature over the text. Throws {@link DataError} when none of them did. */
async function makersOf(signature: Signature, keys: readonly KeyMatch[], text: Buffer): Promise<KeyMatch[]> {
  const makers: KeyMatch[] = [];
  let problem = 'the signature does not match the text: one of them was altered';
  for (const match of keys) {
    const key = signingKey(match);
    const weakness = weaknessOf(key);
    if (weakness !== null) problem = `the key ${key.fingerprint} ${weakness}`;
    else if (!(await isSignedBy(signature, key, text))) continue;
    else if ((createdAt(signature) ?? 0) < key.created) problem = 'the signature is older than the key that made it';
    else makers.push(match);
  }
  if (makers.length === 0) throw new DataError(problem);
  return makers;
}

/**
 * Of several keys that made the signature (one subkey under two primary keys), a revoked one prevails, then a trusted
 * one. A primary key that adopted a foreign subkey without its consent is `invalid` and does not matter.
 */
function prevailing(candidates: readonly Judged[]): Judged {
  const order: readonly Judgement['trust'][] = [
    'revoked',
    'anchor',
    'certified',
    'expired',
    'unknown',
    'untrusted',
    'invalid',
  ];
  const rank = ({ judgement }: Judged): number => order.indexOf(judgement.trust);
  return candidates.reduce((a, b) => (rank(b) < rank(a) ? b : a));
}

function conclude(info: SignatureInfo, signer: string, judgement: Judgement): SignatureInfo {
  const trust = judgement.trust === 'invalid' ? 'unknown' : judgement.trust;
  return { ...info, signer, trust, warnings: [...info.warnings, ...judgement.warnings] };
}

function refuse(verdict: SignatureVerdict, reason: string, signature: SignatureInfo): Checked {
  return { refusal: { verdict, reason, signature }, info: signature };
}

function signingKey({ certificate, subkey }: KeyMatch) {
  return (subkey ?? certificate).key;
}

/** Messages of {@link DataError} are parts of sentences; a reason is a whole one. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return text.endsWith('.') ? text : `${text}.`;
}
