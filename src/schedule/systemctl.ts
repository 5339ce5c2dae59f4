import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { errnoOf, SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';

const TIMEOUT_MILLISECONDS = 60_000;

/** Whether systemd runs this machine. */
export function isSystemdRunning(): boolean {
  return existsSync('/run/systemd/system');
}

/**
 * Runs systemctl to its end.
 * @returns what it printed
 * @throws SigsweepError SCHEDULE_FAILED with what it said.
 */
export function systemctl(...args: readonly string[]): string {
  try {
    return execFileSync('systemctl', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MILLISECONDS,
    });
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim() ?? '';
    const why = errnoOf(cause) !== undefined || said === '' ? errorInWords(cause) : said.replaceAll('\n', '; ');
    throw new SigsweepError('SCHEDULE_FAILED', `systemctl ${args.join(' ')} failed: ${why}`, { cause });
  }
}
