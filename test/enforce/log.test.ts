import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { RevokedSystem } from './system.js';

let made: RevokedSystem;
beforeEach(async () => {
  made = await RevokedSystem.make();
});

describe('a log that cannot be written', () => {
  const enforceInto = (log: string) =>
    runCli(['enforce', ...made.place, '--yes', '--command', made.program(), '--log', log]);

  it('because it is a link, a folder or a pipe, lets nothing be run', async () => {
    const at = (name: string) => join(made.folder, name);
    writeFileSync(at('elsewhere'), '');
    symlinkSync(at('elsewhere'), at('link'));
    made.expectRefused(
      await enforceInto(at('link')),
      `cannot write the log ${at('link')}: it is a symbolic link; give another`,
    );
    expect(readFileSync(at('elsewhere'), 'utf8')).toBe('');
    made.expectRefused(await enforceInto(made.folder), `cannot write the log ${made.folder}: EISDIR`);
    execFileSync('mkfifo', [at('pipe')]);
    made.expectRefused(await enforceInto(at('pipe')), `cannot write the log ${at('pipe')}: ENXIO`);
    made.expectRefused(await enforceInto('/dev/null'), 'cannot write the log /dev/null: it is no regular file');
    made.expectRefused(
      await enforceInto('/dev/null/enforce.log'),
      'cannot write the log /dev/null/enforce.log: ENOTDIR',
    );
  });

  it('by its owner alone lets nothing be run', async () => {
    writeFileSync(made.log, '');
    chmodSync(made.log, 0o620);
    made.expectRefused(
      await made.enforceBy(made.program()),
      `${made.log} can be written by others: chmod go-w ${made.log}`,
    );
    const open = join(made.folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    made.expectRefused(
      await enforceInto(join(open, 'enforce.log')),
      `${open} can be written by others: chmod go-w ${open}`,
    );
  });
});

describe('the log', () => {
  it('lies where scans are remembered, for its owner alone, and grows', async () => {
    const state = join(made.folder, 'new', 'state');
    const args = ['enforce', ...made.place, '--yes', '--command', made.program(), '--state', state];
    expect((await runCli(args)).code).toBe(0);
    const log = join(state, 'enforce.log');
    const first = readFileSync(log, 'utf8');
    expect([statSync(state).mode & 0o777, statSync(log).mode & 0o777]).toEqual([0o700, 0o600]);
    expect((await runCli(args)).code).toBe(0);
    const all = readFileSync(log, 'utf8');
    expect(all.startsWith(first)).toBe(true);
    expect(all.split('\n')).toHaveLength(9);
  });

  it('has to be somewhere', async () => {
    const args = ['enforce', ...made.place, '--yes', '--command', made.program(), '--no-state'];
    made.expectRefused(
      await runCli(args),
      'nothing is disabled that is not written down (state is false): give --log FILE',
    );
  });

  it('has one line for each entry, whatever it is about', async () => {
    const rawname = 'x\ty\nz\u001b[2J\u202e \u2028';
    made.system.writeListed('cdr', 'module.xml', `<module><rawname>${rawname}</rawname></module>\n`);
    await made.system.sign('cdr');
    const program = made.program(`printf 'a\\tb\\n2026-01-01T00:00:00.000Z\\tcdr\\n\\033'; exit 1`);
    expect((await made.enforceBy(program, '--verdict', 'wrong-module')).code).toBe(3);
    const lines = made.logged;
    expect(lines).toHaveLength(6);
    expect(lines.filter((fields) => fields.length !== 6)).toEqual([]);
    expect(readFileSync(made.log, 'utf8')).toMatch(/^[\x20-\x7e\t\n]*$/);
    expect(lines[0]?.[3]).toBe(
      "this folder holds what was signed for the module 'x\\ty\\nz\\u{1b}[2J\\u{202e} \\u{2028}'",
    );
    expect(lines[1]?.[5]).toMatch(/^failed: it failed with exit code 1, saying: a\\tb\\n2026-01-01/);
  });
});
