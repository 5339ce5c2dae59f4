import { describe, expect, it } from 'vitest';
import { screenOf } from '../../src/cli/terminal/screen.js';
import { runCli } from '../helpers/cli.js';
import { inTerminal, TERMINAL_MISSING } from './terminal.js';

const UTF8 = { LANG: 'C.UTF-8', TERM: 'xterm' };
const terminal = { isTTY: true, columns: 72 };

describe('what can be shown', () => {
  it('to a terminal depends on it and on the locale', () => {
    expect(screenOf(terminal, UTF8)).toEqual({ columns: 72, color: true, unicode: true });
    expect(screenOf(terminal, { ...UTF8, LC_ALL: 'C' })).toEqual({ columns: 72, color: true, unicode: false });
    expect(screenOf(terminal, { ...UTF8, TERM: 'dumb' }).color).toBe(false);
    expect(screenOf(terminal, { ...UTF8, NO_COLOR: '1', FORCE_COLOR: '1' }).color).toBe(false);
    expect(screenOf({ isTTY: true, columns: 0 }, UTF8).columns).toBeUndefined();
  });

  it('to a program or a file is everything but colours, unless they are forced', () => {
    expect(screenOf({}, { LANG: 'C' })).toEqual({ columns: undefined, color: false, unicode: true });
    expect(screenOf({}, { FORCE_COLOR: '1' }).color).toBe(true);
    expect(screenOf({}, { FORCE_COLOR: '0' }).color).toBe(false);
  });
});

describe('sigsweep --version --json', () => {
  it('is one object, with what the program runs on', async () => {
    const [first, second] = await Promise.all([runCli(['--version', '--json']), runCli(['--json', '-V'])]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toBe(first.stdout);
    expect(first.json()).toMatchObject({
      name: 'sigsweep',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      platform: 'linux',
      node: process.versions.node,
      libraries: {
        openssl: process.versions.openssl,
        openpgp: expect.any(String),
        sqlite: expect.stringMatching(/^3\./),
      },
    });
  });

  it('of --json alone is a wrong usage', async () => {
    expect(await runCli(['--json', 'history'])).toMatchObject({ code: 2, stdout: '' });
  });
});

it.skipIf(TERMINAL_MISSING !== undefined)(
  `a report in a narrow terminal fits it, shows ASCII only where the locale wants it, and says how to learn more (${TERMINAL_MISSING ?? 'in a pseudo terminal'})`,
  async () => {
    const { screen } = await inTerminal('$SIGSWEEP demo --no-progress 2>/dev/null', {
      columns: 60,
      env: { LC_ALL: 'C' },
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are taken away.
    const lines = screen.replaceAll(/\x1b\[[\d;]*m/g, '').split('\r\n');
    expect(lines.length).toBeGreaterThan(80);
    expect(lines.filter((line) => line.length > 60 || /[^\x20-\x7e]/.test(line))).toEqual([]);
    expect(lines.join(' ')).toMatch(/result {4}NOT clean\. +what the words mean: sigsweep --explain +[a-z-]+/);
  },
);
