/**
 * How hashing is cut into pieces. None of these changes a result. Measured on two cores with 90,000 small files: one
 * task per file costs 17 times as much as batches of a thousand.
 */

const KiB = 1024;
const MiB = 1024 * KiB;

/** Up to this many files start no thread: they are hashed sooner than a thread comes up (about 50 ms). */
export const INLINE_FILES = 256;

/** Bytes read without threads before the rest is left to them. */
export const INLINE_BYTES = 32 * MiB;

/** Files hashed between two turns of the event loop without threads, so that a Ctrl-C is heard. */
export const INLINE_SLICE_FILES = 32;

/** Bytes read between two turns of the event loop without threads. */
export const INLINE_SLICE_BYTES = 8 * MiB;

/** Files in the first batch of each thread; the next ones double up to {@link LARGEST_BATCH}. */
export const SMALLEST_BATCH = 125;

/** Most files in a batch. */
export const LARGEST_BATCH = 1000;

/** Most bytes of paths in a batch: hostile ones are a megabyte long each. */
export const BATCH_PATH_BYTES = 4 * MiB;

/** A worker hands a batch back after this many bytes, with what is left of it: progress, and work for its neighbours. */
export const BATCH_BYTES = 64 * MiB;

/** Batches a thread has at hand, so that it does not wait for a busy coordinator. */
export const BATCHES_PER_THREAD = 3;

/** The buffer that a thread reads into: it stays in the cache of a core, which a megabyte does not everywhere. */
export const CHUNK_BYTES = 512 * KiB;

/** Folders searched in one go, and the rest left to whoever is free: about ten milliseconds. */
export const SEARCH_FOLDERS = 1000;

/** Entries found after which a search hands in what it has. */
export const SEARCH_ENTRIES = 20_000;

/** Bytes of long paths listed after which a search hands in what it has: the coordinator counts them all. */
export const SEARCH_LONG_PATHS_BYTES = 8 * MiB;

/** How many files a search counts as when it is decided whether threads are worth their start. */
export const SEARCH_WEIGHT = 16;

/** Heap of a worker: it holds one batch, or the entries of one folder, and nothing else. */
export const WORKER_HEAP_MIB = 512;

/** Failures of isolated batches after which failing ones are given up whole rather than searched for the file at fault. */
export const MAX_ISOLATED_FAILURES = 100;

/** The part of it for what is new: what a worker makes is handed on or dropped soon, and larger ones only stand empty. */
export const WORKER_YOUNG_MIB = 12;
