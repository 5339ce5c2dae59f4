import { availableParallelism, loadavg } from 'node:os';
import { type BytePath, fromLatin1 } from '../files/bytepath.js';
import { FolderChain } from '../files/folder-chain.js';
import type { Measurement, ThreadSpeed } from '../measurement.js';
import { ExitCode } from '../scan/exit-code.js';
import { findLayout } from '../scan/system/layout.js';
import { countInWords } from '../words.js';
import { type Listing, listTree } from './listing.js';
import { readFiles, sha256Speed } from './pass.js';
import { isFaster, median } from './statistics.js';

/** Fewer rounds say nothing about noise. */
const LEAST_ROUNDS = 3;

/** More rounds make nothing more certain. */
const MOST_ROUNDS = 15;

/** Shares of the time that listing and the first pass may take at most; what they leave is for the rounds. */
const LISTING_SHARE = 0.4;
const FIRST_PASS_SHARE = 0.25;

/** Load for each core from which others take part in what is measured. */
const BUSY = 0.5;

export interface MeasureOptions {
  /** @default what FreePBX's configuration says, else `/var/www/html` */
  readonly webRoot?: string;
  /** The `/` of a system that is mounted or copied elsewhere. @default this system's */
  readonly root?: string;
  /** How long it may take, about, in seconds. */
  readonly seconds: number;
  /** Numbers of threads to compare. @default {@link usualThreadCounts} */
  readonly threadCounts?: readonly number[];
  /** Ends it early: what was measured by then is returned, marked incomplete. */
  readonly signal: AbortSignal;
}

/** 1, 2, 4 … up to the cores that this process may use, and these. */
export function usualThreadCounts(cores: number): number[] {
  const counts: number[] = [];
  for (let threads = 1; threads < cores; threads *= 2) counts.push(threads);
  return [...counts, cores];
}

/**
 * Measures how fast the files of a web root are listed, read and hashed here. Reads only, by the same walk and the same
 * pool as a scan, and verifies nothing.
 * @throws SigsweepError WEB_ROOT_NOT_FOUND
 */
export async function measure(options: MeasureOptions): Promise<Measurement> {
  const { roots } = findLayout(options);
  const root = roots[0] ?? fromLatin1('');
  const startedAt = new Date();
  // Since the process began: Node and this program were loaded by now, as they are for a scan.
  const startMilliseconds = performance.now();
  const [load = 0] = loadavg();
  const clock = new Budget(options.seconds * 1000, options.signal);
  const sha256BytesPerSecond = await sha256Speed();
  const listing = await listed(root, clock.until(LISTING_SHARE));
  const { folders, entries, milliseconds, files, whole } = listing;
  const cores = availableParallelism();
  const first = await firstLook(root, listing.paths, cores, clock.until(LISTING_SHARE + FIRST_PASS_SHARE));
  const counts = options.threadCounts ?? usualThreadCounts(cores);
  const sample = sampleOf(first, counts, clock.left);
  const speeds = await compare(root, sample.paths, counts, clock);
  const scale = files / Math.max(1, sample.paths.length);
  const recommendation = recommend(speeds, scale, cores);
  const recommended = speeds.find(({ threads }) => threads === recommendation?.threads);
  const complete = whole && recommendation !== null && !options.signal.aborted;
  return {
    root,
    startedAt,
    complete,
    exitCode: complete ? ExitCode.clean : ExitCode.incomplete,
    notes: [...loadNotes(load, cores), ...notesOf(listing, first, speeds, clock)],
    sha256BytesPerSecond,
    listing: { folders, entries, milliseconds, files, whole },
    sample: { files: sample.paths.length, bytes: sample.bytes },
    firstPass:
      first.files.length === 0 || !first.whole
        ? null
        : { threads: cores, milliseconds: first.milliseconds, files: first.files.length, bytes: bytesOf(first.files) },
    speeds,
    recommendation,
    wholeScanMilliseconds:
      recommended === undefined || !whole || !first.whole
        ? null
        : startMilliseconds + median(wholeTimes(recommended, scale)) + milliseconds / recommended.threads,
  };
}

/** The time there is, and whether it is over. */
class Budget {
  readonly #start = performance.now();

  constructor(
    readonly milliseconds: number,
    readonly signal: AbortSignal,
  ) {}

