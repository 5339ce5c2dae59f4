import { DataError } from '../errors.js';
import type { Certificate, SignatureSet } from './certificate.js';
import { type KeyPacket, parseKeyPacket } from './key-packet.js';
import { type Packet, readPackets, Tag } from './packets.js';
import { parseSignature, type Signature, SignatureType } from './signature-packet.js';

/** What was read of one packet sequence, and in words what was not. */
export interface CertificatesRead {
  readonly certificates: Certificate[];
  readonly problems: string[];
}

/** Types of signatures that speak of the key itself, wherever between its packets somebody put them. */
const ON_THE_KEY: ReadonlySet<number> = new Set([SignatureType.DirectKey, SignatureType.KeyRevocation]);

/**
 * Reads the transferable public keys in a packet sequence (RFC 9580 §10.1). What is malformed or not supported is left
 * out and named in `problems`; where the framing itself breaks, the key it breaks in is left out with all that follows.
 */
export function readCertificates(bytes: Buffer): CertificatesRead {
  const reader = new CertificateReader();
  try {
    for (const packet of readPackets(bytes)) reader.add(packet);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    reader.abandon(error.message);
  }
  return reader.finish();
}

class CertificateReader {
  readonly #certificates: Certificate[] = [];
  readonly #problems = new Set<string>();
  #current: Certificate | null = null;
  /** Where the next signatures belong, or `null` where they belong to nothing that is kept. */
  #target: SignatureSet | null = null;

  add({ tag, body }: Packet): void {
    switch (tag) {
      case Tag.PublicKey:
        this.#startKey(body);
        break;
      case Tag.SecretKey:
        this.#closeKey();
        this.#problems.add('a secret key was skipped: only public keys are read');
        break;
      case Tag.UserId:
        this.#target = this.#current === null ? null : userIdOf(this.#current, body).signatures;
        break;
      case Tag.PublicSubkey:
        this.#target = null;
        this.#addSubkey(body);
        break;
      case Tag.Signature:
        this.#addSignature(body);
        break;
      case Tag.Trust:
      case Tag.Marker:
      case Tag.Padding:
        break;
      default:
        // User attributes and whatever is not known: their signatures must not fall to the component before them.
        this.#target = null;
    }
  }

  /** Drops the key that is being read. */
  abandon(problem: string): void {
    const name = this.#current === null ? '' : `key ${this.#current.key.fingerprint}: `;
    this.#problems.add(`${name}${problem}`);
    this.#current = null;
  }

  finish(): CertificatesRead {
    this.#closeKey();
    return { certificates: this.#certificates, problems: [...this.#problems] };
  }

  #startKey(body: Buffer): void {
    this.#closeKey();
    const key = this.#readKey(body);
    if (key === null) return;
    this.#current = { key, signatures: new Map(), userIds: new Map(), subkeys: new Map() };
    this.#target = this.#current.signatures;
  }

  #closeKey(): void {
    if (this.#current !== null) this.#certificates.push(this.#current);
    this.#current = null;
    this.#target = null;
  }

  #addSubkey(body: Buffer): void {
    if (this.#current === null) return;
    const key = this.#readKey(body);
    if (key === null) return;
    let subkey = this.#current.subkeys.get(key.fingerprint);
    if (subkey === undefined) {
      subkey = { key, signatures: new Map() };
      this.#current.subkeys.set(key.fingerprint, subkey);
    }
    this.#target = subkey.signatures;
  }

  #addSignature(body: Buffer): void {
    if (this.#current === null) return;
    let signature: Signature;
    try {
      signature = parseSignature(body);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      this.#problems.add(`key ${this.#current.key.fingerprint}: ${error.message}`);
      return;
    }
    const target = ON_THE_KEY.has(signature.type) ? this.#current.signatures : this.#target;
    target?.set(body.toString('latin1'), signature);
  }

  #readKey(body: Buffer): KeyPacket | null {
    try {
      return parseKeyPacket(body);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      this.#problems.add(error.message);
      return null;
    }
  }
}

function userIdOf({ userIds }: Certificate, bytes: Buffer) {
  const name = bytes.toString('latin1');
  let userId = userIds.get(name);
  if (userId === undefined) {
    userId = { bytes, signatures: new Map() };
    userIds.set(name, userId);
  }
  return userId;
}
