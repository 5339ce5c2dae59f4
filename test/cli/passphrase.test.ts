import { chmodSync, closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withConfiguration } from '../../src/cli/config/configuration.js';
import { type PassphraseArguments, passphraseSource, withPassphraseOptions } from '../../src/cli/passphrase.js';
import { MAX_PASSPHRASE_BYTES } from '../../src/limits.js';
import { secretFile } from '../alert/secret.js';
import { configFileOf } from '../config/program.js';
import { tempFolder } from '../helpers/temp.js';
import { hasTool } from '../helpers/tools.js';
import { type AskedOptions, askWithoutTerminal, gotten } from './asking.js';

const SECRET = 'correct hörse';

describe('--passphrase-file', () => {
  const from = (file: string, options?: { confirm: boolean }) =>
    passphraseSource({ passphraseFile: file })('x', options);

  it.each([SECRET, `${SECRET}\n`, `${SECRET}\r\n`, `${SECRET}\nanother line\n`])(
    'takes the first line of %j',
    async (text) => {
      expect(await from(secretFile(text))).toBe(SECRET);
    },
  );

  it('keeps spaces, which are part of it', async () => {
    expect(await from(secretFile(' a b \t\n'))).toBe(' a b \t');
  });

  it.each(['', '\n', '\r\n', '\nsecond line\n'])('refuses an empty one (%j)', async (text) => {
    const file = secretFile(text);
    await expect(from(file)).rejects.toMatchObject({
      code: 'PASSPHRASE_UNUSABLE',
      message: `${file}: the passphrase is empty`,
    });
  });

  it('takes the longest allowed, and no longer one', async () => {
    const longest = 'x'.repeat(MAX_PASSPHRASE_BYTES);
    expect(await from(secretFile(longest))).toBe(longest);
    await expect(from(secretFile(`${longest}x`))).rejects.toMatchObject({ code: 'FILE_UNSAFE' });
    expect((await throughDescriptor(longest)).stdout).toBe(`${gotten(longest)}\n`);
    expect(await throughDescriptor(`${longest}x`)).toMatchObject({
      code: 2,
      stderr:
        'sigsweep: --passphrase-fd 0: its first line is longer than the 4096 bytes that are taken [PASSPHRASE_UNUSABLE]\n',
    });
  });

  it('refuses one that others may read', async () => {
    const file = secretFile(SECRET);
    chmodSync(file, 0o640);
    await expect(from(file)).rejects.toMatchObject({
      code: 'FILE_UNSAFE',
      message: `${file} is open to others: chmod go= ${file}`,
    });
  });

  it('says why one cannot be read', async () => {
    const file = join(tempFolder(), 'none');
    await expect(from(file)).rejects.toMatchObject({
      code: 'PASSPHRASE_UNUSABLE',
      message: `${file} cannot be read: ENOENT: no such file or directory`,
    });
  });

  it('refuses a short one for a new key, and no long one', async () => {
    await expect(from(secretFile('eleven char'), { confirm: true })).rejects.toThrow('12 characters or more');
    expect(await from(secretFile('elevenchärs+'), { confirm: true })).toBe('elevenchärs+');
  });
});

/** The program's own standard input, or another descriptor, holds `text`. */
const throughDescriptor = (input: string, options: AskedOptions = {}) =>
  askWithoutTerminal(['passphrase', '--passphrase-fd', '0'], { input, ...options });

