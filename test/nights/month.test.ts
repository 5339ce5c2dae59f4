import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { AlertEvent } from '../../src/alert/event.js';
import { moduleXml } from '../../src/demo/modules.js';
import { type PostOffice, startPostOffice } from '../alert/post-office.js';
import { type Receiver, startReceiver, status } from '../alert/receiver.js';
import { type Ended, RunningCli } from '../cli/controlled.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';

const DAY = 86_400_000;

/** The first night lies ahead of the present, so that no file is younger than it. */
const FIRST_NIGHT = Math.floor(Date.now() / DAY + 3) * DAY + 2.5 * 3_600_000;

const CDR = { 'functions.inc.php': '<?php // cdr\n', 'page.cdr.php': '<?php // page\n' };
const MODULES = {
  framework: { 'amp_conf/htdocs/index.php': '<?php\n' },
  core: { 'core.php': '<?php // core\n' },
  cdr: CDR,
};
const SHELL = '<?php system($_GET["x"]);\n';

function hasFaketime(): boolean {
  try {
    execFileSync('faketime', ['-f', '@2030-01-01 00:00:00', 'true']);
    return true;
  } catch {
    return false;
  }
}

/** A phone system, its nights, and those who are told. */
class Month {
  readonly told: string[] = [];
  mailIsDown = false;
  private read = { letters: 0, requests: 0 };

  private constructor(
    readonly system: TestSystem,
    readonly folder: string,
    private readonly office: PostOffice,
    private readonly receiver: Receiver,
  ) {}

  static async begin(): Promise<Month> {
    const system = await makeSystem({ modules: MODULES });
    onTestFinished(() => system.cleanup());
    let month: Month | undefined;
    const office = await startPostOffice({
      onConnect: (_, callback) => callback(month?.mailIsDown ? new Error('down') : null),
    });
    const receiver = await startReceiver(status(200));
    month = new Month(system, tempFolder(), office, receiver);
    month.configure();
    return month;
  }

  private configure(): void {
    const { system, folder } = this;
    chmodSync(folder, 0o700);
    writeFileSync(
      join(folder, 'config.yaml'),
      [
        `root: ${system.dir}`,
        `keyring: ${system.keyring}`,
        `anchor: ${system.anchorFingerprint}`,
        `exemptions: ${folder}/exemptions.yaml`,
        `metrics: ${folder}/sigsweep.prom`,
        'quick: true',
        'alerts:',
        '  admin:',
        '    type: mail',
        '    to: admin@example.org',
        '    from: pbx@example.org',
        `    smtp: { host: 127.0.0.1, port: ${this.office.port}, tls: none }`,
        '  hook:',
        '    type: webhook',
        `    url: http://127.0.0.1:${this.receiver.port}/alert`,
        '    retries: 0',
        '',
      ].join('\n'),
      { mode: 0o600 },
    );
    writeFileSync(join(folder, 'exemptions.yaml'), 'exemptions: []\n', { mode: 0o600 });
  }

  /** When a night's scan begins; an admin works twelve hours before. */
  static at(night: number): Date {
    return new Date(FIRST_NIGHT + night * DAY);
  }

  run(when: Date, args: readonly string[]): RunningCli {
    const time = `@${when.toISOString().slice(0, 19).replace('T', ' ')}`;
    // What the environment says goes before the file.
    const env = { SIGSWEEP_CONFIG: join(this.folder, 'config.yaml'), SIGSWEEP_STATE: join(this.folder, 'state') };
    return new RunningCli(args, env, ['faketime', '-f', time]);
  }

