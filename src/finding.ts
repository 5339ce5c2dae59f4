import type { BytePath } from './files/bytepath.js';
import type { FindingKind, Severity, UnlistedClass } from './types.js';

/** What the file system says of a file, as far as it was asked. All of it but the size can be made up by whoever owns the file. */
export interface FileStat {
  /** Bytes. */
  readonly size?: number;
  /** `st_mode`: type and permission bits. */
  readonly mode?: number;
  /** Number of the user that owns it. */
  readonly uid?: number;
  /** Number of the group that owns it. */
  readonly gid?: number;
  /** Modification time, milliseconds since the epoch. Easily forged: a hint, not evidence. */
  readonly mtimeMs?: number;
  /** Change time, milliseconds since the epoch: when its content, owner, mode or name changed last. Harder to forge. */
  readonly ctimeMs?: number;
}

/** One thing that is not as its signer published it, or that nobody signed. Paths are bytes; reports decode them. */
export interface Finding extends FileStat {
  /** What is wrong with it. */
  readonly kind: FindingKind;
  /** Relative to the module as its manifest writes it, or to the web root for what lies outside modules. */
  readonly path: BytePath;
  /** Absolute path on the machine that scanned; of what lies in a package, the package's with its own behind it. */
  readonly file: BytePath;
  /** How bad it is. */
  readonly severity: Severity;
  /** Of an unlisted file: what it is to the system. */
  readonly class?: UnlistedClass;
  /** SHA-256 that the manifest lists, 64 lower-case hex digits. */
  readonly expected?: string;
  /** SHA-256 of the content found; of a symbolic link, of the path that it holds. */
  readonly actual?: string;
  /** Set where no verified manifest says what belongs in this place, so that nothing could be listed. */
  readonly uncovered?: true;
  /** What explains it, in words. May quote file names: escape it like them. */
  readonly note?: string;
  /** An administrator knows it and has said why it may be: it stays in the report and does not count. */
  readonly exemption?: Exemption;
  /** When a scan saw it first, where scans are remembered. */
  readonly firstSeen?: Date;
}

/** What an administrator wrote about a finding that may be there. */
export interface Exemption {
  /** Why it may be there, in the administrator's words. */
  readonly reason: string;
  /** Who says so. */
  readonly author: string;
  /** When it ends. */
  readonly expires: Date;
}
