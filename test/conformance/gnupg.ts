/** GnuPG in a throw-away home, as the reference that verdicts are compared with. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const GNUPG_MISSING = spawnSync('gpg', ['--version']).status !== 0;

/** When keys are made, in seconds before now. */
const MADE = 3600;

export class GnuPg {
  private constructor(readonly home: string) {}

  /** The path is kept short: the agent's socket lies below it, and sockets have short paths. */
  static async create(): Promise<GnuPg> {
    return new GnuPg(await mkdtemp(join(tmpdir(), 'g-')));
  }

  /** Ends the agent of this home and removes it. */
  async remove(): Promise<void> {
    await run('gpgconf', ['--homedir', this.home, '--kill', 'all']).catch(() => {});
    await rm(this.home, { recursive: true, force: true });
  }

  /** Runs gpg and returns what it wrote. Throws when it fails. */
  async gpg(...args: string[]): Promise<Buffer> {
    const base = [
      '--homedir',
      this.home,
      '--batch',
      '--yes',
      '--no-tty',
      '--pinentry-mode',
      'loopback',
      '--passphrase',
      '',
    ];
    const { stdout } = await run('gpg', [...base, ...args], { encoding: 'buffer', maxBuffer: 2 ** 26 });
    return stdout;
  }

  /** Runs gpg as it would have run so many seconds ago: what is of one second cannot be told apart by age. */
  ago(seconds: number, ...args: string[]): Promise<Buffer> {
    return this.gpg('--faked-system-time', String(Math.floor(Date.now() / 1000) - seconds), ...args);
  }

  /** Makes a key that signs and certifies, one hour ago, and returns its fingerprint. */
  async makeKey(userId: string, algorithm: string): Promise<string> {
    await this.ago(MADE, '--quick-generate-key', userId, algorithm, 'sign,cert', 'never');
    const listing = (await this.gpg('--with-colons', '--list-keys', `=${userId}`)).toString();
    return /^fpr:+([0-9A-F]{40}):/m.exec(listing)?.[1] ?? '';
  }

  /** Takes back the ultimate trust that GnuPG gives to keys made here, so that only certifications count. */
  async forgetOwner(fingerprint: string): Promise<void> {
    await this.gpg('--import-ownertrust', await this.file('ownertrust', Buffer.from(`${fingerprint}:2:\n`)));
  }

  /** Revokes the first subkey, answering GnuPG's questions: yes, no reason, no description, yes. */
  async revokeSubkey(fingerprint: string): Promise<void> {
    const answers = await this.file('answers', Buffer.from('y\n0\n\ny\n'));
    const command = ['--command-file', answers, '--edit-key', fingerprint, 'key 1', 'revkey', 'save'];
    await this.gpg(...command);
  }

  /** Makes the agent ask for passphrases again. */
  async forgetPassphrases(): Promise<void> {
    await run('gpg-connect-agent', ['--homedir', this.home, 'reloadagent', '/bye']);
  }

  async file(name: string, content: Uint8Array): Promise<string> {
    const path = join(this.home, name);
    await writeFile(path, content);
    return path;
  }

  /** The status words of a verification, such as `GOODSIG` and `TRUST_FULLY`, and the text put out. */
  async verify(signed: Uint8Array): Promise<{ words: string[]; text: Buffer }> {
    const path = await this.file('signed', signed);
    const output = join(this.home, 'text');
    await rm(output, { force: true });
    const args = ['--status-fd', '1', '--output', output, '--decrypt', path];
    const status = await this.gpg(...args).catch((error: { stdout?: Buffer }) => error.stdout ?? Buffer.alloc(0));
    const words = [...status.toString().matchAll(/^\[GNUPG:\] ([A-Z_]+)/gm)].map((match) => match[1] ?? '');
    return { words, text: await readFile(output).catch(() => Buffer.alloc(0)) };
  }
}
