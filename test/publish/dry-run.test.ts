import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { RunningCli } from '../cli/controlled.js';
import { inTerminal, TERMINAL_MISSING } from '../cli/terminal.js';
import { AS_NOBODY, NOBODY_MISSING, openToNobody } from './nobody.js';
import { filesBelow, listOf, OLD_SIGNATURE, Publisher, refusal, withoutTime } from './publisher.js';

let publisher: Publisher;
beforeEach(async () => {
  publisher = await Publisher.begin({ 'a.php': 'a', '.git/config': '' });
});

describe('what would be signed', () => {
  it('is printed byte for byte as it is signed, and nothing is written', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${publisher.module}/`), Buffer.from([0xff, 0xe9])]), '');
    const before = filesBelow(publisher.folder);
    const output = join(publisher.folder, 'output');
    const args = ['sign', publisher.module, ...publisher.trust, '--key', publisher.key, '--dry-run'];
    const shell = ['sh', '-c', `exec "$@" >${output}`, 'sh'];
    expect(await new RunningCli(args, {}, shell).ended).toMatchObject({ code: 0, stderr: '' });
    const { output: printed, ...after } = filesBelow(publisher.folder);
    expect(after).toEqual(before);
    expect(printed).toBeDefined();
    const text = publisher.read('output');
    expect([...listOf(text).keys()]).toEqual(['a.php', 'module.xml', '\xff\xe9']);
    await publisher.signed();
    expect(withoutTime(publisher.text)).toBe(withoutTime(text));
  });

  it('is refused as it would be when it is signed', async () => {
    publisher.write(';x', '');
    expect(await publisher.refused(['--key', publisher.key, '--dry-run'])).toMatch(/^;x cannot be listed/);
    expect(await publisher.refused(['--dry-run', '--key', join(publisher.folder, 'nothing')])).toMatch(/ENOENT/);
  });

  it.skipIf(NOBODY_MISSING)(
    `is shown to whoever cannot write there${NOBODY_MISSING ? ` (skipped: ${NOBODY_MISSING})` : ''}`,
    async () => {
      openToNobody(publisher.folder);
      chmodSync(publisher.module, 0o555);
      onTestFinished(() => chmodSync(publisher.module, 0o755));
      const args = ['sign', publisher.module, ...publisher.trust, '--key', publisher.key, '--dry-run'];
      const { code, stdout } = await new RunningCli(args, {}, AS_NOBODY).ended;
      expect([code, [...listOf(stdout).keys()]]).toEqual([0, ['a.php', 'module.xml']]);
    },
  );

  it.skipIf(TERMINAL_MISSING)(
    `has nothing in it that a terminal would obey${TERMINAL_MISSING ? ` (skipped: ${TERMINAL_MISSING})` : ''}`,
    async () => {
      const name = Buffer.from('x\xe2\x80\xae\xc2\x9b31m\xff', 'latin1');
      writeFileSync(Buffer.concat([Buffer.from(`${publisher.module}/`), name]), '');
      const args = ['sign', publisher.module, ...publisher.trust, '--key', publisher.key, '--dry-run'];
      const { code, screen } = await inTerminal(`$SIGSWEEP ${args.join(' ')}`, { columns: 200 });
      expect(code).toBe(0);
      expect(screen).toMatch(/^x\\u\{202e\}\\u\{9b\}31m.* = [0-9a-f]{64}\r$/m);
      expect(screen).not.toMatch(/[\u202e\u009b]/);
    },
  );
});

describe('what is configured', () => {
  it.each([
    ['the environment', (key: string) => ({ SIGSWEEP_SIGN_KEY: key })],
    ['a file', (key: string) => ({ SIGSWEEP_CONFIG: configure(`sign:\n  key: ${key}\n`) })],
  ])('by %s says which key signs', async (_where, settings) => {
    const env = settings(publisher.key);
    expect(await publisher.signed([], { env })).toMatchObject({ verdict: 'good', listed: 2 });
    // What is typed counts before it.
    const other = join(publisher.folder, 'nothing');
    publisher.write('module.sig', OLD_SIGNATURE);
    expect(await publisher.refused(['--key', other], { env })).toMatch(/nothing: ENOENT/);
    expect(await publisher.refused(['--gnupg-home', other], { env })).toMatch(/^there is no GnuPG keystore /);
  });

  it('also whom to trust, as for a scan', async () => {
    const env = { SIGSWEEP_ANCHOR: publisher.anchor, SIGSWEEP_KEYRING: publisher.keyring };
    const args = ['sign', publisher.module, '--key', publisher.key];
    expect(await new RunningCli(args, env).ended).toMatchObject({ code: 0, stderr: '' });
    expect(refusal(await new RunningCli(args).ended)).toMatch(/would not be trusted: /);
  });

  it('is never a passphrase', async () => {
    const env = { SIGSWEEP_SIGN_PASSPHRASE: 'correct horse battery' };
    const { code, stderr } = await publisher.sign(undefined, { env });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^sigsweep: .*SIGSWEEP_SIGN_PASSPHRASE/),
    });
    expect(stderr).not.toContain('correct horse');
    expect(existsSync(publisher.signature)).toBe(false);
  });

  /** Writes a configuration that nobody else can write. */
  function configure(text: string): string {
    mkdirSync(join(publisher.folder, 'etc'), { mode: 0o700 });
    return publisher.writeSecret('etc/config.yaml', text);
  }
});
