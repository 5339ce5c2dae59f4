import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inTerminal, TERMINAL_MISSING } from '../cli/terminal.js';
import { FAKETIME_MISSING, Unattended } from './unattended.js';

/** What the channels heard, in short: the reasons of each alert. */
function reasons(unattended: Unattended): string[] {
  return unattended.told().map((event) => event.reasons.join(' '));
}

async function withChannels(...names: readonly string[]): Promise<Unattended> {
  const unattended = await Unattended.begin();
  unattended.configure('alerts:', ...names.map((name) => unattended.channel(name)));
  return unattended;
}

describe('an alert', () => {
  it('comes once for each change, with the finding, and an all clear at the end', async () => {
    const unattended = await withChannels('admin');
    await unattended.scan(0);
    expect(unattended.told()).toEqual([]);
    const shell = unattended.intrude();
    await unattended.scan(1);
    const [event, ...more] = unattended.told();
    expect(more).toEqual([]);
    expect(event).toMatchObject({ scan: 2, reasons: ['findings'], severity: 'critical', exitCode: 1 });
    expect(event?.findings.map(({ file }) => file)).toEqual([shell]);
    await unattended.scan(1);
    expect(unattended.told()).toEqual([]);
    writeFileSync(shell, '<?php eval($_POST["y"]);\n');
    await unattended.scan(1);
    expect(reasons(unattended)).toEqual(['findings']);
    rmSync(shell);
    await unattended.scan(0);
    expect(reasons(unattended)).toEqual(['recovered']);
    await unattended.scan(0);
    expect(unattended.told()).toEqual([]);
  });

  it.skipIf(FAKETIME_MISSING)('comes again after --remind, also after a night with a clock a year ahead', async () => {
    const unattended = await withChannels('admin');
    unattended.intrude();
    const heard: string[] = [];
    for (const day of [1, 2, 7, 9, 10, 375, 11, 12, 18]) {
      await unattended.scan(1, ['--remind', '7d'], { day });
      heard.push(...unattended.told().map((event) => `${day} ${event.reasons}: ${event.findings.length}`));
    }
    expect(heard).toEqual(['1 findings: 1', '9 reminder: 1', '375 reminder: 1', '11 reminder: 1', '18 reminder: 1']);
  });

  it('that a channel does not take waits, in order, and stops no other', async () => {
    const unattended = await withChannels('admin', 'other');
    writeFileSync(join(unattended.folder, 'admin.away'), '');
    const shell = unattended.intrude();
    // Findings go before.
    expect(await unattended.scan(1)).toContain('note      alert channel admin: ');
    expect(reasons(unattended)).toEqual(['findings']);
    rmSync(shell);
    expect(await unattended.scan(3)).toMatch(/^result {4}clean, but not everything around the scan went well/m);
    expect(reasons(unattended)).toEqual(['recovered']);
    rmSync(join(unattended.folder, 'admin.away'));
    await unattended.scan(0);
    expect(reasons(unattended)).toEqual(['findings', 'recovered']);
    await unattended.scan(0);
    expect(unattended.told()).toEqual([]);
  });

  it('that waits for a channel which is gone is dropped, and that is said once', async () => {
    const unattended = await withChannels('admin');
    writeFileSync(join(unattended.folder, 'admin.away'), '');
    rmSync(unattended.intrude());
    unattended.intrude();
    await unattended.scan(1);
    unattended.configure();
    expect(await unattended.scan(1)).toContain(
      "note      1 alert for 'admin' was dropped: no channel has this name any more\n",
    );
    expect(await unattended.scan(1)).not.toContain('dropped');
    // Who comes later is told nothing old, and everything new.
    unattended.configure('alerts:', unattended.channel('later'));
    await unattended.scan(1);
    expect(unattended.told()).toEqual([]);
    rmSync(join(unattended.system.modulePath('cdr'), 'ajax.php'));
    await unattended.scan(0);
    expect(reasons(unattended)).toEqual(['recovered']);
  });

  it('about a scan that was ended from outside comes with the next one, and not after a Ctrl-C', async () => {
    const unattended = await withChannels('admin');
    for (const [signal, code, heard] of [
      ['SIGINT', 130, []],
      ['SIGTERM', 143, ['incomplete', 'recovered']],
    ] as const) {
      const held = await unattended.held();
      await held.cli.send(signal);
      held.goOn();
      expect((await held.cli.ended).code).toBe(code);
      await unattended.scan(0);
      expect(reasons(unattended)).toEqual(heard);
    }
  });

  it('about a finding that there was before there was anybody to tell comes when there is', async () => {
    const unattended = await Unattended.begin();
    unattended.intrude();
    await unattended.scan(1);
    unattended.configure('alerts:', unattended.channel('admin'));
    await unattended.scan(1);
    expect(reasons(unattended)).toEqual(['findings']);
  });
});

