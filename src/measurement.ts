import type { BytePath } from './files/bytepath.js';

/** How fast one number of threads was. */
export interface ThreadSpeed {
  readonly threads: number;
  /** Time of each pass over the sample in milliseconds, in order; the start of the threads is in it. */
  readonly passes: readonly number[];
  /** Their median; what else is said of this number of threads rests on it. */
  readonly milliseconds: number;
  /** Time until the threads had started and done one file, in milliseconds. */
  readonly startMilliseconds: number;
}

/** What reading a web root costs on this machine. Nothing of it was verified. */
export interface Measurement {
  /** Absolute path of the web root. */
  readonly root: BytePath;
  readonly startedAt: Date;
  /** Whether there was time to measure everything. */
  readonly complete: boolean;
  readonly exitCode: number;
  /** What a reader should know: what could not be read, or was cut short. */
  readonly notes: readonly string[];
  /** SHA-256 of memory, one core. */
  readonly sha256BytesPerSecond: number;
  /** The folders of the tree, listed in one thread. */
  readonly listing: {
    readonly folders: number;
    readonly entries: number;
    readonly milliseconds: number;
    /** Files that a scan reads; the rest are dependencies, which it only counts. */
    readonly files: number;
    /** False where the time was over before the tree was. */
    readonly whole: boolean;
  };
  /** The files that were read again and again. */
  readonly sample: { readonly files: number; readonly bytes: number };
  /** The first time that files were read: with what the machine had cached by chance. `null` when none was. */
  readonly firstPass: {
    readonly threads: number;
    readonly milliseconds: number;
    readonly files: number;
    readonly bytes: number;
  } | null;
  /** In the order that was asked for. */
  readonly speeds: readonly ThreadSpeed[];
  /** `null` where too little was measured to say. */
  readonly recommendation: {
    readonly threads: number;
    /** What a scan takes when it is not told. */
    readonly defaultThreads: number;
    /** Whether it was faster than the number it was compared with by more than the noise. */
    readonly isFaster: boolean;
  } | null;
  /** What a scan takes with the recommended threads and a warm cache, but for its signatures; `null`: unknown. */
  readonly wholeScanMilliseconds: number | null;
}
