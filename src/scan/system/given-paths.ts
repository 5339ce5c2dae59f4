import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { SigsweepError } from '../../errors.js';
import { type BytePath, fromLatin1, fromText, toFsPath } from '../../files/bytepath.js';
import { resolveInside } from './resolve.js';
import { withoutSlash } from './system.js';

/**
 * A folder on this machine that the user named.
 * @throws SigsweepError WEB_ROOT_NOT_FOUND
 */
export function existingFolder(folder: string, what: string): BytePath {
  const path = resolveInside(fromLatin1(''), fromText(resolve(folder)));
  if (!isFolder(path)) {
    throw new SigsweepError('WEB_ROOT_NOT_FOUND', `${what} ${folder}: no such folder (or it cannot be read)`);
  }
  return withoutSlash(path);
}

/**
 * The path inside a system that the user means by `path`: what follows the system's own place where that stands before
 * it, else the path itself.
 * @param root where the system lies, as the user wrote it.
 * @param base the same without links.
 */
export function pathInside(path: string, root: string, base: BytePath): BytePath {
  const given = fromText(resolve(path));
  for (const place of [withoutSlash(fromText(resolve(root))), base]) {
    if (`${given}/`.startsWith(`${place}/`)) return fromLatin1(given.slice(place.length));
  }
  return fromText(resolve('/', path));
}

/** Whether it is a folder here, or a link to one. */
export function isFolder(path: BytePath): boolean {
  try {
    return statSync(toFsPath(path === '' ? '/' : path)).isDirectory();
  } catch {
    return false;
  }
}
