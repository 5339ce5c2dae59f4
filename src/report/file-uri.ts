import type { BytePath } from '../files/bytepath.js';

/** What a URI may hold as it is, and the slash between names (RFC 3986, 2.3). */
const PLAIN = /[^A-Za-z0-9\-._~/]/g;

/** A path as part of a URI, byte for byte: whatever is no plain character is `%HH`. */
export function percentEncoded(path: string): string {
  return path.replace(PLAIN, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** `file:///var/www/html/a%20b.php` of an absolute path. */
export function fileUri(path: BytePath): string {
  return `file://${percentEncoded(path)}`;
}

/** `file:///var/www/html/` of an absolute path: what relative references begin at. */
export function folderUri(path: BytePath): string {
  return path.endsWith('/') ? fileUri(path) : `${fileUri(path)}/`;
}

/** A path below a folder as a relative reference; `null` where it does not lie below it. */
export function relativeReference(folder: BytePath, path: BytePath): string | null {
  const base = folder.endsWith('/') ? folder : `${folder}/`;
  return path.startsWith(base) && path.length > base.length ? percentEncoded(path.slice(base.length)) : null;
}
