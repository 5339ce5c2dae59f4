import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { type BytePath, fromText, join as joinBytes } from '../../src/files/bytepath.js';
import { FolderChain } from '../../src/files/folder-chain.js';

export const isRoot = process.geteuid?.() === 0;

const temporaryFolders: string[] = [];

afterAll(() => {
  if (temporaryFolders.length === 0) return;
  execFileSync('chmod', ['-R', 'u+rwX', ...temporaryFolders]);
  execFileSync('rm', ['-rf', ...temporaryFolders]);
});

/** A folder that is gone after the tests of the file; `rm` removes what is deeper than PATH_MAX, too. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sigsweep-test-')));
  temporaryFolders.push(folder);
  return folder;
}

/** Writes files, with the folders they lie in. */
export function writeTree(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

export interface Pit {
  readonly name: string;
  readonly depth: number;
  /** Content of the files in the deepest folder. */
  readonly files: Readonly<Record<string, string>>;
  /** An empty folder of this name lies beside every so many of them. @default none */
  readonly beside?: { readonly name: string; readonly every: number };
}

/** Makes folders of one name in each other, however long their path gets. Returns the path of the deepest. */
export function digDown(root: string, { name, depth, files, beside }: Pit): BytePath {
  const chain = new FolderChain(bytePath(root));
  let folder = bytePath('');
  for (let level = 0; level < depth; level += 1) {
    chain.enter(folder);
    mkdirSync(chain.at(bytePath(name)));
    if (beside !== undefined && level % beside.every === 0) mkdirSync(chain.at(bytePath(beside.name)));
    folder = joinBytes(folder, bytePath(name));
  }
  chain.enter(folder);
  for (const [file, content] of Object.entries(files)) writeFileSync(chain.at(bytePath(file)), content);
  chain.close();
  return folder;
}

export function bytePath(text: string): BytePath {
  return fromText(text);
}

/** How many descriptors this process has open. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Runs as a user without rights: root itself may read everything. */
export function asNobody<T>(action: () => T): T {
  if (!isRoot) return action();
  process.seteuid?.(65534);
  try {
    return action();
  } finally {
    process.seteuid?.(0);
  }
}

/** Whether a command can do what a test needs here. */
export function succeeds(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
