import { readlinkSync } from 'node:fs';
import type { BytePath } from '../files/bytepath.js';
import { fromLatin1, toFsPath } from '../files/bytepath.js';

/** As many links as Linux follows in one path (MAXSYMLINKS). */
const MAX_LINKS = 40;

/**
 * Resolves an absolute path as a process inside `root` would see it, links included: an absolute link in a copied or
 * mounted system points into that system, never into the one that scans it.
 *
 * Only for folders that an administrator configured; nothing below them is ever followed.
 *
 * @param root absolute path of the other system's `/`, without a trailing slash; '' for this system.
 * @returns the absolute path here. Components that do not exist are kept as they are.
 */
export function resolveInside(root: BytePath, path: BytePath): BytePath {
  const pending = path.split('/').reverse();
  const done: string[] = [];
  let links = 0;
  while (pending.length > 0) {
    const name = pending.pop();
    if (name === undefined || name === '' || name === '.') continue;
    if (name === '..') {
      done.pop();
      continue;
    }
    const target = links < MAX_LINKS ? linkTarget(`${root}/${[...done, name].join('/')}`) : undefined;
    if (target === undefined) {
      done.push(name);
      continue;
    }
    links += 1;
    if (target.startsWith('/')) done.length = 0;
    pending.push(...target.split('/').reverse());
  }
  return fromLatin1(`${root}/${done.join('/')}`);
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(toFsPath(path), 'latin1');
  } catch {
    return undefined; // Not a link, or not there: whoever opens it will say so.
  }
}
