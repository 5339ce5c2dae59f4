import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AlertEvent } from '../../src/alert/event.js';
import { type PostOffice, startPostOffice } from '../alert/post-office.js';
import { type Receiver, startReceiver, status } from '../alert/receiver.js';
import type { Ended } from '../cli/controlled.js';
import { hasTool, runTool } from '../helpers/tools.js';
import { FAKETIME_MISSING, MODULES, Unattended } from './unattended.js';

interface JsonScan {
  id: number;
  kind: string;
  startedAt: string;
  complete: boolean;
  whole: boolean;
}

/** A time that can be given back to the nanosecond. */
const WHOLE_SECOND = 1_700_000_000;

const DAY = 86_400_000;

/** The first night lies ahead of the present, so that no file is younger than it. */
const FIRST_NIGHT = Math.floor(Date.now() / DAY + 3) * DAY + 2.5 * 3_600_000;

/** The nights of a phone system, and those who are told. */
class Month {
  readonly told: string[] = [];
  mailIsDown = false;
  private read = { letters: 0, requests: 0 };

  private constructor(
    readonly unattended: Unattended,
    private readonly office: PostOffice,
    private readonly receiver: Receiver,
  ) {}

  static async begin(): Promise<Month> {
    const unattended = await Unattended.begin();
    let month: Month | undefined;
    const office = await startPostOffice({
      onConnect: (_, callback) => callback(month?.mailIsDown ? new Error('down') : null),
    });
    const receiver = await startReceiver(status(200));
    month = new Month(unattended, office, receiver);
    unattended.configure(
      `metrics: ${month.metrics}`,
      'quick: true',
      'alerts:',
      '  admin:',
      '    type: mail',
      '    to: admin@example.org',
      '    from: pbx@example.org',
      `    smtp: { host: 127.0.0.1, port: ${office.port}, tls: none }`,
      '  hook:',
      '    type: webhook',
      `    url: http://127.0.0.1:${receiver.port}/alert`,
      '    retries: 0',
    );
    return month;
  }

  get metrics(): string {
    return join(this.unattended.folder, 'sigsweep.prom');
  }

  /** When a night's scan begins; an admin works twelve hours before. */
  static at(night: number): Date {
    return new Date(FIRST_NIGHT + night * DAY);
  }

  /** Runs a command after the last night. */
  async look(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.unattended.run(args, { at: Month.at(31) });
    expect(code, stderr).toBe(0);
    return stdout;
  }

  /** Scans in a night; notes who was told what, and expects an exit code. */
  async scan(night: number, code: number, args: readonly string[] = ['--quiet']): Promise<Ended> {
    const ended = await this.unattended.run(['scan', ...args], { at: Month.at(night) });
    expect({ night, code: ended.code, stderr: ended.stderr }).toMatchObject({ night, code });
    for (const { text } of this.office.letters.slice(this.read.letters)) {
      this.told.push(
        `${night} mail: ${/^Subject: (?:\[sigsweep\] )?\S+: (.*(?:\r?\n\s.*)*)/m.exec(text)?.[1]?.replace(/\r?\n\s/g, ' ')}`,
      );
    }
    for (const { body } of this.receiver.requests.slice(this.read.requests)) {
      this.told.push(`${night} hook: ${(JSON.parse(body) as AlertEvent).reasons.join(' ')}`);
    }
    this.read = { letters: this.office.letters.length, requests: this.receiver.requests.length };
    return ended;
  }
}

