import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { MAX_KEYRING_FILE_BYTES } from '../limits.js';

/** Where GnuPG keeps public keys. */
const KEYRINGS = ['pubring.kbx', 'pubring.gpg', 'public-keys.d'];

const GNUPG_TIMEOUT_MILLISECONDS = 30_000;

/**
 * The public keys of a GnuPG home, binary.
 * @throws SigsweepError KEYRING_UNREADABLE when there is none, GNUPG_FAILED
 */
export async function exportFromGnupg(home: string): Promise<Uint8Array> {
  // gpg would make an empty keyring where there is none, and this only reads.
  if (!KEYRINGS.some((name) => existsSync(join(home, name)))) {
    throw new SigsweepError(
      'KEYRING_UNREADABLE',
      `keyring gnupg:${home}: no GnuPG home with a ${KEYRINGS.join(' or ')} in it`,
    );
  }
  // No options file, no agent, no network, no locks: the home belongs to somebody else and is only read.
  const options = ['--homedir', home, '--no-options', '--batch', '--no-tty', '--no-autostart', '--lock-never'];
  const quiet = ['--no-permission-warning', '--no-auto-check-trustdb', '--export'];
  try {
    const { stdout } = await promisify(execFile)('gpg', [...options, ...quiet], {
      encoding: 'buffer',
      maxBuffer: MAX_KEYRING_FILE_BYTES,
      timeout: GNUPG_TIMEOUT_MILLISECONDS,
    });
    return stdout;
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const why = missing ? 'gpg is not installed; export the keys to a file and give that instead' : errorInWords(cause);
    throw new SigsweepError('GNUPG_FAILED', `keyring gnupg:${home}: ${why}`, { cause });
  }
}
