import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Unattended } from './unattended.js';

const HOUR = 3_600_000;

async function begin(): Promise<Unattended> {
  const unattended = await Unattended.begin();
  unattended.configure('alerts:', unattended.channel('admin'));
  await unattended.scan(0);
  return unattended;
}

function reasons(unattended: Unattended): string[] {
  return unattended.told().map((event) => event.reasons.join(' '));
}

/** Kills a scan in the middle. @returns what somebody was told while it ran. */
async function killed(unattended: Unattended): Promise<string[]> {
  const { cli } = await unattended.held();
  const heard = reasons(unattended);
  cli.kill();
  expect(await cli.ended).toMatchObject({ signal: 'SIGKILL', stdout: '' });
  return heard;
}

describe('scans that are killed', () => {
  it('once are noted by the next one, and told to nobody', async () => {
    const unattended = await begin();
    expect(await killed(unattended)).toEqual([]);
    const next = await unattended.report();
    expect(next).toMatchObject({ exitCode: 0, notes: ['the scan before this one did not end'] });
    expect(next.changes).toMatchObject({ since: { scan: 1 } });
    expect((await unattended.report()).notes).toEqual([]);
    expect(reasons(unattended)).toEqual([]);
  });

  it('twice are told before the next one looks, once, and from the third on the history is put aside', async () => {
    const unattended = await begin();
    const heard = [await killed(unattended), await killed(unattended), await killed(unattended)];
    expect(heard).toEqual([[], [], ['failed']]);
    const next = await unattended.report();
    expect(next).toMatchObject({ exitCode: 0, changes: null });
    expect(next.notes).toContainEqual(
      expect.stringMatching(/^3 scans did not end: the history is kept as history\.db\.damaged-\S+, and a new one /),
    );
    // Of what was told, the new history knows nothing.
    expect(reasons(unattended)).toEqual(['failed', 'recovered']);
    expect(await killed(unattended)).toEqual([]);
    expect((await unattended.report()).notes).toEqual(['the scan before this one did not end']);
    expect(reasons(unattended)).toEqual([]);
  });
});

describe('a lock that another scan holds since', () => {
  it.each([
    ['an hour', -HOUR, []],
    ['half a day', -12.1 * HOUR, ['failed']],
    ['a time that lies a year ahead', 365 * 24 * HOUR, ['failed']],
  ])('%s is refused, and told or not', async (_since, offset, heard) => {
    const unattended = await begin();
    const { cli, goOn } = await unattended.held();
    const file = join(unattended.state, 'scan.pid');
    const since = new Date(Date.now() + offset).toISOString();
    writeFileSync(file, readFileSync(file, 'utf8').replace(/ \S+ /, ` ${since} `));
    const { code, stdout, stderr } = await unattended.run(['scan']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`process ${cli.pid} since ${since}; `);
    expect(reasons(unattended)).toEqual(heard);
    goOn();
    expect((await cli.ended).code).toBe(0);
    expect(await unattended.report()).toMatchObject({ exitCode: 0, notes: [] });
  });

  it('a time that there is not is refused, too', async () => {
    const unattended = await begin();
    const { cli, goOn } = await unattended.held();
    writeFileSync(join(unattended.state, 'scan.pid'), `${cli.pid} 2026-99-99T00:00:00.000Z 0\n`);
    const { code, stderr } = await unattended.run(['scan']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sigsweep: another scan is running with [^,;]*; wait for its end, /);
    expect(reasons(unattended)).toEqual([]);
    goOn();
    expect((await cli.ended).code).toBe(0);
  });
});
