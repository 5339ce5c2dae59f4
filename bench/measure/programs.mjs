import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where a program lies, as a shell would find it; `null` where it is not installed. @param {string} name */
export function findProgram(name) {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    const path = join(folder === '' ? '.' : folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not there: the next folder.
    }
  }
  return null;
}

/** The first line that a program prints when it is asked for its version. @param {readonly string[]} argv */
export function versionOf([program = '', ...args]) {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return (stdout || stderr || '').trim().split('\n')[0] ?? '';
}