describe('a scan that cannot run', () => {
  it('is told once, and so is that it runs again', async () => {
    const unattended = await withChannels('admin');
    await unattended.scan(0);
    const { webRoot } = unattended.system;
    renameSync(webRoot, `${webRoot}.away`);
    for (const heard of [['failed'], []]) {
      await unattended.scan(2);
      expect(reasons(unattended)).toEqual(heard);
    }
    renameSync(`${webRoot}.away`, webRoot);
    await unattended.scan(0);
    expect(reasons(unattended)).toEqual(['recovered']);
  });

  it('says so where its state cannot be used either, and in its figures', async () => {
    const unattended = await withChannels('admin');
    const figures = join(unattended.folder, 'figures');
    writeFileSync(unattended.state, 'no folder');
    await unattended.scan(2, ['--metrics', figures]);
    const [event] = unattended.told();
    expect(event).toMatchObject({ reasons: ['failed'], exitCode: 2 });
    expect(event?.notes.join()).toContain(unattended.state);
    expect(readFileSync(figures, 'utf8')).toMatch(/^sigsweep_last_run_exit_code 2$/m);
  });

  it('is told even where its figures cannot be written', async () => {
    const unattended = await withChannels('admin');
    rmSync(unattended.system.webRoot, { recursive: true });
    const { code, stderr } = await unattended.run(['scan', '--metrics', '/nowhere/at/all']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sigsweep: .*no such folder.*cannot write \/nowhere\/at\/all/);
    expect(reasons(unattended)).toEqual(['failed']);
  });

  it('because another one does is told to nobody', async () => {
    const unattended = await withChannels('admin');
    const first = await unattended.held();
    const { code, stderr } = await unattended.run(['scan']);
    expect(code).toBe(2);
    expect(stderr).toContain(`process ${first.cli.pid} since `);
    expect(unattended.told()).toEqual([]);
    first.goOn();
    expect((await first.cli.ended).code).toBe(0);
  });

  it.skipIf(TERMINAL_MISSING)('is told to nobody else where somebody sits before it', async () => {
    const unattended = await withChannels('admin');
    await unattended.scan(0);
    const { code, screen } = await inTerminal('$SIGSWEEP scan --root /nowhere/at/all', {
      env: unattended.environment,
    });
    expect(code).toBe(2);
    expect(screen).toContain('/nowhere/at/all');
    await unattended.scan(0);
    expect(unattended.told()).toEqual([]);
  });
});

it('figures that cannot be written cost no report', async () => {
  const unattended = await Unattended.begin();
  const clean = await unattended.scan(3, ['--metrics', '/nowhere/at/all']);
  expect(clean).toContain('note      cannot write /nowhere/at/all: ');
  unattended.intrude();
  expect(await unattended.scan(1, ['--metrics', '/nowhere/at/all'])).toContain('ajax.php');
  expect(existsSync('/nowhere')).toBe(false);
});
