/** What a developer mails to have a key certified: the public key, and the proof that its private part is held. */
import { DataError, SigsweepError } from '../errors.js';
import { BEGIN_MESSAGE, END_SIGNATURE } from '../openpgp/armor.js';
import type { Certificate } from '../openpgp/certificate.js';
import { writeCertificate } from '../openpgp/certificate-writer.js';
import { Keyring } from '../openpgp/keyring.js';
import { armorPublicKey } from '../openpgp/secret-key.js';
import { Verifier } from '../openpgp/verify.js';
import { escapeForTerminal } from '../report/escape.js';

/** A request that was verified: whoever made it held the private key, and knew the nonce. */
export interface CertificationRequest {
  readonly certificate: Certificate;
  readonly nonce: string;
  readonly madeAt: Date;
}

const TITLE = 'sigsweep certification request, version 1';

/** What may stand for a nonce: somebody will read it out or copy it. */
const NONCE = /^[A-Za-z0-9_.-]{8,128}$/;

/** @throws SigsweepError USAGE when it is none that can be written into a request. */
export function requireNonce(nonce: string): string {
  if (NONCE.test(nonce)) return nonce;
  throw new SigsweepError('USAGE', 'a nonce has 8 to 128 letters, digits, and . _ - in it');
}

/** The text that the key signs: whoever reads the mail sees whose key it is said to be. */
function requestText({ key, userIds }: Certificate, nonce: string): Buffer {
  const names = [...userIds.keys()].sort().map((userId) => `user ID: ${escapeForTerminal(userId)}`);
  return Buffer.from([TITLE, `fingerprint: ${key.fingerprint}`, ...names, `nonce: ${nonce}`, ''].join('\n'));
}

/**
 * Writes a request: the signed text, and the public key behind it.
 * @param clearsign signs with the key's primary key or a signing subkey of it
 */
export async function makeRequest(
  certificate: Certificate,
  nonce: string,
  clearsign: (text: Uint8Array) => Promise<Buffer>,
): Promise<string> {
  const signed = await clearsign(requestText(certificate, nonce));
  return signed.toString('latin1') + armorPublicKey(writeCertificate(certificate));
}

/** Whether a file is meant as a request, and not as a bare key. */
export function holdsRequest(file: Buffer): boolean {
  return file.includes(BEGIN_MESSAGE);
}

/**
 * Reads a request and verifies that the key in it signed it. What stands around it, as in a mail, is passed over:
 * nothing outside of the signed text and the key is believed.
 * @throws SigsweepError KEY_REFUSED
 */
export async function readRequest(file: Uint8Array, source: string, now: Date): Promise<CertificationRequest> {
  const text = Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString('latin1');
  const [start, end] = [text.indexOf(BEGIN_MESSAGE), text.indexOf(END_SIGNATURE)];
  if (start < 0 || end < start) throw refused(source, 'it holds no signed request');
  const keyring = new Keyring();
  try {
    keyring.add(Buffer.from(text.slice(end + END_SIGNATURE.length), 'latin1'), source);
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    throw refused(source, 'no public key follows the signed request');
  }
  const [fingerprint, ...others] = keyring.fingerprints();
  const certificate = keyring.get(fingerprint ?? '');
  if (certificate === undefined || others.length > 0) throw refused(source, 'it holds more than one key');
  // As far as this goes the key vouches for itself: that it is who it says is for a person to find out.
  const settings = {
    anchors: new Set([certificate.key.fingerprint]),
    revoked: new Set<string>(),
    policy: 'strict',
    now,
  } as const;
  const outcome = await new Verifier(keyring, settings).verify(
    Buffer.from(text.slice(start, end + END_SIGNATURE.length), 'latin1'),
  );
  if (outcome.verdict !== 'trusted') throw refused(source, outcome.reason);
  const { signer, bytes, signedAt } = outcome.text;
  const nonce = /\nnonce: (\S+)\n$/.exec(bytes.toString('latin1'))?.[1] ?? '';
  if (signer !== certificate.key.fingerprint || !bytes.equals(requestText(certificate, nonce))) {
    throw refused(source, 'what is signed is no request for this key');
  }
  return { certificate, nonce, madeAt: signedAt };
}

function refused(source: string, why: string): SigsweepError {
  return new SigsweepError('KEY_REFUSED', `request ${source}: ${why}`);
}
