import type { BytePath } from '../files/bytepath.js';
import { MAX_LISTED_PATH_BYTES } from '../limits.js';

/** What none of the rules below forbids, and nearly every genuine path is: told in one pass. */
const ORDINARY = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/;

/**
 * Why a manifest may not list this path, in words that follow "the path …", or `null` when it may. A listed path is
 * relative, stays below its module, names a file in exactly one way and can be printed on one line.
 *
 * A backslash is a byte like any other in a Linux name, but `..\` is a parent to whoever takes it for a separator:
 * the rules for components hold with both.
 */
export function checkListedPath(path: BytePath): string | null {
  if (path.length <= MAX_LISTED_PATH_BYTES && ORDINARY.test(path)) return null;
  if (path === '') return 'is empty';
  if (path.length > MAX_LISTED_PATH_BYTES) return `is longer than ${MAX_LISTED_PATH_BYTES} bytes`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  if (/[\x00-\x1f\x7f]/.test(path)) return 'holds a control character';
  if (path.startsWith(' ') || path.endsWith(' ')) return 'begins or ends with a space';
  if (/^[/\\]/.test(path)) return 'is absolute';
  if (/(?:^|[/\\])(?:\.{0,2})(?:$|[/\\])/.test(path)) return 'has an empty, "." or ".." component';
  return null;
}
