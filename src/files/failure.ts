import { getSystemErrorMap } from 'node:util';
import { errnoOf } from '../errors.js';
import { type EntryType, typeInWords } from './entry-type.js';

/** Why something below a root could not be used. A value, never thrown: it becomes a finding. */
export interface Failure {
  readonly ok: false;
  readonly outcome: 'missing' | 'type-changed' | 'unreadable';
  /** In words, without the path: `no such file`, `symbolic link`, `EACCES: permission denied`. */
  readonly detail: string;
}

/** The failure behind an error of a system call on a file's own name. */
export function failureOf(error: unknown): Failure {
  if (errnoOf(error) === 'ENOENT') return { ok: false, outcome: 'missing', detail: 'no such file' };
  return unreadable(errorInWords(error));
}

export function unreadable(detail: string): Failure {
  return { ok: false, outcome: 'unreadable', detail };
}

/** Something other than a regular file stands under the name. */
export function wrongType(type: EntryType): Failure {
  return { ok: false, outcome: 'type-changed', detail: typeInWords(type) };
}

/** `EACCES: permission denied`: the name and the words of an error, without the path that `message` would add. */
export function errorInWords(error: unknown): string {
  const code = errnoOf(error);
  if (code === undefined) return error instanceof Error ? error.message : String(error);
  // The kernel's own words ("resource temporarily unavailable") hide the one reason a regular file has for it.
  if (code === 'EAGAIN') return 'EAGAIN: another process holds a lease on it';
  const words = 'errno' in (error as object) ? wordsOf((error as NodeJS.ErrnoException).errno) : undefined;
  return words === undefined ? code : `${code}: ${words}`;
}

function wordsOf(errno: number | undefined): string | undefined {
  return errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1];
}
