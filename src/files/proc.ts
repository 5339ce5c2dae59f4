import { statfsSync } from 'node:fs';

/** `f_type` of a procfs. */
const PROC_SUPER_MAGIC = 0x9fa0;

let available: boolean | undefined;

/**
 * Whether a real procfs shows this process's descriptors at `/proc/self/fd`. Without it a folder can only be reached
 * by its path again, which somebody may have swapped in between: a report then says so.
 */
export function procAvailable(): boolean {
  available ??= isProc('/proc/self/fd');
  return available;
}

function isProc(path: string): boolean {
  try {
    return statfsSync(path).type === PROC_SUPER_MAGIC;
  } catch {
    return false;
  }
}

/** A path that leads to what an open descriptor refers to, wherever that lies by now. */
export function descriptorPath(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}
