/** The vocabulary of the field, shared by every layer. */

/** What a scan says of one module. `good` means: a trusted signer published exactly these listed files. */
export type Verdict =
  | 'good'
  | 'tampered'
  | 'unsigned'
  | 'invalid'
  | 'key-missing'
  | 'untrusted'
  | 'expired'
  | 'revoked'
  | 'wrong-module'
  | 'unverified';

export const VERDICTS: readonly Verdict[] = [
  'good',
  'tampered',
  'unsigned',
  'invalid',
  'key-missing',
  'untrusted',
  'expired',
  'revoked',
  'wrong-module',
  'unverified',
];

/** How bad a finding is, worst first. */
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** What is wrong with a file: the content is another than the manifest's, the file is not there, and so on. */
export type FindingKind =
  | 'altered'
  | 'missing'
  /** It is no regular file. */
  | 'type-changed'
  /** No verified manifest lists it. */
  | 'unlisted'
  | 'unreadable'
  /** Somebody wrote to it while it was hashed. */
  | 'changed'
  /** A module's signature is older than one that was seen there before. */
  | 'downgraded';

export const FINDING_KINDS: readonly FindingKind[] = [
  'altered',
  'missing',
  'type-changed',
  'unlisted',
  'unreadable',
  'changed',
  'downgraded',
];

/** What an unlisted file is to the system it lies on. */
export type UnlistedClass =
  | 'code'
  | 'server-config'
  | 'executable'
  | 'dependency'
  | 'translation'
  | 'generated'
  | 'hidden'
  | 'copy'
  | 'other';

export const UNLISTED_CLASSES: readonly UnlistedClass[] = [
  'code',
  'server-config',
  'executable',
  'dependency',
  'translation',
  'generated',
  'hidden',
  'copy',
  'other',
];

/** A full scan reads every listed file; a quick one only those that changed since they were read last. */
export type ScanKind = 'full' | 'quick';

/** How strict signatures are judged: `compat` accepts SHA-1 with a warning, `strict` refuses it. */
export type Policy = 'compat' | 'strict';
