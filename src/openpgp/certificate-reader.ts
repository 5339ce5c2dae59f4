import { DataError } from '../errors.js';
import { MAX_USER_ID_BYTES } from '../limits.js';
import { type Certificate, type SignatureSet, subkeyOf, tooManySubkeys, userIdOf } from './certificate.js';
import { parseKeyPacket } from './key-packet.js';
import { type Packet, readPackets, Tag } from './packets.js';
import { parseSignature, SignatureType } from './signature-packet.js';

/** What was read of one packet sequence, and in words what was not. */
export interface CertificatesRead {
  readonly certificates: Certificate[];
  readonly problems: string[];
}

/** No key and no signature is shorter, whatever its version and algorithm. */
const SHORTEST_BODY_BYTES = 8;

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
        this.#target = null;
        this.#addUserId(body);
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
    const key = this.#parse(body, parseKeyPacket);
    if (key === null) return;
    this.#current = { key, signatures: new Map(), userIds: new Map(), subkeys: new Map() };
    this.#target = this.#current.signatures;
  }

  #closeKey(): void {
    if (this.#current !== null) this.#certificates.push(this.#current);
    this.#current = null;
    this.#target = null;
  }

  #addUserId(body: Buffer): void {
    if (this.#current === null) return;
    if (body.length > MAX_USER_ID_BYTES) {
      this.#problems.add(`key ${this.#current.key.fingerprint}: a user ID is longer than ${MAX_USER_ID_BYTES} bytes`);
    } else {
      this.#target = userIdOf(this.#current, body).signatures;
    }
  }

  #addSubkey(body: Buffer): void {
    if (this.#current === null) return;
    const key = this.#parse(body, parseKeyPacket);
    if (key === null) return;
    const subkey = subkeyOf(this.#current, key);
    if (subkey === null) this.#problems.add(tooManySubkeys(this.#current.key));
    else this.#target = subkey.signatures;
  }

  #addSignature(body: Buffer): void {
    if (this.#current === null) return;
    const signature = this.#parse(body, parseSignature, `key ${this.#current.key.fingerprint}: `);
    if (signature === null) return;
    const target = ON_THE_KEY.has(signature.type) ? this.#current.signatures : this.#target;
    target?.set(body.toString('latin1'), signature);
  }

  /** What the packet holds, or `null` when that is of no use. */
  #parse<Part>(body: Buffer, parse: (body: Buffer) => Part, whose = ''): Part | null {
    // A file of the shortest packets would take its time for exceptions alone.
    if (body.length < SHORTEST_BODY_BYTES) {
      this.#problems.add(`${whose}a packet is too short for a key or a signature`);
      return null;
    }
    try {
      return parse(body);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      this.#problems.add(`${whose}${error.message}`);
      return null;
    }
  }
}
