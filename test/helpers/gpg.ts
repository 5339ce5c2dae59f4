import { spawnSync } from 'node:child_process';
import { makeTempFolder, removeFolder } from './temp.js';

/** Why tests against GnuPG cannot run here; `undefined` when they can. */
export const GPG_MISSING: string | undefined =
  spawnSync('gpg', ['--version']).status === 0 ? undefined : 'gpg is not installed';

export interface GpgResult {
  code: number | null;
  /** Standard output and `--status-fd` lines. */
  stdout: string;
  stderr: string;
}

/** A GnuPG home of its own. */
export class Gpg {
  readonly home = makeTempFolder();

  run(args: readonly string[], input?: Uint8Array): GpgResult {
    const fixed = ['--homedir', this.home, '--batch', '--no-tty', '--no-auto-check-trustdb', '--status-fd', '1'];
    const { status, stdout, stderr } = spawnSync('gpg', [...fixed, ...args], {
      ...(input === undefined ? {} : { input }),
      env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', TZ: 'UTC' },
      encoding: 'utf8',
    });
    return { code: status, stdout, stderr };
  }

  import(publicKey: Uint8Array): GpgResult {
    return this.run(['--import'], publicKey);
  }

  verify(clearsigned: Uint8Array): GpgResult {
    return this.run(['--verify'], clearsigned);
  }

  /** The signatures on a key that GnuPG checked: one `sig:!:` or `rev:!:` line each, with colons between the fields. */
  checkedSignatures(fingerprint: string): string[] {
    const { stdout } = this.run(['--no-sig-cache', '--with-colons', '--check-sigs', fingerprint]);
    return stdout.split('\n').filter((line) => /^(sig|rev):/.test(line));
  }

  /** Ends what GnuPG may have started for this home and removes it. */
  cleanup(): void {
    spawnSync('gpgconf', ['--homedir', this.home, '--kill', 'all']);
    removeFolder(this.home);
  }
}
