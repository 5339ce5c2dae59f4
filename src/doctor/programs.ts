import { spawnSync } from 'node:child_process';
import { type Check, ok } from '../health-check.js';

const TIMEOUT_MILLISECONDS = 5000;

/** @param version what `gpg --version` begins with; `undefined` where there is none */
export function judgeGnupg(version: string | undefined): Check {
  if (version !== undefined) return ok('gpg', version);
  return ok('gpg', 'not installed: needed to sign with its keystore and for --keyring gnupg:DIR only');
}

export function judgeIonice(isThere: boolean): Check {
  return ok('ionice', isThere ? 'installed' : 'not installed: --io-idle has no effect');
}

/** Other programs, none of which a scan needs. */
export function checkPrograms(): Check[] {
  const gnupg = outputOf('gpg', '--version')?.split('\n')[0];
  return [judgeGnupg(gnupg), judgeIonice(outputOf('ionice', '--version') !== undefined)];
}

/** What systemd says of the clock; `undefined` where it says nothing. */
export function isClockSynchronised(): boolean | undefined {
  const said = outputOf('timedatectl', 'show', '--property=NTPSynchronized', '--value')?.trim();
  return said === 'yes' ? true : said === 'no' ? false : undefined;
}

function outputOf(program: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: TIMEOUT_MILLISECONDS });
  return status === 0 ? stdout : undefined;
}
