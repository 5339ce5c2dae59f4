import { mkdirSync, statSync } from 'node:fs';
import { requireTrusted } from './trusted.js';

/**
 * Makes a folder where there is none, for its owner alone, with those above it.
 * @throws SigsweepError FILE_UNSAFE when others could write there.
 * @throws Error of the system call when it cannot be made.
 */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  requireTrusted(folder, statSync(folder));
}
