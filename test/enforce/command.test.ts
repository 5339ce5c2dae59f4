import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { RevokedSystem } from './system.js';

let made: RevokedSystem;
beforeEach(async () => {
  made = await RevokedSystem.make();
});

describe('a command', () => {
  it('is needed where another system is meant', async () => {
    made.expectRefused(await made.enforce('--yes'), 'not on what --root names: leave --yes out, or give --command');
    const { anchorFingerprint, keyring, webRoot } = made.system;
    const trust = ['--anchor', anchorFingerprint, '--keyring', keyring];
    const result = await runCli(['enforce', webRoot, ...trust, '--log', made.log, '--yes', '--json']);
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining(`not on ${webRoot}; name a program`) });
    expect(result.json<{ modules: object[] }>().modules).toEqual([
      expect.objectContaining({ name: 'fax', outcome: 'not-tried', detail: 'there is nothing to disable it with' }),
      expect.objectContaining({ name: 'zulu', outcome: 'not-tried' }),
    ]);
    expect(made.logged).toEqual([]);
  });

  it.each([
    ['relative', 'fwconsole ma disable', 'give the absolute path of a program, then its arguments'],
    ['blank', ' ', 'give the absolute path of a program'],
    ['not there', '/nonexistent/program', 'cannot run /nonexistent/program: ENOENT'],
    ['a folder', '/usr', 'cannot run /usr: it is no program'],
  ])('that is %s is refused', async (_, command, words) => {
    made.expectRefused(await made.enforceBy(command), words);
    expect(existsSync(made.log)).toBe(false);
  });

  it('that nobody may run is refused', async () => {
    const program = made.program('', 0o600);
    made.expectRefused(
      await made.enforceBy(program),
      `cannot run ${program}: EACCES: permission denied; name a program`,
    );
  });

  it('that others could have written is refused', async () => {
    const program = made.program('', 0o722);
    made.expectRefused(await made.enforceBy(program), `${program} can be written by others: chmod go-w ${program}`);
    chmodSync(program, 0o700);
    chmodSync(made.folder, 0o777);
    made.expectRefused(await made.enforceBy(program), `chmod go-w ${made.folder}`);
  });

  it('is read by no shell, and sees nothing of the environment', async () => {
    const program = made.program(`env | sort >"${made.folder}/env"; pwd >>"${made.folder}/env"`);
    const args = ['enforce', ...made.place, '--log', made.log, '--yes', '--command', `${program} $HOME ; "a b" *`];
    expect((await runCli(args, { env: { SECRET: 'x' } })).code).toBe(0);
    expect(made.runs[0]).toEqual(['$HOME', ';', '"a', 'b"', '*', 'fax']);
    const seen = readFileSync(join(made.folder, 'env'), 'utf8').split('\n');
    expect(
      seen.map((line) => line.replace(/=.*/, '')).filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)),
    ).toEqual(['HOME', 'LANG', 'PATH', '/', '']);
  });

  it('and what it is for may stand in the configuration', async () => {
    const config = join(made.folder, 'config.yaml');
    const write = (yaml: string) => writeFileSync(config, yaml, { mode: 0o600 });
    const args = ['enforce', ...made.place, '--log', made.log, '--yes', '--config', config];
    write(`enforce:\n  command: ${made.program()} ma disable\n  verdict: [tampered]\n`);
    made.system.writeListed('cdr', 'functions.inc.php', '<?php // ours\n');
    expect((await runCli(args)).code).toBe(0);
    expect(made.runs.map((words) => words.join(' '))).toEqual(['ma disable cdr', 'ma disable fax', 'ma disable zulu']);
    write('enforce:\n  command: fwconsole ma disable\n');
    expect(await runCli(args)).toMatchObject({
      code: 2,
      stderr: `sigsweep: ${config}: line 2: enforce.command: give the absolute path of a program, then its arguments [CONFIG_MALFORMED]\n`,
    });
  });
});
