/** What a value is, as far as a shell can help to type it. */
export type ValueKind =
  | 'file'
  | 'folder'
  /** Options and arguments of `sigsweep scan`, behind `--`. */
  | 'scan'
  /** Nothing that a shell could know. */
  | 'text';

const KINDS: Readonly<Record<string, ValueKind>> = {
  dir: 'folder',
  'package-dir': 'folder',
  'web-root': 'folder',
  file: 'file',
  'key-file': 'file',
  path: 'file',
  key: 'file',
  // A folder or a file behind gnupg: too; a shell offers both as files.
  'file|dir|gnupg:dir': 'file',
  options: 'scan',
};

/**
 * What a placeholder stands for: the names of values say what they are, in the help and here.
 * @param placeholder without its brackets, as `file` or `web-root`.
 */
export function valueKindOf(placeholder: string): ValueKind {
  return KINDS[placeholder] ?? 'text';
}
