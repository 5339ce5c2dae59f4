/**
 * What can go wrong before or outside of a verdict. A broken `module.sig` or an unreadable file is never an error of
 * this kind: it is that module's verdict or that file's finding.
 */
export type ErrorCode =
  | 'USAGE'
  | 'WEB_ROOT_NOT_FOUND'
  | 'MODULE_NOT_FOUND'
  | 'KEYRING_UNREADABLE'
  | 'KEYRING_MALFORMED'
  | 'FINGERPRINT_MALFORMED'
  | 'REVOKED_LIST_UNREADABLE'
  | 'GNUPG_FAILED'
  | 'OUTPUT_FAILED'
  /** A module cannot be signed as it is, or the signature did not come out right. */
  | 'SIGNING_FAILED'
  /** A module that is not fit to be published. */
  | 'MODULE_NOT_PUBLISHABLE'
  /** A private key that must not or cannot sign. */
  | 'SIGNER_UNUSABLE'
  | 'PASSPHRASE_WRONG'
  /** A key that is not there, or not what it is said to be. */
  | 'KEY_NOT_FOUND'
  | 'KEY_REFUSED'
  /** A file that decides what the program does could be written by others, or a secret read by them. */
  | 'FILE_UNSAFE'
  | 'CONFIG_UNREADABLE'
  | 'CONFIG_MALFORMED'
  | 'EXEMPTIONS_UNREADABLE'
  | 'EXEMPTIONS_MALFORMED'
  /** Nothing to exempt, or nothing that may be. */
  | 'NOT_EXEMPTIBLE'
  | 'STATE_UNUSABLE'
  /** Another scan holds the lock. */
  | 'SCAN_RUNNING'
  | 'SCAN_NOT_FOUND'
  | 'ALERT_FAILED'
  | 'SCHEDULE_FAILED'
  /** Keys could not be fetched. */
  | 'REFRESH_FAILED'
  /** There is no passphrase where one was said to be, or none that can be taken. */
  | 'PASSPHRASE_UNUSABLE'
  /** What disables modules is not safe to run, or would act on another system. */
  | 'ENFORCEMENT_REFUSED'
  /** Nothing is disabled that is not written down. */
  | 'LOG_UNUSABLE'
  /** Redis cannot be reached, or does not let in. */
  | 'QUEUE_UNREACHABLE'
  /** The coordinator did not take a host's token, or nobody answered. */
  | 'ENROLMENT_REFUSED'
  /** What coordinator or host keep cannot be used. */
  | 'FLEET_UNUSABLE'
  | 'HOST_NOT_FOUND'
  /** A scan of a store by many machines did not come to an end. */
  | 'STORE_SCAN_FAILED';

/**
 * An error that a user can act on: `message` is one sentence that names the thing and says what to do,
 * `code` is stable for programs, `cause` keeps the origin.
 */
export class SigsweepError extends Error {
  /** Tells it from other errors where `instanceof` cannot: across threads and copies of the package. */
  override readonly name = 'SigsweepError';
  /** What went wrong, for programs. */
  readonly code: ErrorCode;
  /** What the sentence sums up, a line each. */
  readonly details: readonly string[];

  /**
   * @param code what went wrong, for programs.
   * @param message one sentence for people: what it is about, and what to do.
   * @param options `cause`, the error that it comes from; `details`, what the sentence sums up, a line each.
   */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions & { readonly details?: readonly string[] }) {
    super(message, options);
    this.code = code;
    this.details = options?.details ?? [];
  }
}

/** Bad data inside a signature, a key or a manifest: the bytes are not what the format allows. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** The errno name (`ENOENT`, `EACCES` …) of a failed system call, or `undefined` for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}
