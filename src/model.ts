import type { Changes } from './changes.js';
import type { BytePath } from './files/bytepath.js';
import type { Finding } from './finding.js';
import type { ScanKind, Severity, UnlistedClass, Verdict } from './types.js';

export type { Exemption, FileStat, Finding } from './finding.js';

/** What the signature of a module says, once it was read as one. */
export interface SignatureReport {
  /** Primary-key fingerprint, 40 upper-case hex digits; `null` when the key is not at hand. */
  readonly signer: string | null;
  /** The 64-bit key id that the signature names, 16 upper-case hex digits. */
  readonly keyId: string;
  /** When it says that it was made. */
  readonly signedAt: Date;
  /** `sha1`, `sha256`, `sha384` or `sha512`. */
  readonly digest: string;
  /** Why the signer counts or does not. */
  readonly trust: 'anchor' | 'certified' | 'untrusted' | 'revoked' | 'expired' | 'unknown';
  /** `weak-digest` for one by SHA-1, and sentences about revocations that were ignored. */
  readonly warnings: readonly string[];
  /** SHA-256 of the signed text with LF line ends, 64 lower-case hex digits. */
  readonly textSha256: string;
}

/** What a scan says of one module. */
export interface ModuleReport {
  /** Its folder's name. */
  readonly name: BytePath;
  /** Absolute path of the module's folder (or of the package or the lone signature file that was verified). */
  readonly path: BytePath;
  /** `<version>` of `module.xml`; `null` when it has none or could not be read. */
  readonly version: string | null;
  /** What the scan says of it, in one word. */
  readonly verdict: Verdict;
  /** One sentence; '' for a good module. */
  readonly reason: string;
  /** How bad the verdict itself is; `null` when it is no finding (good, and tampered, whose files speak). */
  readonly severity: Severity | null;
  /**
   * The word that FreePBX's own tools use: the sum of 1 good, 2 tampered, 4 invalid, 8 unsigned, 32 expired, 64 revoked
   * and 128 trusted; 0 where nothing is known.
   */
  readonly freepbxStatus: number;
  /** What its signature says; `null` where there is none that could be read. */
  readonly signature: SignatureReport | null;
  /** Files that the verified manifest lists. */
  readonly listed: number;
  /** Listed files whose content was hashed. */
  readonly hashed: number;
  /** Listed files that a quick scan did not read again, because they are as they were when they were hashed. */
  readonly reused: number;
  /** Listed files that are never checked (edited or not installed), or that lie in folders not given. */
  readonly unchecked: number;
  /** What is wrong with its files, sorted; without `info` unless {@link RunOptions.all} asks for it. */
  readonly findings: readonly Finding[];
}

/** What a scan comes to, in numbers. */
export interface Summary {
  /** Modules looked at. */
  readonly modules: number;
  /** Modules by verdict. */
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Files that verified manifests list, as in {@link ModuleReport.listed}. */
  readonly listed: number;
  /** Those of them whose content was hashed. */
  readonly hashed: number;
  /** Those of them that are never checked, or lie in folders not given. */
  readonly unchecked: number;
  /** Those of them that a quick scan took as they were. */
  readonly reused: number;
  /** Bytes read and hashed. */
  readonly bytes: number;
  /** Findings by severity: files, module verdicts and weak digests. Exempted ones are not among them. */
  readonly findings: Readonly<Record<Severity, number>>;
  /** Findings that an exemption takes out of the count. */
  readonly exempted: number;
  /** Unlisted files by class, whether listed among the findings or only counted. */
  readonly unlisted: Readonly<Record<UnlistedClass, number>>;
}

/** An earlier scan of the same web root, as the history has it. */
export interface PastScan {
  /** Its number in the history. */
  readonly scan: number;
  /** When it began. */
  readonly startedAt: Date;
  /** Whether it read every listed file. */
  readonly kind: ScanKind;
  /** Whether it looked at everything below the web root, and not at single modules only. */
  readonly whole: boolean;
  /** Whether everything that should have been looked at was. */
  readonly complete: boolean;
  /** As the command line ended. */
  readonly exitCode: number;
  /** Findings by severity, without exempted ones. */
  readonly findings: Readonly<Record<Severity, number>>;
}

/** What a scan found: the one model that every format of a report is made from. */
export interface Report {
  /** Its number in the history; `null` where it is not remembered. */
  readonly scan: number | null;
  /** Whether every listed file was read, or a quick scan took what had not changed since as it was. */
  readonly kind: ScanKind;
  /** When the scan began. */
  readonly startedAt: Date;
  /** When it ended. */
  readonly finishedAt: Date;
  /** Absolute path of the web root (or of what was verified alone). */
  readonly root: BytePath;
  /** Whether everything that should have been looked at was. */
  readonly complete: boolean;
  /** Least severity of a finding that makes the exit code 1. */
  readonly failOn: Severity;
  /**
   * What the program exits with: 0 clean; 1 findings at or above {@link RunOptions.failOn}; 3 incomplete without such
   * findings.
   */
  readonly exitCode: number;
  /** What a reader should know that is no finding: sources without keys, mount points, folders not given. */
  readonly notes: readonly string[];
  /** What is not as the last complete scan found it; `null` where none is remembered. */
  readonly changes: Changes | null;
  /** The scans of this web root before it, the oldest first, 90 at most; none where none is remembered. */
  readonly history: readonly PastScan[];
  /** The numbers. */
  readonly summary: Summary;
  /** What was looked at, by name. */
  readonly modules: readonly ModuleReport[];
  /** What lies outside of modules. */
  readonly tree: {
    /** What nobody signed in the rest of the web root, sorted. */
    readonly findings: readonly Finding[];
  };
}
