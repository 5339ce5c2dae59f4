import { createHash } from 'node:crypto';
import { containsPhp, isExecutableContent, PHP_TAG_BYTES } from '../hash/inspect.js';

/** As many bytes as tell what the kernel could run. */
const HEAD_BYTES = 4;

/** What is learnt of a file while its bytes pass by once. */
export class FileContent {
  readonly #digest = createHash('sha256');
  readonly #kept: Buffer[] = [];
  #head = Buffer.alloc(0);
  /** The last bytes that were searched, so that a tag across two pieces is found. */
  #tail = Buffer.alloc(0);
  #searched = 0;
  #containsPhp = false;

  constructor(
    /** In how many of its first bytes PHP is looked for. */
    private readonly sniffBytes: number,
    private readonly keeps: boolean,
  ) {}

  push(bytes: Buffer): void {
    this.#digest.update(bytes);
    if (this.keeps) this.#kept.push(Buffer.from(bytes));
    if (this.#head.length < HEAD_BYTES) this.#head = Buffer.concat([this.#head, bytes.subarray(0, HEAD_BYTES)]);
    this.#search(bytes.subarray(0, Math.max(0, this.sniffBytes - this.#searched)));
  }

  /** SHA-256 of all of it, 64 lower-case hex digits. To be asked for once. */
  sha256(): string {
    return this.#digest.digest('hex');
  }

  /** `<?php` in any case stands in what was searched. */
  get containsPhp(): boolean {
    return this.#containsPhp;
  }

  /** It begins as what the kernel can run. */
  get executableContent(): boolean {
    return isExecutableContent(this.#head);
  }

  /** All of it; `null` where it was not to be kept. */
  get bytes(): Buffer | null {
    return this.keeps ? Buffer.concat(this.#kept) : null;
  }

  #search(bytes: Buffer): void {
    if (this.#containsPhp || bytes.length === 0) return;
    this.#searched += bytes.length;
    const piece = this.#tail.length === 0 ? bytes : Buffer.concat([this.#tail, bytes]);
    this.#containsPhp = containsPhp(piece);
    this.#tail = Buffer.from(piece.subarray(Math.max(0, piece.length - (PHP_TAG_BYTES - 1))));
  }
}
