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
  readonly signedAt: Date;
  /** `sha1`, `sha256`, `sha384` or `sha512`. */
  readonly digest: string;
  /** Why the signer counts or does not. */
  readonly trust: 'anchor' | 'certified' | 'untrusted' | 'revoked' | 'expired' | 'unknown';
  readonly warnings: readonly string[];
  /** SHA-256 of the signed text with LF line ends. */
  readonly textSha256: string;
}

export interface ModuleReport {
  readonly name: BytePath;
  /** Absolute path of the module's folder (or of the package or the lone signature file that was verified). */
  readonly path: BytePath;
  /** `<version>` of `module.xml`; `null` when it has none or could not be read. */
  readonly version: string | null;
  readonly verdict: Verdict;
  /** One sentence; '' for a good module. */
  readonly reason: string;
  /** How bad the verdict itself is; `null` when it is no finding (good, and tampered, whose files speak). */
  readonly severity: Severity | null;
  /** FreePBX's own status word, see {@link freepbxStatus}. */
  readonly freepbxStatus: number;
  readonly signature: SignatureReport | null;
  /** Files that the verified manifest lists. */
  readonly listed: number;
  /** Listed files whose content was hashed. */
  readonly hashed: number;
  /** Listed files that a quick scan did not read again, because they are as they were when they were hashed. */
  readonly reused: number;
  /** Listed files that are never checked (edited or not installed), or that lie in folders not given. */
  readonly unchecked: number;
  readonly findings: readonly Finding[];
}

export interface Summary {
  readonly modules: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly listed: number;
  readonly hashed: number;
  readonly unchecked: number;
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
  readonly startedAt: Date;
  readonly kind: ScanKind;
  /** Whether it looked at everything below the web root, and not at single modules only. */
  readonly whole: boolean;
  readonly complete: boolean;
  readonly exitCode: number;
  /** Findings by severity, without exempted ones. */
  readonly findings: Readonly<Record<Severity, number>>;
}

export interface Report {
  /** Its number in the history; `null` where it is not remembered. */
  readonly scan: number | null;
  /** Whether every listed file was read, or a quick scan took what had not changed since as it was. */
  readonly kind: ScanKind;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** Absolute path of the web root (or of what was verified alone). */
  readonly root: BytePath;
  /** Whether everything that should have been looked at was. */
  readonly complete: boolean;
  readonly exitCode: number;
  /** What a reader should know that is no finding: sources without keys, mount points, folders not given. */
  readonly notes: readonly string[];
  /** What is not as the last complete scan found it; `null` where none is remembered. */
  readonly changes: Changes | null;
  /** The scans of this web root before it, the oldest first, 90 at most; none where none is remembered. */
  readonly history: readonly PastScan[];
  readonly summary: Summary;
  readonly modules: readonly ModuleReport[];
  readonly tree: { readonly findings: readonly Finding[] };
}
