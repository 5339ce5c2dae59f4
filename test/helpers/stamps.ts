import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const TMPFS = 0x01021994;
/** File systems that keep stamps: ext2 to ext4, btrfs, overlays. */
const KEEPING = [0xef53, 0x9123683e, 0x794c7630];

/** Why nothing can be said here of what a quick scan does not read; `undefined` when it can. */
export const STAMPS_MISSING: string | undefined = KEEPING.includes(statfsSync(tmpdir()).type)
  ? undefined
  : `${tmpdir()} lies on a file system of which a quick scan believes no stamp; set TMPDIR`;

export const SHARED_MEMORY = '/dev/shm';

/** Why nothing can be put on a tmpfs here; `undefined` when it can. */
export const TMPFS_MISSING: string | undefined = isTmpfs(SHARED_MEMORY)
  ? undefined
  : `${SHARED_MEMORY} is no tmpfs here`;

function isTmpfs(folder: string): boolean {
  try {
    return statfsSync(folder).type === TMPFS;
  } catch {
    return false;
  }
}
