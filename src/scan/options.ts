import type { Policy, Severity } from '../types.js';
import type { LayoutOptions } from './system/layout.js';

/** How far a scan has come. Totals grow while manifests are verified and the tree is walked. */
export interface Progress {
  /** Modules that are looked at. */
  readonly modules: number;
  /** Those of them whose signature has been judged. */
  readonly modulesVerified: number;
  /** Files that are to be read, as far as is known. */
  readonly files: number;
  /** Those of them that are done. */
  readonly filesRead: number;
  /** Bytes read. */
  readonly bytes: number;
}

/** Whose signatures count. */
export interface TrustOptions {
  /** Key files, folders of key files, or `gnupg:DIR`, besides the keys that lie in the scanned tree. @default none */
  readonly keyrings?: readonly string[];
  /**
   * A folder of key files that nobody but root and the user who runs this can write; a note says when there is none.
   * Unlike those of
   * `keyrings`, keys in it cannot be taken away by others, nor the revocations that they carry. @default none
   */
  readonly keyFolder?: string;
  /** Fingerprints (40 hex digits) of primary keys whose certification makes a signer trusted, besides FreePBX's. @default none */
  readonly anchors?: readonly string[];
  /** A file of fingerprints that no longer count, one a line. @default none */
  readonly revoked?: string;
  /** Whether SHA-1 signatures are accepted (with a warning) or refused. @default 'compat' */
  readonly policy?: Policy;
  /** The time at which keys and signatures are judged. @default the present */
  readonly now?: Date;
}

/** What both a scan and the verification of one module take. */
export interface RunOptions extends TrustOptions {
  /** Worker threads that hash; 0 hashes in the calling thread. @default the cores that this process may use */
  readonly threads?: number;
  /**
   * Most file content read per second, by all threads together, in MB (1,000,000 bytes): that of files which are hashed
   * or looked into, and of signatures. Keys and configuration, some kB, do not count. Takes one worker thread at least,
   * which can wait without holding up the caller. @default no limit
   */
  readonly maxRate?: number;
  /** Report `info` findings too, which are otherwise only counted. @default false */
  readonly all?: boolean;
  /** Look for PHP in whole files, and in dependencies too, not only in the first 64 KiB. @default false */
  readonly deep?: boolean;
  /**
   * Do not look for unlisted files in folders on another file system than the web root; each is named in the report's
   * notes. Signatures and listed files are verified wherever they lie. @default false
   */
  readonly oneFileSystem?: boolean;
  /** The least severity that makes {@link Report.exitCode} 1. @default 'high' */
  readonly failOn?: Severity;
  /** Called from time to time, and once at the end. */
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the scan early: the report then holds what was found so far and is marked incomplete. */
  readonly signal?: AbortSignal;
}

/** What a scan takes. Nothing need be given on the system itself. */
export interface ScanOptions extends LayoutOptions, RunOptions {
  /** Only these modules, and nothing outside of them. @default every module and the rest of the web root */
  readonly modules?: readonly string[];
}
