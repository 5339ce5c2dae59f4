import { DataError } from '../errors.js';
import { type Certificate, mergeCertificates, type Subkey, tooManySubkeys } from './certificate.js';
import { readCertificates } from './certificate-reader.js';
import { readKeyBlocks } from './key-armor.js';

/** Something in a key file that could not be used; the rest of the file was. */
export interface KeyProblem {
  /** The file, as given to {@link Keyring.add}. */
  readonly source: string;
  readonly problem: string;
}

/** A key with the ID that was asked for: the primary key itself where `subkey` is `null`. */
export interface KeyMatch {
  readonly certificate: Certificate;
  readonly subkey: Subkey | null;
}

/**
 * Key material by primary fingerprint. Nothing in it is trusted: copies of one key are merged, so that an old copy
 * without its revocation, wherever it comes from, takes nothing away from a newer one.
 */
export class Keyring {
  readonly #certificates = new Map<string, Certificate>();
  readonly #byKeyId = new Map<string, Map<string, KeyMatch>>();
  readonly #problems: KeyProblem[] = [];
  readonly #sources = new Map<string, Set<string>>();

  /**
   * Adds every key of a file, armored (one or several blocks) or binary. Returns how many primary keys were read;
   * what could not be read is noted in {@link problems}. Keys that would make it more than `most` are passed over,
   * while what is said of those it has is taken in. Throws {@link DataError} when the file holds no public key.
   */
  add(bytes: Uint8Array, source: string, most = Number.POSITIVE_INFINITY): number {
    const file = readKeyBlocks(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const problems = new Set(file.problems);
    let count = 0;
    for (const block of file.blocks) {
      const read = readCertificates(block);
      for (const problem of read.problems) problems.add(problem);
      for (const certificate of read.certificates) {
        const problem = this.#merge(certificate, most);
        if (problem !== null) problems.add(problem);
        this.#note(certificate.key.fingerprint, source);
      }
      count += read.certificates.length;
    }
    for (const problem of problems) this.#problems.push({ source, problem });
    if (count === 0) throw new DataError(`${source} holds no public key`);
    return count;
  }

  get problems(): readonly KeyProblem[] {
    return this.#problems;
  }

  /** Number of primary keys. */
  get size(): number {
    return this.#certificates.size;
  }

  /** Fingerprints of the primary keys, sorted. */
  fingerprints(): string[] {
    return [...this.#certificates.keys()].sort();
  }

  /** Every primary key, sorted by fingerprint. */
  all(): Certificate[] {
    return this.fingerprints().flatMap((fingerprint) => this.#certificates.get(fingerprint) ?? []);
  }

  /** The primary key with this fingerprint (40 upper-case hexadecimal digits). */
  get(fingerprint: string): Certificate | undefined {
    return this.#certificates.get(fingerprint);
  }

  /** The files that hold something of this primary key, in the order in which they were read. */
  sourcesOf(fingerprint: string): string[] {
    return [...(this.#sources.get(fingerprint) ?? [])];
  }

  /** Every primary key and subkey with this key ID: 64 bits are too few to name one key for certain. */
  find(keyId: string): KeyMatch[] {
    return [...(this.#byKeyId.get(keyId)?.values() ?? [])];
  }

  /**
   * Costs no more than the certificate is long, however much is known of the key already. Returns what of it could not
   * be used, or `null`.
   */
  #merge(certificate: Certificate, most: number): string | null {
    const { fingerprint, body } = certificate.key;
    let known = this.#certificates.get(fingerprint);
    let problem: string | null = null;
    if (known === undefined) {
      if (this.size >= most) return 'there are more keys than any genuine system has';
      known = certificate;
      this.#certificates.set(fingerprint, known);
    } else if (!known.key.body.equals(body)) {
      return `key ${fingerprint}: another key with this fingerprint is known already`;
    } else if (!mergeCertificates(known, certificate)) {
      problem = tooManySubkeys(known.key);
    }
    this.#index({ certificate: known, subkey: null });
    for (const name of certificate.subkeys.keys()) {
      const subkey = known.subkeys.get(name);
      if (subkey !== undefined) this.#index({ certificate: known, subkey });
    }
    return problem;
  }

  #note(fingerprint: string, source: string): void {
    if (!this.#certificates.has(fingerprint)) return;
    const sources = this.#sources.get(fingerprint);
    if (sources === undefined) this.#sources.set(fingerprint, new Set([source]));
    else sources.add(source);
  }

  #index(match: KeyMatch): void {
    const { keyId, fingerprint } = (match.subkey ?? match.certificate).key;
    let matches = this.#byKeyId.get(keyId);
    if (matches === undefined) {
      matches = new Map();
      this.#byKeyId.set(keyId, matches);
    }
    matches.set(`${match.certificate.key.fingerprint}/${fingerprint}`, match);
  }
}
