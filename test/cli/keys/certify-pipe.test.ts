import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CLI_PATH, cliEnvironment, runCli } from '../../helpers/cli.js';
import { testKeys } from '../../helpers/keys.js';
import { tempFolder } from '../../helpers/temp.js';

it('a key to be certified is read once, from a pipe too', async () => {
  const { anchor, signer } = await testKeys();
  const folder = tempFolder();
  mkdirSync(join(folder, 'keys'), { mode: 0o700 });
  writeFileSync(join(folder, 'anchor.secret'), await anchor.armoredSecret(null), { mode: 0o600 });
  const env = { SIGSWEEP_KEY_FOLDER: join(folder, 'keys'), SIGSWEEP_ANCHOR: anchor.fingerprint };
  const certify = (content: string) => {
    writeFileSync(join(folder, 'mailed'), content);
    const given = ['--key', 'anchor.secret', '--fingerprint', signer.fingerprint];
    const program = [process.execPath, CLI_PATH, 'keys', 'certify', '/dev/stdin', ...given];
    // Not what Node gives to what it runs: that is a socket.
    return spawnSync('sh', ['-c', 'cat mailed | "$@"', 'sh', ...program], {
      cwd: folder,
      env: { ...cliEnvironment(), ...env },
      encoding: 'utf8',
    });
  };
  const certified = certify(signer.armored());
  expect(certified, certified.stderr).toMatchObject({ status: 0 });
  expect((await runCli(['keys', 'show', signer.fingerprint], { cwd: folder, env })).stdout).toContain('certified by');
  const none = certify('no key at all');
  expect(none).toMatchObject({ status: 2, stdout: '' });
  expect(none.stderr).toMatch(/^sigsweep: \/dev\/stdin holds no public key \[\w+\]\n$/);
});