  get left(): number {
    return this.signal.aborted ? 0 : this.milliseconds - (performance.now() - this.#start);
  }

  /** Comes when so large a share of the time is over, or the user has had enough. */
  until(share: number): AbortSignal {
    // Not `AbortSignal.any` with a timeout: Node 20 collects such a signal while somebody still listens to it.
    const controller = new AbortController();
    const abort = () => controller.abort();
    setTimeout(abort, Math.max(0, this.left - this.milliseconds * (1 - share))).unref();
    this.signal.addEventListener('abort', abort, { once: true });
    if (this.signal.aborted) abort();
    return controller.signal;
  }
}

async function listed(root: BytePath, signal: AbortSignal): Promise<Listing> {
  const chain = new FolderChain(root);
  try {
    return await listTree(chain, signal);
  } finally {
    chain.close();
  }
}

/** What the first reading of files found. */
interface FirstLook {
  readonly milliseconds: number;
  readonly files: readonly { readonly path: BytePath; readonly size: number }[];
  readonly unread: number;
  /** False where the time was over before every file was read. Large files may be those that are not in `files`. */
  readonly whole: boolean;
}

async function firstLook(
  root: BytePath,
  paths: readonly BytePath[],
  threads: number,
  signal: AbortSignal,
): Promise<FirstLook> {
  const files: { path: BytePath; size: number }[] = [];
  let unread = 0;
  const { milliseconds, whole } = await readFiles(root, paths, threads, signal, (path, { outcome, size }) => {
    if (outcome === 'read') files.push({ path, size });
    else unread += 1;
  });
  return { milliseconds, files, unread, whole };
}

/** As many of the files as the least rounds of all numbers of threads have time for, were reading never to get faster. */
function sampleOf(first: FirstLook, counts: readonly number[], left: number): { paths: BytePath[]; bytes: number } {
  const cores = availableParallelism();
  const round = counts.reduce((sum, threads) => sum + first.milliseconds * Math.max(1, cores / threads), 0);
  const share = Math.min(1, Math.max(0, left) / (LEAST_ROUNDS * Math.max(1, round)));
  const files = first.files.slice(0, Math.ceil(first.files.length * share));
  return { paths: files.map(({ path }) => path), bytes: bytesOf(files) };
}

function bytesOf(files: FirstLook['files']): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** Reads the sample with each number of threads in turn, round after round: what disturbs one disturbs them all. */
async function compare(
  root: BytePath,
  paths: readonly BytePath[],
  counts: readonly number[],
  clock: Budget,
): Promise<ThreadSpeed[]> {
  const starts = counts.map((): number[] => []);
  const passes = counts.map((): number[] => []);
  if (paths.length === 0) return [];
  let longestRound = 0;
  for (let round = 0; round < MOST_ROUNDS && clock.left > longestRound; round += 1) {
    const start = performance.now();
    // There and back again: none is always the first.
    const order = round % 2 === 0 ? [...counts.keys()] : [...counts.keys()].reverse();
    for (const index of order) {
      const threads = counts[index] ?? 1;
      if (round < LEAST_ROUNDS) {
        const one = await readFiles(root, paths.slice(0, 1), threads, clock.signal);
        if (one.whole) starts[index]?.push(one.milliseconds);
      }
      const pass = await readFiles(root, paths, threads, clock.signal);
      if (pass.whole) passes[index]?.push(pass.milliseconds);
      if (clock.signal.aborted) break;
    }
    longestRound = Math.max(longestRound, performance.now() - start);
  }
  return counts.flatMap((threads, index) => {
    const times = passes[index] ?? [];
    if (times.length === 0) return [];
    return [{ threads, passes: times, milliseconds: median(times), startMilliseconds: median(starts[index] ?? []) }];
  });
}

/** What each pass would have taken for all files: threads start once, the rest grows with their number. */
function wholeTimes({ passes, startMilliseconds }: ThreadSpeed, scale: number): number[] {
  return passes.map((pass) => startMilliseconds + Math.max(0, pass - startMilliseconds) * scale);
}

/** The default, unless another number was faster by more than the noise; of those the fastest. */
function recommend(speeds: readonly ThreadSpeed[], scale: number, cores: number): Measurement['recommendation'] {
  const reference = speeds.find(({ threads }) => threads === cores) ?? speeds[0];
  if (reference === undefined || reference.passes.length < LEAST_ROUNDS) return null;
  let best = reference;
  for (const speed of speeds) {
    if (median(wholeTimes(speed, scale)) < median(wholeTimes(best, scale))) best = speed;
  }
  const faster = best !== reference && isFaster(wholeTimes(best, scale), wholeTimes(reference, scale));
  const { threads } = faster ? best : reference;
  return { threads, defaultThreads: cores, isFaster: faster };
}

function loadNotes(load: number, cores: number): string[] {
  if (load < cores * BUSY) return [];
  return [`other programs were busy (load ${load.toFixed(1)}): the figures hold beside them, and less without`];
}

function notesOf(listing: Listing, first: FirstLook, speeds: readonly ThreadSpeed[], clock: Budget): string[] {
  const notes: string[] = [];
  if (clock.signal.aborted) notes.push('interrupted: these are the figures of what was measured until then');
  else if (!listing.whole) notes.push('there was no time to list the whole tree: give more --seconds');
  if (listing.problems > 0) notes.push(`${countInWords(listing.problems, 'folder')} could not be listed`);
  if (!first.whole && !clock.signal.aborted && listing.whole) {
    notes.push(
      `there was time to read ${first.files.length} of ${listing.files} files: the others may be larger, so nothing is ` +
        'said of a whole scan; give more --seconds',
    );
  }
  if (first.unread > 0) notes.push(`${countInWords(first.unread, 'file')} could not be read: left out of the sample`);
  if (listing.whole && listing.files === 0)
    notes.push('there are no files to read, so no speed of reading was measured');
  const rounds = Math.min(...speeds.map(({ passes }) => passes.length));
  if (listing.files > 0 && !clock.signal.aborted && !(speeds.length > 0 && rounds >= LEAST_ROUNDS)) {
    notes.push(`there was no time for ${LEAST_ROUNDS} rounds: give more --seconds`);
  }
  return notes;
}
