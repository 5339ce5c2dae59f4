/** Running the program as an ordinary user, whoever runs the tests. */
import { spawnSync } from 'node:child_process';
import { chmodSync, lchownSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CLI_PATH } from '../helpers/cli.js';
import { isRoot } from '../helpers/tools.js';

const NOBODY = 65_534;

/** What runs a command as that user. */
export const AS_NOBODY: readonly string[] = isRoot
  ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
  : [];

/** Why the program cannot be run by an ordinary user here; `undefined` when it can. */
export const NOBODY_MISSING: string | undefined =
  spawnSync('env', [...AS_NOBODY, process.execPath, CLI_PATH, '--version'], { cwd: '/' }).status === 0
    ? undefined
    : 'nobody cannot run the program where it lies, or setpriv is not installed';

/** Gives a folder and everything below it to that user. */
export function openToNobody(folder: string): void {
  for (const path of [
    folder,
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  ]) {
    if (isRoot) lchownSync(path, NOBODY, NOBODY);
  }
  chmodSync(folder, statSync(folder).mode | 0o700);
}