describe('--passphrase-fd', () => {
  it.each([SECRET, `${SECRET}\n`, `${SECRET}\r\n`, `${SECRET}\nanother line\n`])(
    '0 is standard input (%j)',
    async (text) => {
      expect(await throughDescriptor(text)).toEqual({ code: 0, stdout: `${gotten(SECRET)}\n`, stderr: '' });
    },
  );

  it('leaves what stands behind the line to others', async () => {
    const shell = '"$@" && cat';
    const { stdout } = await throughDescriptor(`${SECRET}\nthe rest\n`, { shell });
    expect(stdout).toBe(`${gotten(SECRET)}\nthe rest\n`);
  });

  it('is any descriptor that was opened for the program: a file, a pipe, a here-document', async () => {
    const file = openSync(secretFile(`${SECRET}\n`), 'r');
    onTestFinished(() => closeSync(file));
    const args = ['passphrase', '--passphrase-fd'];
    const got = { code: 0, stdout: `${gotten(SECRET)}\n`, stderr: '' };
    expect(await askWithoutTerminal([...args, '3'], { descriptors: [file] })).toEqual(got);
    expect(await askWithoutTerminal([...args, '7'], { input: SECRET, shell: '"$@" 7<&0 </dev/null' })).toEqual(got);
    expect(await askWithoutTerminal([...args, '4'], { shell: `"$@" 4<<END\n${SECRET}\nEND\n` })).toEqual(got);
  });

  it.skipIf(!hasTool('perl'))('waits for a pipe that says nothing yet (needs perl)', async () => {
    // Reading what was opened like that fails as long as there is nothing.
    const shell = `{ sleep 0.3; echo '${SECRET}'; } | perl -MFcntl -e 'fcntl(STDIN, F_SETFL, O_NONBLOCK); exec @ARGV' "$@"`;
    expect(await throughDescriptor('', { shell })).toEqual({ code: 0, stdout: `${gotten(SECRET)}\n`, stderr: '' });
  });

  it('that nobody opened is one sentence', async () => {
    expect(await askWithoutTerminal(['passphrase', '--passphrase-fd', '200'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'sigsweep: --passphrase-fd 200: it is not open for reading: open it as in 200<FILE [PASSPHRASE_UNUSABLE]\n',
    });
  });

  it.each([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
    "%i, which may be one of Node's own, is not waited for",
    async (number) => {
      const { code, stderr } = await askWithoutTerminal(['passphrase', '--passphrase-fd', String(number)]);
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /^sigsweep: --passphrase-fd \d+: (?:it is not open for reading|the passphrase is empty).*\n$/,
      );
    },
  );

  it.each([
    ['', '"$@" 0<&-', 'the passphrase is empty'],
    ['', '"$@"', 'the passphrase is empty'],
    ['\nsecond line', '"$@"', 'the passphrase is empty'],
    ['', '"$@" </', 'it is not open for reading: open it as in 0<FILE'],
    ['', '"$@" 0>/dev/null', 'it is not open for reading: open it as in 0<FILE'],
    ['', `printf 'p\\303ss' | "$@"`, 'the passphrase is not UTF-8 text'],
  ])('standard input as %j with %s is refused', async (input, shell, words) => {
    const { code, stdout, stderr } = await throughDescriptor(input, { shell });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(`sigsweep: --passphrase-fd 0: ${words} [PASSPHRASE_UNUSABLE]\n`);
  });
});

describe('without a terminal', () => {
  it.each([
    [['passphrase'], 'for the passphrase on: give --passphrase-file or --passphrase-fd'],
    [['line'], 'on: give --key'],
    [['confirm'], 'on: run this command in one'],
  ])('%j says what to do', async (args, words) => {
    expect(await askWithoutTerminal(args, { input: `${SECRET}\n` })).toEqual({
      code: 2,
      stdout: '',
      stderr: `sigsweep: there is no terminal to ask ${words} [USAGE]\n`,
    });
  });
});

describe('what is configured', () => {
  /** Runs `sign` with arguments, a configuration file and an environment; returns the options it got. */
  async function configured(args: string[], yaml: string | undefined, environment: Record<string, string> = {}) {
    let options: unknown;
    const program = new Command('small').exitOverride().configureOutput({ writeErr: () => undefined });
    program.command('scan').action(() => undefined);
    withPassphraseOptions(program.command('sign')).action((given) => {
      options = given;
    });
    withConfiguration(program, { SIGSWEEP_CONFIG: yaml === undefined ? 'false' : configFileOf(yaml), ...environment });
    await program.parseAsync(['sign', ...args], { from: 'user' });
    return options;
  }

  it('is the file, and what is typed goes before it', async () => {
    const yaml = 'sign: {passphrase-file: /a}';
    expect(await configured([], yaml)).toEqual({ passphraseFile: '/a' });
    expect(await configured(['--passphrase-file', '/b'], yaml)).toEqual({ passphraseFile: '/b' });
    const descriptor = openSync(secretFile(SECRET), 'r');
    onTestFinished(() => closeSync(descriptor));
    const both = await configured(['--passphrase-fd', String(descriptor)], yaml);
    expect(both).toEqual({ passphraseFile: '/a', passphraseFd: descriptor });
    expect(await passphraseSource(both as PassphraseArguments)('x')).toBe(SECRET);
    const variable = { SIGSWEEP_SIGN_PASSPHRASE_FILE: '/c' };
    expect(await configured([], undefined, variable)).toEqual({ passphraseFile: '/c' });
  });

  it.each([
    ['sign: {passphrase: hunter2}', {}],
    ['sign: {passphrase-fd: 3}', {}],
    ['passphrase: hunter2', {}],
    [undefined, { SIGSWEEP_SIGN_PASSPHRASE: 'hunter2' }],
    [undefined, { SIGSWEEP_SIGN_PASSPHRASE_FD: '3' }],
    [undefined, { SIGSWEEP_PASSPHRASE: 'hunter2' }],
  ])('is never the passphrase itself, nor a descriptor (%j, %j)', async (yaml, environment) => {
    const error = await configured([], yaml, environment as Record<string, string>).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'SigsweepError' });
    expect((error as Error).message).not.toContain('hunter2');
  });

  it.each([
    [['--passphrase-file', '/a', '--passphrase-fd', '3'], 'cannot be used with'],
    [['--passphrase-fd', 'x'], 'give the number of an open descriptor'],
    [['--passphrase-fd', '-1'], 'give the number of an open descriptor'],
    [['--passphrase-file', ''], 'it is empty'],
    [['--passphrase', 'hunter2'], 'unknown option'],
  ])('%j is refused', async (args, words) => {
    await expect(configured(args, undefined)).rejects.toThrow(words);
  });
});
