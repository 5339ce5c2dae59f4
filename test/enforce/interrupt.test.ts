import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { RunningCli, untilItReads } from '../cli/controlled.js';
import { RevokedSystem } from './system.js';

let made: RevokedSystem;
beforeEach(async () => {
  made = await RevokedSystem.make();
});

describe('Ctrl-C', () => {
  it('during the scan lets nothing be run', async () => {
    const pipe = join(made.folder, 'list');
    execFileSync('mkfifo', [pipe]);
    const args = ['enforce', ...made.place, '--log', made.log, '--yes', '--command', made.program()];
    const cli = new RunningCli([...args, '--revoked', pipe]);
    onTestFinished(() => cli.kill());
    const gate = await untilItReads(pipe);
    await cli.send('SIGINT');
    gate.goOn();
    expect(await cli.ended).toMatchObject({ code: 130, stderr: '' });
    expect(made.runs).toEqual([]);
  });

  /** A run whose program waits for `fax` until somebody reads from its pipe. */
  async function running() {
    const pipe = join(made.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const program = made.program(`[ "$1" = fax ] && read line <"${pipe}"`);
    const cli = new RunningCli(['enforce', ...made.place, '--log', made.log, '--yes', '--command', program]);
    onTestFinished(() => cli.kill());
    return { cli, gate: await untilItReads(pipe) };
  }

  it('lets come to its end what runs, begins nothing else, and says what was done', async () => {
    const { cli, gate } = await running();
    await cli.send('SIGTERM');
    gate.goOn('\n');
    const { code, stdout, stderr } = await cli.ended;
    expect(code).toBe(143);
    expect(stderr).toBe('sigsweep: interrupted: waiting until fax is disabled; a second signal ends that, too\n');
    expect(stdout).toMatch(/^fax {3}disabled\nzulu {2}not disabled: it was interrupted\n/m);
    expect(made.runs).toEqual([['fax']]);
    expect(made.logged.map((fields) => fields.at(-1))).toEqual(['begins', 'disabled']);
  });

  it('a second time ends what runs, and the log shows that it had begun', async () => {
    const { cli, gate } = await running();
    await cli.send('SIGINT');
    await cli.send('SIGINT');
    expect(await cli.ended).toMatchObject({ code: 130, stdout: '' });
    gate.goOn();
    expect(made.runs).toEqual([['fax']]);
    expect(made.logged.map((fields) => fields.at(-1))).toEqual(['begins']);
  });
});
