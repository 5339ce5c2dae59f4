import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

/** As many links as the kernel follows in one path. */
const MOST_LINKS = 40;

/**
 * Every folder in which a name is looked up on the way to a file, link by link: whoever can write one of them decides
 * where the path leads. The nearest to the root first.
 * @param onLink told of each link on the way, and of the folder that it lies in: its owner may replace it wherever its
 * folder lets owners do that.
 * @throws Error of the system call, ELOOP too.
 */
export function foldersAbove(
  path: string,
  onLink: (link: string, stat: Stats, folder: string) => void = () => undefined,
): Set<string> {
  const folders = new Set(['/']);
  // As the kernel reads it: what `..` leaves behind a link is the folder where that leads.
  const names = namesOf(isAbsolute(path) ? path : `${process.cwd()}/${path}`);
  let folder = '/';
  let links = 0;
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (name === '..') {
      folder = dirname(folder);
      continue;
    }
    const next = join(folder, name);
    const stat = lstatSync(next);
    if (stat.isSymbolicLink()) {
      onLink(next, stat, folder);
      links += 1;
      if (links > MOST_LINKS) throw Object.assign(new Error('ELOOP: too many symbolic links'), { code: 'ELOOP' });
      const target = readlinkSync(next);
      if (target.startsWith('/')) folder = '/';
      names.unshift(...namesOf(target));
    } else if (names.length > 0) {
      folder = next;
      folders.add(folder);
    }
  }
  return folders;
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}
