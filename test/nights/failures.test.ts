import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAKETIME_MISSING, Unattended } from './unattended.js';

function reasons(unattended: Unattended): string[] {
  return unattended.told().map((event) => event.reasons.join(' '));
}

/** A phone system whose web root is away. */
async function withoutWebRoot() {
  const unattended = await Unattended.begin();
  unattended.configure('alerts:', unattended.channel('admin'));
  await unattended.scan(0);
  const { webRoot } = unattended.system;
  renameSync(webRoot, `${webRoot}.away`);
  return { unattended, putBack: () => renameSync(`${webRoot}.away`, webRoot) };
}

describe('a scan that fails', () => {
  it('is told again when it fails for another reason, and ends with one all clear', async () => {
    const { unattended, putBack } = await withoutWebRoot();
    await unattended.scan(2);
    expect(reasons(unattended)).toEqual(['failed']);
    const other = ['--exemptions', '/nowhere/at/all'];
    await unattended.scan(2, other);
    const [event, ...more] = unattended.told();
    expect(more).toEqual([]);
    expect(event?.notes.join()).toContain('/nowhere/at/all');
    await unattended.scan(2, other);
    expect(reasons(unattended)).toEqual([]);
    await unattended.scan(2);
    expect(reasons(unattended)).toEqual(['failed']);
    putBack();
    await unattended.scan(0);
    await unattended.scan(0);
    expect(reasons(unattended)).toEqual(['recovered']);
  });

  it.skipIf(FAKETIME_MISSING)('is told again when a reminder is due', async () => {
    const { unattended } = await withoutWebRoot();
    const heard: string[] = [];
    for (const day of [1, 2, 3, 4, 5, 400, 6]) {
      await unattended.scan(2, ['--remind', '3d'], { day });
      heard.push(...reasons(unattended).map((reason) => `${day} ${reason}`));
    }
    // A night with a clock a year ahead is one of them, and keeps none after it waiting.
    expect(heard).toEqual(['1 failed', '4 failed', '400 failed', '6 failed']);
    await unattended.scan(2, [], { day: 30 });
    expect(reasons(unattended)).toEqual([]);
  });

  it('is not over because another root can be scanned, nor known because another one could not', async () => {
    const { unattended, putBack } = await withoutWebRoot();
    await unattended.scan(2);
    const other = await Unattended.begin();
    await unattended.scan(0, ['--root', other.system.dir, '--anchor', other.system.anchorFingerprint]);
    await unattended.scan(2, ['--root', join(unattended.folder, 'none')]);
    await unattended.scan(2);
    expect(reasons(unattended)).toEqual(['failed', 'failed']);
    putBack();
    await unattended.scan(0);
    expect(reasons(unattended)).toEqual(['recovered']);
  });

  it('because of what was typed is told to nobody', async () => {
    const unattended = await Unattended.begin();
    unattended.configure('alerts:', unattended.channel('admin'));
    await unattended.scan(0);
    expect(await unattended.run(['scan', '--module', 'no-such'])).toMatchObject({ code: 2 });
    expect(await unattended.run(['scan', '--no-such-option'])).toMatchObject({ code: 2 });
    await unattended.scan(0);
    expect(reasons(unattended)).toEqual([]);
  });
});

describe('what came out after a scan had been remembered', () => {
  it('stands in its report later, too', async () => {
    const unattended = await Unattended.begin();
    unattended.intrude();
    unattended.configure('alerts:', '  broken: {type: command, run: [/bin/false]}');
    const { stdout } = await unattended.run(['scan', '--fail-on', 'critical', '--format', 'json']);
    const report = JSON.parse(stdout);
    expect(report.notes).toEqual([expect.stringContaining('/bin/false')]);
    expect(await unattended.run(['report', '--format', 'json'])).toMatchObject({ stdout });
  });
});

describe('what a scan without channels finds', () => {
  it('stays news for one that has somebody to tell', async () => {
    const unattended = await Unattended.begin();
    await unattended.scan(0);
    const { system } = unattended;
    renameSync(join(system.modulePath('core'), 'module.sig'), join(unattended.folder, 'module.sig'));
    await unattended.scan(1);
    await unattended.scan(1);
    unattended.configure('alerts:', unattended.channel('admin'));
    await unattended.scan(1);
    const [event, ...more] = unattended.told();
    expect(more).toEqual([]);
    expect(event?.reasons).toContain('verdict');
    expect(event?.verdicts).toMatchObject([{ module: 'core', after: 'unsigned' }]);
    // Not "was unsigned".
    expect(event?.verdicts[0]).not.toHaveProperty('before');
    await unattended.scan(1);
    expect(reasons(unattended)).toEqual([]);
  });
});
