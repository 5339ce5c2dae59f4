import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readSecretKey } from '../../../src/openpgp/secret-key.js';
import { GPG_MISSING, Gpg } from '../../helpers/gpg.js';
import { TERMINAL_MISSING, Terminal } from '../terminal.js';
import { World } from './world.js';

const PASSPHRASE = 'correct horse battery staple';

function gpgHome(): Gpg {
  const gpg = new Gpg();
  onTestFinished(() => gpg.cleanup());
  return gpg;
}

describe('keys generate', () => {
  it('writes the private key for its owner alone, keeps the public one, and prints the fingerprint', async () => {
    const world = new World();
    const output = join(world.dir, 'my.key');
    const args = [
      'generate',
      '--name',
      'Jürgen Groß',
      '--email',
      'j@example.org',
      '--output',
      output,
      '--no-passphrase',
    ];
    const { code, stdout, stderr } = await world.keys(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[0-9A-F]{40}\n$/);
    expect(stderr).toContain(`the private key is in ${output}; keep a copy`);
    expect(statSync(output).mode & 0o7777).toBe(0o600);
    const fingerprint = stdout.trim();
    expect(await world.described(fingerprint)).toMatchObject({
      algorithm: 'Ed25519',
      expires: null,
      trust: 'untrusted',
      userIds: [{ userId: 'Jürgen Groß <j@example.org>', isOwn: true }],
    });
    expect(world.kept(fingerprint)).not.toContain('PRIVATE');
    expect(await readSecretKey(readFileSync(output))).toMatchObject({ fingerprint, isLocked: false });
  });

  it('never writes over a file, nor through a link, nor anything it cannot keep the key for', async () => {
    const world = new World();
    const taken = world.file('taken', 'all that is left of a key');
    const link = join(world.dir, 'link');
    symlinkSync(join(world.dir, 'elsewhere'), link);
    const generate = ['generate', '--name', 'A', '--no-passphrase', '--output'];
    expect(await world.keys([...generate, taken])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('EEXIST'),
    });
    expect(readFileSync(taken, 'utf8')).toBe('all that is left of a key');
    expect(await world.keys([...generate, link])).toMatchObject({ code: 2 });
    expect(existsSync(join(world.dir, 'elsewhere'))).toBe(false);
    expect(existsSync(world.folder) ? readdirSync(world.folder) : []).toEqual([]);

    const output = join(world.dir, 'new');
    const unkept = await world.keys([...generate, output, '--no-key-folder']);
    expect(unkept).toMatchObject({ code: 2, stderr: expect.stringContaining('leave out --no-key-folder') });
    const unsafe = await world.keys([...generate, output, '--key-folder', world.file('file', '')]);
    expect(unsafe.code).toBe(2);
    expect(existsSync(output)).toBe(false);
  });

  it('refuses what would make another user ID, and a life that it could not write down', async () => {
    const world = new World();
    const output = join(world.dir, 'new');
    for (const [name, ...more] of [
      ['Eve <master@freepbx.org>'],
      ['Eve\u202e'],
      [''],
      ['Eve', '--email', 'e@example.org> <m@example.org'],
      ['Eve', '--expires', '9999-01-01'],
      ['Eve', '--type', 'dsa'],
    ] as string[][]) {
      const args = ['generate', '--name', name ?? '', ...more, '--output', output, '--no-passphrase'];
      expect(await world.keys(args), `${name} ${more}`).toMatchObject({ code: 2, stdout: '' });
    }
    expect(existsSync(output)).toBe(false);
  });

  it('needs a passphrase, unless told to do without', async () => {
    const world = new World();
    const output = join(world.dir, 'new');
    const args = ['generate', '--name', 'A', '--output', output];
    const short = world.file('short', 'abc\n', 0o600);
    expect(await world.keys([...args, '--passphrase-file', short])).toMatchObject({ code: 2 });
    const open = world.file('open', `${PASSPHRASE}\n`, 0o644);
    expect(await world.keys([...args, '--passphrase-file', open])).toMatchObject({ code: 2 });
    expect(existsSync(output)).toBe(false);
  });

  it.skipIf(TERMINAL_MISSING !== undefined)(
    'asks for the passphrase twice on a terminal, and shows neither',
    async () => {
      const world = new World();
      const output = join(world.dir, 'typed.key');
      const command = `$SIGSWEEP keys generate --name A --output ${output} --key-folder ${world.folder}`;
      const terminal = new Terminal(command, { isTyped: true });
      await terminal.answer(`new passphrase of ${output}: `, `${PASSPHRASE}\r`);
      await terminal.answer(`new passphrase of ${output}, once more: `, `${PASSPHRASE}\r`);
      const { code, screen } = await terminal.ended;
      expect(code).toBe(0);
      expect(screen).not.toContain('correct');
      const secret = await readSecretKey(readFileSync(output));
      expect(secret.isLocked).toBe(true);
      await secret.unlock(PASSPHRASE);
      expect(secret.isLocked).toBe(false);
    },
  );
});

describe.skipIf(GPG_MISSING !== undefined)('keys generate, as GnuPG sees it', () => {
  it.each([
    ['ed25519', '255:22', 'ed25519'],
    ['rsa4096', '4096:1', ''],
  ])('%s: public part, locked private part, flags and expiry', async (type, sizeAndAlgorithm) => {
    const world = new World();
    const output = join(world.dir, 'my.key');
    const locked = world.file('passphrase', `${PASSPHRASE}\n`, 0o600);
    const args = ['generate', '--name', 'Gen', '--type', type, '--expires', '2100-01-31', '--output', output];
    const { code, stdout } = await world.keys([...args, '--passphrase-file', locked]);
    expect(code).toBe(0);
    const fingerprint = stdout.trim();
    expect(readFileSync(output, 'latin1')).not.toContain(PASSPHRASE);

    const gpg = gpgHome();
    expect(gpg.import(Buffer.from(world.kept(fingerprint))).code).toBe(0);
    const pub =
      gpg
        .run(['--with-colons', '--list-keys', fingerprint])
        .stdout.match(/^pub:.*$/m)?.[0]
        .split(':') ?? [];
    expect(`${pub[2]}:${pub[3]}`).toBe(sizeAndAlgorithm);
    expect(pub[6]).toBe(String(Date.UTC(2100, 0, 31, 23, 59, 59) / 1000));
    expect(pub[11]).toMatch(/^scSC$|^csCS$|^scESC$/i);
    expect(gpg.checkedSignatures(fingerprint)).toEqual([expect.stringMatching(/^sig:!:/)]);

    const loopback = ['--pinentry-mode', 'loopback', '--passphrase'];
    const secret = readFileSync(output);
    expect(gpg.run([...loopback, PASSPHRASE, '--import'], secret).code).toBe(0);
    const sign = (passphrase: string) =>
      gpg.run([...loopback, passphrase, '-u', fingerprint, '--clearsign'], Buffer.from('x\n'));
    expect(sign('another passphrase').code).toBe(2);
    const signed = sign(PASSPHRASE);
    expect(signed.code).toBe(0);
    expect(signed.stdout).toContain('[GNUPG:] SIG_CREATED');
  });
});
