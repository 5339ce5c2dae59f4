/** GnuPG keystores for signing with: keys of an hour ago, and what an anchor says of them. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { certify } from '../../src/openpgp/certify.js';
import { GnuPg } from '../conformance/gnupg.js';
import { testKeys } from '../helpers/keys.js';
import { PASSPHRASE, type Publisher } from './publisher.js';

/** Speaks the protocol of pinentry, and little more. */
const PINENTRY = `#!/bin/sh
echo OK
while read -r command _; do
  case "$command" in
    GETPIN) ANSWER; echo OK ;;
    BYE) echo OK; exit ;;
    *) echo OK ;;
  esac
done
`;

export class Keystore {
  private constructor(
    readonly gnupg: GnuPg,
    private readonly publisher: Publisher,
  ) {}

  /** An empty one, which is gone with its agent when the running test ends. */
  static async begin(publisher: Publisher): Promise<Keystore> {
    const gnupg = await GnuPg.create();
    onTestFinished(() => gnupg.remove());
    const keystore = new Keystore(gnupg, publisher);
    keystore.configureAgent('');
    return keystore;
  }

  /** What makes `sigsweep sign` use it. */
  get arguments(): string[] {
    return ['--gnupg-home', this.gnupg.home];
  }

  /** Makes a key that signs. */
  make(name: string, algorithm = 'ed25519'): Promise<string> {
    return this.gnupg.makeKey(`${name} <${name}@example.org>`, algorithm);
  }

  /** Makes one that the anchor has certified. */
  async makeCertified(name: string, algorithm?: string): Promise<string> {
    const fingerprint = await this.make(name, algorithm);
    await this.certify(fingerprint);
    return fingerprint;
  }

  /** Makes one that nobody uses without the passphrase. */
  async makeLocked(name: string): Promise<string> {
    await this.gnupg.ago(
      3600,
      '--passphrase',
      PASSPHRASE,
      '--quick-generate-key',
      name,
      'ed25519',
      'sign,cert',
      'never',
    );
    const [fingerprint = ''] = await this.fingerprints(name);
    await this.certify(fingerprint);
    this.forgetPassphrases();
    return fingerprint;
  }

  /** Certifies a key, half an hour ago, and makes it known as it is now. */
  async certify(fingerprint: string): Promise<void> {
    const { anchor } = await testKeys();
    const publicKey = await this.gnupg.gpg('--export', fingerprint);
    const certified = await certify(publicKey, anchor, { date: new Date(Date.now() - 1_800_000) });
    this.publisher.addKey(fingerprint, certified);
  }

  /** Adds a subkey that signs, as old as the key, and returns its fingerprint. */
  async addSubkey(fingerprint: string, algorithm = 'ed25519'): Promise<string> {
    await this.gnupg.ago(3600, '--quick-add-key', fingerprint, algorithm, 'sign', 'never');
    return (await this.fingerprints(fingerprint)).at(-1) ?? '';
  }

  /** Takes a private part away, as from a key whose primary one is kept offline. */
  async removePrivatePart(fingerprint: string): Promise<void> {
    const listing = (await this.gnupg.gpg('--with-colons', '--with-keygrip', '--list-keys', fingerprint)).toString();
    const grip = new RegExp(`^fpr:+${fingerprint}:\n(?:.*\n)*?grp:+([0-9A-F]{40}):`, 'm').exec(listing)?.[1];
    rmSync(join(this.gnupg.home, 'private-keys-v1.d', `${grip}.key`));
  }

  /** Makes the agent ask again, with what it is configured to ask with now. */
  forgetPassphrases(): void {
    spawnSync('gpg-connect-agent', ['--homedir', this.gnupg.home, 'reloadagent', '/bye']);
  }

  /** What the agent asks with: a program that runs a shell command where it is asked for a passphrase. */
  answerWith(getPin: string): void {
    const program = this.publisher.writeSecret('pinentry', PINENTRY.replace('ANSWER', getPin));
    chmodSync(program, 0o700);
    this.askWith(program);
  }

  /** What the agent asks with. */
  askWith(program: string): void {
    this.configureAgent(`pinentry-program ${program}\n`);
    this.forgetPassphrases();
  }

  private configureAgent(options: string): void {
    // Locking is to be quick here, not hard to break.
    writeFileSync(join(this.gnupg.home, 'gpg-agent.conf'), `s2k-count 65536\n${options}`);
  }

  /** Revokes a key as its owner. */
  async revoke(fingerprint: string): Promise<void> {
    const stored = readFileSync(join(this.gnupg.home, 'openpgp-revocs.d', `${fingerprint}.rev`), 'utf8');
    await this.gnupg.gpg('--import', await this.gnupg.file('revocation', Buffer.from(stored.replace(':---', '---'))));
  }

  /** Writes the user's options. */
  configure(options: string): void {
    writeFileSync(join(this.gnupg.home, 'gpg.conf'), options);
  }

  /** Of the primary key and its subkeys. */
  private async fingerprints(key: string): Promise<string[]> {
    const listing = (await this.gnupg.gpg('--with-colons', '--list-keys', key)).toString();
    return [...listing.matchAll(/^fpr:+([0-9A-F]{40}):/gm)].map((match) => match[1] ?? '');
  }
}
