import type { BytePath } from '../files/bytepath.js';
import type { SearchRequest, SearchResult } from './search.js';

/** What a worker is asked to do with one file; flags of a bit set. None: only a search is asked for. */
export const Task = {
  /** SHA-256 over the whole file. */
  hash: 1,
  /** Look at the first 64 KiB: PHP, ELF, `#!`. */
  sniff: 2,
  /** Look for PHP in the whole file (`--deep`). */
  sniffWhole: 4,
  /** A file that differs from its manifest: gather what explains the difference (line ends, truncation). */
  examine: 8,
  /** Say what the file system says of the file, and do not read it where that is what {@link FileJob.known} says. */
  stamp: 16,
} as const;

/** One file for a worker. */
export interface FileJob {
  /** Index into the roots that the pipeline was made with. */
  readonly root: number;
  /** Path below that root. */
  readonly path: BytePath;
  /** Bit set of {@link Task}. */
  readonly task: number;
  /** With {@link Task.stamp}: the stamp it had when it was read last. */
  readonly known?: string;
  /** Searches folders below the root instead; `path` is where the search began. */
  readonly search?: SearchRequest;
}

/** How the attempt to read one file ended. The order is the wire format between threads. */
export const OUTCOMES = ['read', 'missing', 'type-changed', 'unreadable', 'changed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What is known of one file after a worker looked at it. Errors of single files are data, never exceptions. */
export interface FileResult {
  readonly outcome: Outcome;
  /** Why it was not read, in words (`symbolic link`, `parent folder is a symbolic link`, `EACCES` …); '' when it was. */
  readonly detail: string;
  /** SHA-256 of the whole content as 64 lower-case hex digits; '' only where it was neither asked for nor read whole. */
  readonly sha256: string;
  /** Bytes, from fstat; -1 when unknown. */
  readonly size: number;
  /** Permission bits and type, as in `st_mode`; 0 when unknown. */
  readonly mode: number;
  /** Modification time in milliseconds since the epoch; NaN when unknown. */
  readonly mtimeMs: number;
  /** Change time in milliseconds since the epoch; NaN when unknown. */
  readonly ctimeMs: number;
  /** Number of the owning user; -1 when unknown. */
  readonly uid: number;
  /** Number of the owning group; -1 when unknown. */
  readonly gid: number;
  /** `<?php` (any case) was found in what {@link Task.sniff} or {@link Task.sniffWhole} looked at. */
  readonly containsPhp: boolean;
  /** The file begins with the ELF magic or with `#!`. */
  readonly executableContent: boolean;
  /** The file's stamp, with {@link Task.stamp}; '' where there is none. */
  readonly stamp: string;
  /** The file was not read: its stamp is the one that the job knew. */
  readonly unchanged: boolean;
  /** Only with {@link Task.examine}. */
  readonly examined?: Examined;
  /** Only of a search. */
  readonly searched?: SearchResult;
}

/** What explains a difference from the published file. */
export interface Examined {
  /** SHA-256 with every CRLF turned into LF; '' where that changes nothing. */
  readonly sha256AsLf: string;
  /** SHA-256 with every line end turned into CRLF; '' where that changes nothing. */
  readonly sha256AsCrlf: string;
  /** The content ends in the middle of what it began (an open bracket, string or comment; a picture without its end). */
  readonly truncated: boolean;
}
