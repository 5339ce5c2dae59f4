import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { RunningCli, until } from '../cli/controlled.js';
import { GNUPG_MISSING } from '../conformance/gnupg.js';
import { Keystore } from './keystore.js';
import { filesBelow, OLD_SIGNATURE, PASSPHRASE, Publisher } from './publisher.js';

describe.skipIf(GNUPG_MISSING)("the passphrase of a key in GnuPG's keystore (gpg has to be installed)", () => {
  let publisher: Publisher;
  let keystore: Keystore;
  let key: string;
  beforeEach(async () => {
    publisher = await Publisher.begin({ 'a.php': 'a' });
    keystore = await Keystore.begin(publisher);
    key = await keystore.makeLocked('locked');
  });

  /** The key that signed. */
  async function signerOf(...args: readonly string[]): Promise<string | null | undefined> {
    return (await publisher.signed([...keystore.arguments, ...args])).signature?.signer;
  }

  const refused = (...args: readonly string[]) => publisher.refused([...keystore.arguments, ...args]);

  it('the agent asks for it', async () => {
    const asked = join(publisher.folder, 'asked');
    keystore.answerWith(`echo once >>${asked}; echo "D ${PASSPHRASE}"`);
    expect([await signerOf(), await signerOf()]).toEqual([key, key]);
    expect(readFileSync(asked, 'utf8')).toBe('once\n');
  });

  it('it is read from a file or a descriptor', async () => {
    const file = publisher.writeSecret('passphrase', `${PASSPHRASE}\nanother line\n`);
    expect(await signerOf('--passphrase-file', file)).toBe(key);
    keystore.forgetPassphrases();
    const piped = await publisher.sign([...keystore.arguments, '--passphrase-fd', '0'], { input: `${PASSPHRASE}\n` });
    expect(piped).toMatchObject({ code: 0 });
  });

  it('a wrong one, an empty one, one that others can read: one sentence, and no word of it', async () => {
    const wrong = publisher.writeSecret('wrong', 'mistyped secret\n');
    expect(await refused('--passphrase-file', wrong)).toBe('gpg: the passphrase is wrong');
    expect(await refused('--passphrase-file', publisher.writeSecret('empty', '\n'))).toMatch(
      /the passphrase is empty$/,
    );
    keystore.answerWith('echo "D mistyped secret"');
    expect(await refused()).toBe('gpg: the passphrase is wrong');
  });

  it('nobody can be asked, or says no', async () => {
    keystore.askWith('/bin/false');
    expect(await refused()).toMatch(/^gpg: .*No pinentry; give --passphrase-file or --passphrase-fd$/);
    keystore.answerWith('echo "ERR 83886179 Operation cancelled"; continue');
    expect(await refused()).toMatch(/^gpg: .*Operation cancelled$/);
  });

  it('needs none to show what would be signed', async () => {
    keystore.answerWith('touch asked');
    publisher.write('module.sig', OLD_SIGNATURE);
    const before = filesBelow(publisher.folder);
    const { code, stdout, stderr } = await publisher.sign([...keystore.arguments, '--dry-run']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`\nsignedwith=${key}\n`);
    expect(filesBelow(publisher.folder)).toEqual(before);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s while the agent asks ends gpg too, and leaves everything as it was', async (signal, code) => {
    const asked = join(publisher.folder, 'asked');
    keystore.answerWith(`echo $PPID >${asked}; sleep 60`);
    publisher.write('module.sig', OLD_SIGNATURE);
    writeFileSync(asked, '');
    const cli = new RunningCli(['sign', publisher.module, ...publisher.trust, ...keystore.arguments]);
    onTestFinished(() => cli.kill());
    await until(() => readFileSync(asked, 'utf8').endsWith('\n'), 'the agent to ask');
    const children = readFileSync(`/proc/${cli.pid}/task/${cli.pid}/children`, 'utf8').trim();
    await cli.send(signal);
    expect(await cli.ended).toEqual({ code, signal: null, stdout: '', stderr: '' });
    await until(() => !existsSync(`/proc/${children}`), 'gpg to end');
    expect(readFileSync(publisher.signature, 'utf8')).toBe(OLD_SIGNATURE);
  });

  it('is in no argument and no variable of what is started', async () => {
    const seen = join(publisher.folder, 'seen');
    const bin = join(publisher.folder, 'bin');
    mkdirSync(bin);
    const script = `#!/bin/sh\ncat /proc/$$/cmdline /proc/$$/environ >>${seen}\nPATH=$USUAL_PATH exec gpg "$@"\n`;
    writeFileSync(join(bin, 'gpg'), script, { mode: 0o755 });
    const path = process.env.PATH ?? '';
    const env = { PATH: `${bin}:${path}`, USUAL_PATH: path };
    const file = publisher.writeSecret('passphrase', `${PASSPHRASE}\n`);
    const result = await publisher.sign([...keystore.arguments, '--passphrase-file', file], { env });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(seen, 'latin1')).toMatch(/--passphrase-fd.*--clearsign/s);
    expect(readFileSync(seen, 'latin1') + result.stdout).not.toContain(PASSPHRASE);
  });
});
