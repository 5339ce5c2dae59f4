import { type BytePath, basename, fromLatin1, join } from '../files/bytepath.js';
import { typeInWords } from '../files/entry-type.js';
import type { FolderChain } from '../files/folder-chain.js';
import { isServerRun } from '../files/names.js';
import { walk } from '../files/walk.js';
import { shortForTerminal } from '../report/shorten.js';

/** What editors leave beside what is edited: Vim's swap files, Emacs' own saves and locks, backups. */
const EDITOR_FILE = /^(?:\..+\.sw[a-p]|#.*#|\.#.*|.*~)$/s;

/**
 * Looks at everything in a module's folder, dot names included, but for what `.git` holds.
 * @param problems gets what keeps the module from being published, each in words.
 * @returns the files that hold PHP by their names.
 */
export function checkTree(chain: FolderChain, problems: string[]): BytePath[] {
  const php: BytePath[] = [];
  const tell = (path: BytePath, what: string) => problems.push(`${shortForTerminal(path)} ${what}`);
  const skip = (folder: BytePath) => basename(folder) === '.git';
  for (const { folder, entries, problem } of walk(chain, fromLatin1(''), { skip })) {
    if (problem !== null) tell(folder === '' ? fromLatin1('.') : folder, `cannot be listed: ${problem.detail}`);
    for (const { name, type } of entries) {
      const path = join(folder, name);
      if (EDITOR_FILE.test(name)) tell(path, 'was left by an editor');
      else if (type !== 'file' && type !== 'folder') {
        tell(path, `is a ${typeInWords(type)}: a module has nothing but files and folders`);
      } else if (type === 'file' && isServerRun(name)) php.push(path);
    }
  }
  return php;
}
