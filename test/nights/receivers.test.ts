import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromText } from '../../src/files/bytepath.js';
import { SHELL, Unattended } from './unattended.js';

const MARKER = 'refused-for-ever';

/** A phone system whose only channel notes each try, and then does what lines of shell say with the event in `$event`. */
async function withReceiver(lines: string, settings = ''): Promise<Unattended> {
  const unattended = await Unattended.begin();
  const { folder } = unattended;
  const program = join(folder, 'receiver.sh');
  const begin = `#!/bin/sh\nevent="$(cat)"\necho try >>"${folder}/tries"\n`;
  writeFileSync(program, `${begin}${lines}\nprintf '%s\\n' "$event" >>"${folder}/told"\n`, { mode: 0o700 });
  unattended.configure('alerts:', `  admin: { type: command, run: [${program}]${settings} }`);
  return unattended;
}

/** How often the channel was tried since this was asked last. */
function tries({ folder }: Unattended): number {
  const file = join(folder, 'tries');
  const count = existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
  rmSync(file, { force: true });
  return count;
}

const refuses = `case "$event" in *${MARKER}*) exit 9;; esac`;

describe('an alert that its receiver refuses for ever', () => {
  it('holds back no later one, and arrives without names after two tries', async () => {
    const unattended = await withReceiver(refuses);
    await unattended.scan(0);
    unattended.system.writeInWebRoot(`admin/modules/cdr/${MARKER}.php`, SHELL);
    await unattended.scan(1);
    expect(unattended.told()).toEqual([]);

    const other = unattended.intrude();
    await unattended.scan(1);
    expect(unattended.told().map(({ findings }) => findings.map(({ file }) => file))).toEqual([[other]]);

    expect(await unattended.scan(1)).not.toContain('alert channel admin');
    const [event, ...more] = unattended.told();
    expect(more).toEqual([]);
    expect(event).toMatchObject({ scan: 2, reasons: ['findings'], severity: 'critical', moreFindings: 1, notes: [] });
    expect(event?.headline).toContain('sigsweep show 2');
    tries(unattended);
    await unattended.scan(1);
    expect(tries(unattended)).toBe(0);
  });

  it('holds back none when it is told of as gone either', async () => {
    const unattended = await withReceiver(refuses);
    const file = unattended.system.writeInWebRoot(`admin/modules/cdr/${MARKER}.php`, SHELL);
    await unattended.scan(1);
    rmSync(file);
    await unattended.scan(3);
    await unattended.scan(3);
    await unattended.scan(0);
    expect(unattended.told().map(({ reasons }) => reasons.join(' '))).toEqual(['findings', 'recovered']);
  });
});

it('a channel that is away is tried twice a run however many alerts wait, and then gets all of them in order', async () => {
  const unattended = await withReceiver(`[ -e "$(dirname "$0")/away" ] && exit 7`);
  writeFileSync(join(unattended.folder, 'away'), '');
  const counts: number[] = [];
  for (let night = 1; night <= 4; night += 1) {
    unattended.system.writeInWebRoot(`admin/modules/cdr/shell${night}.php`, SHELL);
    await unattended.scan(1);
    counts.push(tries(unattended));
  }
  expect(counts).toEqual([1, 2, 2, 2]);
  rmSync(join(unattended.folder, 'away'));
  await unattended.scan(1);
  // Whole: it was away, and refused nothing.
  expect(unattended.told().map(({ scan, findings }) => [scan, findings.map(({ path }) => path)])).toEqual(
    [1, 2, 3, 4].map((night) => [night, [`shell${night}.php`]]),
  );
});

describe('a SIGTERM in the middle of a scan', () => {
  /** Ends a scan that is reading, with an alert that waits from the night before. */
  async function terminated(unattended: Unattended) {
    writeFileSync(join(unattended.folder, 'away'), '');
    unattended.intrude();
    await unattended.scan(1);
    rmSync(join(unattended.folder, 'away'));
    const { system } = unattended;
    truncateSync(system.writeListed('framework', 'large.bin', ''), 50_000_000);
    await system.sign('framework', { paths: ['module.xml'], entries: [[fromText('large.bin'), '0'.repeat(64)]] });
    const held = await unattended.held(['--max-rate', '1']);
    await held.cli.send('SIGTERM');
    held.goOn();
    return held.cli.ended;
  }

  it('does not end what waits to be delivered, nor the news that the scan was ended', async () => {
    const unattended = await withReceiver(`[ -e "$(dirname "$0")/away" ] && exit 7`);
    expect(await terminated(unattended)).toMatchObject({ code: 143, signal: null });
    const [waited, ended] = unattended.told();
    expect(waited).toMatchObject({ scan: 1, reasons: ['findings'] });
    expect(ended).toMatchObject({ scan: 2, complete: false, exitCode: 143 });
    expect(ended?.reasons).toContain('incomplete');
  });

  it('is not held up by a receiver that takes minutes', async () => {
    const away = `[ -e "$(dirname "$0")/away" ] && exit 7`;
    const unattended = await withReceiver(`${away}\nexec sleep 300`, ', timeout: 5m');
    expect(await terminated(unattended)).toMatchObject({ code: 143, signal: null });
    expect(unattended.told()).toEqual([]);
  });
});
