import { accessSync, constants, readdirSync } from 'node:fs';
import { SigsweepError } from '../errors.js';
import { readExemptions } from '../exempt/read.js';
import { type BytePath, fromText, join, toFsPath, toText } from '../files/bytepath.js';
import { type Check, ok, warn } from '../health-check.js';
import type { LayoutOptions } from '../scan/system/layout.js';
import { findLayout } from '../scan/system/layout.js';
import { countInWords } from '../words.js';
import { attempt } from './attempt.js';

const MODULES = fromText('admin/modules');

/** The web root that a scan would take; `null` where it would find none. */
export function webRootOf(options: LayoutOptions): BytePath | null {
  try {
    return findLayout(options).roots[0] ?? null;
  } catch (error) {
    if (error instanceof SigsweepError) return null;
    throw error;
  }
}

/** Where the system lies, and whether whoever runs this may read it. */
export function checkWebRoot(options: LayoutOptions, isRoot: boolean): Promise<Check> {
  const todo = 'give the folder that holds admin/, as in sigsweep scan /var/www/html';
  return attempt('web root', todo, () => {
    const webRoot = findLayout(options).roots[0];
    const found = webRoot === undefined ? 'found' : toText(webRoot);
    if (webRoot !== undefined && hasNoModules(webRoot)) {
      return warn('web root', `${found} holds no module, and no scan of it is complete`, todo);
    }
    if (isRoot) return ok('web root', found);
    const readable = webRoot === undefined || canRead(toFsPath(webRoot));
    const why = readable ? 'and what only root may read will be unreadable' : 'and this user may not read it';
    return warn('web root', `${found}: this is not root, ${why}`, 'run scans as root: sudo sigsweep scan');
  });
}

/** The file of what may be there. */
export function checkExemptions(file: string | undefined, now: Date): Promise<Check> {
  return attempt('exemptions', 'put it right as the message says; scans do not run before', async () => {
    const entries = await readExemptions(file, now);
    const over = entries.filter(({ expires }) => expires <= now).length;
    if (over === 0) return ok('exemptions', countInWords(entries.length, 'entry').replace('entrys', 'entries'));
    return warn(
      'exemptions',
      `${entries.length} entries, ${over} of them over`,
      'remove those that are over, or renew them',
    );
  });
}

function hasNoModules(webRoot: BytePath): boolean {
  try {
    return readdirSync(toFsPath(join(webRoot, MODULES))).length === 0;
  } catch {
    // Whether it may be read is another question.
    return false;
  }
}

function canRead(path: Buffer | string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
