import { setTimeout as sleep } from 'node:timers/promises';
import { BATCH_BYTES, CHUNK_BYTES } from './tuning.js';

const NANOSECONDS_PER_SECOND = 1e9;

/** What was not used of the last milliseconds may be made up for: timers come late. Nanoseconds. */
const CREDIT = 50_000_000n;

/** Shorter waits are left to add up: each costs two switches of context. Milliseconds. */
const SHORTEST_WAIT = 2;

/** Read between two waits, as time: short enough that the rate is even, long enough that a wait is worth it. Seconds. */
const PIECE_SECONDS = 0.05;

/** Read before a thread hands in what it has, so that progress is seen and a Ctrl-C is heard. Seconds. */
const TURN_SECONDS = 0.25;

/** A page: less at once costs the same. */
const SMALLEST_PIECE_BYTES = 4096;

/** What crosses between threads. */
export interface SharedLimit {
  readonly bytesPerSecond: number;
  /** Two 64-bit numbers: until when what was read is paid for, on the clock of the machine in ns; and bytes read. */
  readonly ledger: SharedArrayBuffer;
}

/**
 * An upper limit of bytes read per second by all threads that share it. Each pays for what it will read and then waits
 * until that time has come: however they take turns, no more than rate × (time + 52 ms) is read, credit and shortest
 * wait included. Only what is told by {@link charge} alone was read before.
 */
export class RateLimit {
  /** What is read between two waits. */
  readonly pieceBytes: number;
  /** What is read in one go before others get their turn. */
  readonly turnBytes: number;
  readonly #bytesPerSecond: number;
  readonly #ledger: BigInt64Array;
  /** Nobody ever notifies it. */
  readonly #pause = new Int32Array(new SharedArrayBuffer(4));

  constructor(readonly shared: SharedLimit) {
    this.#bytesPerSecond = shared.bytesPerSecond;
    this.#ledger = new BigInt64Array(shared.ledger);
    const piece = Math.floor(shared.bytesPerSecond * PIECE_SECONDS);
    this.pieceBytes = Math.max(SMALLEST_PIECE_BYTES, Math.min(CHUNK_BYTES, piece));
    this.turnBytes = Math.max(this.pieceBytes, Math.min(BATCH_BYTES, shared.bytesPerSecond * TURN_SECONDS));
  }

  /** A new limit; other threads join it by its {@link shared} part. */
  static of(bytesPerSecond: number): RateLimit {
    return new RateLimit({ bytesPerSecond, ledger: new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT) });
  }

  /** Bytes paid for so far, by all threads. */
  get bytesTaken(): number {
    return Number(Atomics.load(this.#ledger, 1));
  }

  /** Waits for the turn of so many bytes, and holds the thread meanwhile. For worker threads. */
  hold(bytes: number): void {
    const milliseconds = this.charge(bytes);
    if (milliseconds >= SHORTEST_WAIT) Atomics.wait(this.#pause, 0, 0, milliseconds);
  }

  /** Waits for the turn of so many bytes while the event loop goes on; an abort ends the wait. */
  async turn(bytes: number, signal?: AbortSignal): Promise<void> {
    const milliseconds = this.charge(bytes);
    if (milliseconds < SHORTEST_WAIT || signal?.aborted) return;
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }

  /** Pays for bytes. Returns the milliseconds until their turn; not above 0 when it is there. */
  charge(bytes: number): number {
    const cost = BigInt(Math.ceil((bytes / this.#bytesPerSecond) * NANOSECONDS_PER_SECOND));
    Atomics.add(this.#ledger, 1, BigInt(bytes));
    for (;;) {
      const paid = Atomics.load(this.#ledger, 0);
      // The same for all threads, which `performance.now()` is not.
      const now = process.hrtime.bigint();
      const until = (paid > now - CREDIT ? paid : now - CREDIT) + cost;
      if (Atomics.compareExchange(this.#ledger, 0, paid, until) === paid) return Number(until - now) / 1e6;
    }
  }
}
