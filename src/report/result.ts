import type { Report } from '../model.js';

/** What a scan comes to, in one sentence or two. */
export function resultInWords({ exitCode, complete }: Report): string {
  if (exitCode === 0) return 'clean.';
  if (exitCode > 128 && !complete) return 'INTERRUPTED: what was not read by then is not verified.';
  if (exitCode > 128) return 'interrupted when the scan was done: what it found stands.';
  if (complete)
    return exitCode === 1 ? 'NOT clean.' : 'clean, but not everything around the scan went well: see the notes.';
  const gap = 'The scan is INCOMPLETE: what could not be read is not verified.';
  return exitCode === 1 ? `NOT clean. ${gap}` : gap;
}
