import { readlinkSync, statfsSync } from 'node:fs';

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

/** A path that leads to what an open descriptor refers to, wherever that lies by now. For the calling thread. */
export function descriptorPath(descriptor: number): string {
  descriptors ??= descriptorsOfThread();
  return `${descriptors}/${descriptor}`;
}

let descriptors: string | undefined;

/** Threads that go through one folder of procfs get in each other's way in the kernel: 3 % of hashing with two. */
function descriptorsOfThread(): string {
  try {
    const thread = readlinkSync('/proc/thread-self');
    if (/^\d+\/task\/\d+$/.test(thread)) return `/proc/${thread}/fd`;
  } catch {
    // Known since Linux 3.17.
  }
  return '/proc/self/fd';
}