  /** Scans in a night; notes who was told what, and expects an exit code. */
  async scan(night: number, code: number): Promise<Ended> {
    const ended = await this.run(Month.at(night), ['scan', '--quiet']).ended;
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

  /** A new release of a module, signed on a day. */
  async release(module: string, version: string, day: Date, files: Readonly<Record<string, string>>): Promise<void> {
    const all = { 'module.xml': moduleXml(module, version), ...files };
    for (const [path, content] of Object.entries(all)) this.system.writeListed(module, path, content);
    await this.system.sign(module, { paths: Object.keys(all), date: day });
  }
}

it.skipIf(!hasFaketime())(
  'a month of nights: tells what is new, once, and nothing else (needs faketime)',
  async () => {
    const month = await Month.begin();
    const { system } = month;
    const modules = join(system.webRoot, 'admin/modules');
    // Releases are signed by day, some of them years ago.
    await month.release('core', '17.0.1', new Date('2025-03-01T00:00:00Z'), MODULES.core);
    await month.release('cdr', '17.0.1', new Date('2025-03-01T00:00:00Z'), CDR);

    for (let night = 1; night <= 4; night += 1) await month.scan(night, 0);

    await month.release('cdr', '17.0.2', new Date('2025-06-01T00:00:00Z'), {
      ...CDR,
      'page.cdr.php': '<?php // new page\n',
    });
    for (let night = 5; night <= 7; night += 1) await month.scan(night, 0);

    // Nights 8 and 9: the machine is off.
    for (let night = 10; night <= 11; night += 1) await month.scan(night, 0);

    // Somebody breaks in, and gives what was altered its old times back.
    const core = system.listedPath('core', 'core.php');
    const { atime, mtime } = statSync(core);
    writeFileSync(core, '<?php // cord\n');
    utimesSync(core, atime, mtime);
    writeFileSync(join(modules, 'cdr/ajax.php'), SHELL);
    for (let night = 12; night <= 14; night += 1) await month.scan(night, 1);

    // It is cleaned up, in a night in which the mail server is away.
    system.writeListed('core', 'core.php', MODULES.core['core.php']);
    rmSync(join(modules, 'cdr/ajax.php'));
    month.mailIsDown = true;
    expect((await month.scan(15, 3)).stdout).toContain('alert channel admin: ');
    month.mailIsDown = false;

    // The admin adds a page of their own, and says so, for four days.
    const own = system.writeInWebRoot('own.php', '<?php // our own page\n');
    const exempt = ['exempt', own, '--reason', 'our own page', '--author', 'jane', '--expires', '4d'];
    const day = new Date(Month.at(16).getTime() - DAY / 2);
    expect((await month.run(day, exempt).ended).code).toBe(0);
    for (let night = 16; night <= 19; night += 1) await month.scan(night, 0);
    for (let night = 20; night <= 21; night += 1) await month.scan(night, 1);
    rmSync(own);
    for (let night = 22; night <= 24; night += 1) await month.scan(night, 0);

    // Somebody breaks in once more, and the machine loses its power while it is scanned.
    writeFileSync(join(modules, 'cdr/ajax.php'), SHELL);
    const cut = month.run(Month.at(25), ['scan', '--quiet', '--max-rate', '0.001']);
    await sleep(700);
    cut.kill();
    expect(await cut.ended).toMatchObject({ signal: 'SIGKILL' });
    await month.scan(26, 1);
    rmSync(join(modules, 'cdr/ajax.php'));
    await month.scan(27, 0);

    // An old release, rightly signed, with the holes of its time.
    await month.release('cdr', '17.0.1', new Date('2025-03-01T00:00:00Z'), CDR);
    await month.scan(28, 1);
    await month.release('cdr', '17.0.3', new Date('2025-07-01T00:00:00Z'), CDR);
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

    const history = await month.run(Month.at(31), ['history', '--json']).ended;
    const scans: { kind: string; complete: boolean; whole: boolean }[] = JSON.parse(history.stdout).scans;
    // Thirty nights less the two that were missed and the one that was cut.
    expect(scans).toHaveLength(27);
    expect(scans.every(({ complete, whole }) => complete && whole)).toBe(true);
    expect(new Set(scans.map(({ kind }) => kind))).toEqual(new Set(['full', 'quick']));
    const diff = await month.run(Month.at(31), ['diff', '5', '10']).ended;
    expect(diff.stdout).toContain('new  ');
  },
  180_000,
);