it.skipIf(FAKETIME_MISSING)(
  `a month of nights: tells what is new, once, and nothing else${FAKETIME_MISSING ? ` (skipped: ${FAKETIME_MISSING})` : ''}`,
  async () => {
    const month = await Month.begin();
    const { unattended } = month;
    const { system } = unattended;
    // Releases are signed by day, some of them years ago.
    await unattended.release('core', '17.0.1', '2025-03-01');
    await unattended.release('cdr', '17.0.1', '2025-03-01');
    const core = system.listedPath('core', 'core.php');
    utimesSync(core, WHOLE_SECOND, WHOLE_SECOND);

    for (let night = 1; night <= 4; night += 1) await month.scan(night, 0);

    await unattended.release('cdr', '17.0.2', '2025-06-01');
    expect((await month.scan(5, 0, [])).stdout).toContain('cdr: upgraded, 17.0.1 to 17.0.2, which explains its files');
    for (let night = 6; night <= 7; night += 1) await month.scan(night, 0);

    // Nights 8 and 9: the machine is off.
    for (let night = 10; night <= 11; night += 1) await month.scan(night, 0);

    // Somebody breaks in, and gives what was altered its old times back.
    writeFileSync(core, '<?php // cord\n');
    utimesSync(core, WHOLE_SECOND, WHOLE_SECOND);
    const shell = unattended.intrude();
    for (let night = 12; night <= 14; night += 1) await month.scan(night, 1);

    // It is cleaned up, in a night in which the mail server is away.
    system.writeListed('core', 'core.php', MODULES.core['core.php']);
    rmSync(shell);
    month.mailIsDown = true;
    expect((await month.scan(15, 3)).stdout).toContain('alert channel admin: ');
    month.mailIsDown = false;

    // The admin adds a page of their own, and says so, for four days.
    const own = system.writeInWebRoot('own.php', '<?php // our own page\n');
    const exempt = ['exempt', own, '--reason', 'our own page', '--author', 'jane', '--expires', '4d'];
    const day = new Date(Month.at(16).getTime() - DAY / 2);
    expect((await unattended.run(exempt, { at: day })).code).toBe(0);
    for (let night = 16; night <= 19; night += 1) await month.scan(night, 0);
    for (let night = 20; night <= 21; night += 1) await month.scan(night, 1);
    rmSync(own);
    for (let night = 22; night <= 24; night += 1) await month.scan(night, 0);

    // Somebody breaks in once more, and the machine loses its power while it is scanned.
    unattended.intrude();
    const cut = await unattended.held([], { at: Month.at(25) });
    cut.cli.kill();
    expect(await cut.cli.ended).toMatchObject({ signal: 'SIGKILL', stdout: '' });
    await month.scan(26, 1);
    rmSync(shell);
    await month.scan(27, 0);

    // An old release, rightly signed, with the holes of its time.
    await unattended.release('cdr', '17.0.1', '2025-03-01');
    await month.scan(28, 1);
    await unattended.release('cdr', '17.0.3', '2025-07-01');
    await month.scan(29, 0);
    await month.scan(30, 0);

    expect(month.told).toEqual([
      expect.stringMatching(/^12 mail: 2 new findings, 2 critical/),
      '12 hook: findings verdict',
      '15 hook: recovered',
      expect.stringMatching(/^16 mail: all clear/),
      expect.stringMatching(/^20 mail: 1 new finding, 1 critical/),
      '20 hook: findings',
      expect.stringMatching(/^22 mail: all clear/),
      '22 hook: recovered',
      expect.stringMatching(/^26 mail: 1 new finding, 1 critical/),
      '26 hook: findings',
      expect.stringMatching(/^27 mail: all clear/),
      '27 hook: recovered',
      expect.stringMatching(/^28 mail: 1 new finding, 1 high/),
      '28 hook: findings',
      expect.stringMatching(/^29 mail: all clear/),
      '29 hook: recovered',
    ]);

    const scans: JsonScan[] = JSON.parse(await month.look('history', '--json')).scans;
    // Thirty nights less the two that were missed and the one that was cut.
    expect(scans).toHaveLength(27);
    expect(scans.every(({ complete, whole }) => complete && whole)).toBe(true);
    expect(new Set(scans.map(({ kind }) => kind))).toEqual(new Set(['full', 'quick']));
    expect(await month.look('history')).toMatch(/^findings {2}▁{9}█{3}▁{5}[▂-▇]{2}▁{3}[▂-▇]▁[▂-▇]▁{2}$/m);

    const at = (night: number) => scans.find(({ startedAt }) => Date.parse(startedAt) >= Month.at(night).getTime())?.id;
    const intrusion = await month.look('diff', String(at(11)), String(at(12)));
    expect(intrusion).toContain(': 2 new, 0 gone, 0 still there');
    expect(intrusion).toContain('cdr/ajax.php');
    expect(intrusion).toContain('core/core.php');
    expectMetrics(month.metrics);
  },
  180_000,
);

function expectMetrics(file: string): void {
  const metrics = readFileSync(file, 'utf8');
  expect(metrics).toMatch(/^sigsweep_last_success_timestamp_seconds /m);
  if (hasTool('promtool')) runTool('promtool', ['check', 'metrics'], metrics);
}
