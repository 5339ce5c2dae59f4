/** A disk that is full in the middle of a private key. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLI_PATH, cliEnvironment } from '../../helpers/cli.js';
import { tempFolder } from '../../helpers/temp.js';

/** As blocks of 512 bytes, which is less than the private key of RSA has and more than the public one. */
const MOST_BLOCKS = 5;

describe('a private key that does not fit', () => {
  it('is an error, and nothing is left of it', () => {
    const folder = tempFolder();
    const generate = ['keys', 'generate', '--name', 'Nobody', '--type', 'rsa4096', '--no-passphrase'];
    const places = ['--output', 'key.secret', '--key-folder', join(folder, 'keys')];
    const command = [process.execPath, CLI_PATH, ...generate, ...places];
    const { status, stdout, stderr } = spawnSync(
      'sh',
      ['-c', `ulimit -f ${MOST_BLOCKS}; exec "$@"`, 'sh', ...command],
      {
        cwd: folder,
        env: cliEnvironment(),
        encoding: 'utf8',
      },
    );
    expect({ status, stdout }, stderr).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^sigsweep: cannot write the private key to key\.secret: EFBIG: [^\n]+\n$/);
    // The folder that the public key would have been kept in is made before.
    expect(readdirSync(folder, { recursive: true })).toEqual(['keys']);
  });
});
