import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';
import { DataError, errnoOf } from '../errors.js';
import { MAX_PACKAGE_BYTES } from '../limits.js';
import { requireModest } from './expansion.js';
import { gzipHeaderLength } from './gzip-header.js';

/** Unpacked at a time, in bytes. */
const CHUNK_BYTES = 64 * 1024;

/** CRC-32 and length of what was packed, behind the compressed data. */
const TRAILER_BYTES = 8;

/** What {@link gunzip} may be told. */
export interface GunzipOptions {
  /** Size of the whole package in bytes, where it is known: what unpacks to too much then ends early. */
  readonly packedBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * Unpacks gzip data of exactly one member, with nothing behind it, and requires that its checksum and its length are
 * right. Node's own reader takes several members for one and passes over what follows them.
 * @param take gets the unpacked bytes as they come, and may throw to refuse them.
 * @throws DataError for anything else, what `take` and the source throw, and the signal's reason.
 */
export async function gunzip(
  source: AsyncIterable<Uint8Array>,
  take: (bytes: Buffer) => void,
  options: GunzipOptions = {},
): Promise<void> {
  requireModest(options.packedBytes ?? 0, 0);
  const member = new Member(take, options);
  try {
    for await (const chunk of source) {
      options.signal?.throwIfAborted();
      await member.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    }
    member.end();
  } finally {
    member.close();
  }
}

/** What tells that compressed data is over: it is, or it is damaged. */
const ENDINGS = ['end', 'close'] as const;

class Member {
  readonly #inflate: InflateRaw = createInflateRaw({ chunkSize: CHUNK_BYTES });
  #part: 'header' | 'data' | 'trailer' = 'header';
  /** The bytes of the header, or of the trailer, that are there. */
  #held = Buffer.alloc(0);
  #failure: unknown;
  #packedBytes = 0;
  /** Of the compressed data alone. */
  #dataBytes = 0;
  #unpackedBytes = 0;
  #crc = 0;

  constructor(
    private readonly take: (bytes: Buffer) => void,
    private readonly options: GunzipOptions,
  ) {
    this.#inflate.on('data', (bytes: Buffer) => this.#receive(bytes));
    this.#inflate.on('error', (error) => this.#fail(error));
  }

  async push(chunk: Buffer): Promise<void> {
    this.#packedBytes += chunk.length;
    if (this.#packedBytes > MAX_PACKAGE_BYTES) requireModest(this.#packedBytes, 0);
    if (this.#part === 'data') await this.#unpack(chunk);
    else if (this.#part === 'trailer') this.#holdTrailer(chunk);
    else {
      this.#held = Buffer.concat([this.#held, chunk]);
      const length = gzipHeaderLength(this.#held);
      if (length === null) return;
      const data = this.#held.subarray(length);
      this.#held = Buffer.alloc(0);
      this.#part = 'data';
      await this.#unpack(data);
    }
  }

  end(): void {
    if (this.#part !== 'trailer' || this.#held.length < TRAILER_BYTES) throw new DataError('the gzip data is cut off');
    const isWhole =
      this.#held.readUInt32LE(0) === this.#crc && this.#held.readUInt32LE(4) === this.#unpackedBytes % 2 ** 32;
    if (!isWhole) throw new DataError('the gzip data is damaged: its checksum or its length is wrong');
    requireModest(this.#packedBytes, this.#unpackedBytes);
  }

  close(): void {
    this.#inflate.destroy();
  }

  /** Resolves when all that the data unpacks to was taken. */
  async #unpack(data: Buffer): Promise<void> {
    if (data.length === 0) return;
    this.#dataBytes += data.length;
    const isOver = await this.#write(data);
    if (this.#failure !== undefined) throw asDataError(this.#failure);
    if (!isOver) return;
    this.#part = 'trailer';
    this.#holdTrailer(data.subarray(data.length - (this.#dataBytes - this.#inflate.bytesWritten)));
  }

  /** Resolves when all of the data was used or no more of it will be, which is the answer. */
  #write(data: Buffer): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isOver: boolean) => {
        for (const event of ENDINGS) this.#inflate.off(event, over);
        resolve(isOver);
      };
      const over = () => settle(true);
      for (const event of ENDINGS) this.#inflate.once(event, over);
      // Not called where the compressed data ends within it, nor where it is damaged.
      this.#inflate.write(data, () => settle(false));
    });
  }

  #holdTrailer(bytes: Buffer): void {
    this.#held = Buffer.concat([this.#held, bytes]);
    if (this.#held.length > TRAILER_BYTES) throw new DataError('something follows the end of the gzip data');
  }

  #receive(bytes: Buffer): void {
    if (this.#failure !== undefined) return;
    try {
      this.options.signal?.throwIfAborted();
      this.#crc = crc32(bytes, this.#crc);
      this.#unpackedBytes += bytes.length;
      requireModest(this.options.packedBytes ?? MAX_PACKAGE_BYTES, this.#unpackedBytes);
      this.take(bytes);
    } catch (error) {
      this.#fail(error);
      // What was thrown in here would end the process.
      this.#inflate.destroy();
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
  }
}

/** What zlib says of damaged data: `invalid block type`, with a code of its own. */
function asDataError(error: unknown): unknown {
  if (!(error instanceof Error) || !errnoOf(error)?.startsWith('Z_')) return error;
  return new DataError(`the gzip data is damaged: ${error.message}`, { cause: error });
}
