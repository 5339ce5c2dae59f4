import type { FileResult } from '../hash/job.js';
import type { Finding } from '../model.js';

/** What is known of the file itself, as far as it was read. */
export function statOf(result: FileResult): Pick<Finding, 'size' | 'mode' | 'mtimeMs'> {
  return {
    ...(result.size < 0 ? {} : { size: result.size }),
    ...(result.mode === 0 ? {} : { mode: result.mode }),
    ...(Number.isNaN(result.mtimeMs) ? {} : { mtimeMs: result.mtimeMs }),
  };
}
