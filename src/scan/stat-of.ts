import type { FileResult } from '../hash/job.js';
import type { FileStat } from '../model.js';

/** What is known of the file itself, as far as it was read. */
export function statOf(result: FileResult): FileStat {
  return {
    ...(result.size < 0 ? {} : { size: result.size }),
    ...(result.mode === 0 ? {} : { mode: result.mode }),
    ...(result.uid < 0 ? {} : { uid: result.uid }),
    ...(result.gid < 0 ? {} : { gid: result.gid }),
    ...(Number.isNaN(result.mtimeMs) ? {} : { mtimeMs: result.mtimeMs }),
    ...(Number.isNaN(result.ctimeMs) ? {} : { ctimeMs: result.ctimeMs }),
  };
}
