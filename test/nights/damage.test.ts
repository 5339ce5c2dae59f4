import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Sqlite } from '../../src/state/sqlite.js';
import { Unattended } from './unattended.js';

/** More milliseconds than any date has. */
const NO_TIME = '9e15';

describe('a row of the history that is damaged', () => {
  const DAMAGES: readonly (readonly [what: string, damage: string])[] = [
    ['a finding that is no JSON', "UPDATE findings SET details = 'x'"],
    ['a finding that is JSON of something else', "UPDATE findings SET details = '[]'"],
    ['a finding seen at no time', `UPDATE findings SET first_seen = ${NO_TIME}`],
    ['a signature made at no time', `UPDATE signatures SET signed_at = ${NO_TIME}`],
    ['a scan whose notes are no JSON', "UPDATE scans SET notes = ''"],
    ['a condition told at no time', `INSERT INTO conditions SELECT root, 'x', '', ${NO_TIME} FROM scans LIMIT 1`],
    ['an alert that is no JSON', "UPDATE outbox SET event = '{'"],
    ['an alert that is JSON of something else', "UPDATE outbox SET event = '5'"],
    ['no table of findings', 'DROP TABLE scan_findings; DROP TABLE findings'],
    ['no table of conditions', 'DROP TABLE conditions'],
    ['no table of alerts', 'DROP TABLE outbox'],
  ];

  it('costs the history, which is kept aside, and no word of the scan or of its alert', async () => {
    const unattended = await Unattended.begin();
    unattended.configure('alerts:', unattended.channel('admin'));
    writeFileSync(join(unattended.folder, 'admin.away'), '');
    const shell = unattended.intrude();
    await unattended.scan(1);
    const sound = join(unattended.folder, 'sound');
    cpSync(unattended.state, sound, { recursive: true });
    unattended.configure('alerts:', unattended.channel('later'), unattended.channel('admin'));
    for (const [what, damage] of DAMAGES) {
      rmSync(unattended.state, { recursive: true });
      cpSync(sound, unattended.state, { recursive: true });
      const database = new Sqlite(join(unattended.state, 'history.db'), 1000);
      database.run(damage);
      database.close();

      const report = await unattended.report(['--quick']);
      expect(report, what).toMatchObject({ exitCode: 1, complete: true, summary: { verdicts: { good: 3 } } });
      expect(
        report.modules.flatMap(({ findings }) => findings.map((one) => one.file)),
        what,
      ).toEqual([shell]);
      expect(
        report.notes.filter((note) => note.includes('was damaged')),
        what,
      ).toEqual([
        expect.stringMatching(
          /^the history in .* was damaged \(.*\): it is kept as history\.db\.damaged-\S+, and a new /,
        ),
      ]);
      const told = unattended.told().map(({ findings }) => findings.map(({ file }) => file));
      expect(told, what).toContainEqual([shell]);
    }
  }, 240_000);

  it('is no fault of the program for who reads it', async () => {
    const unattended = await Unattended.begin();
    unattended.intrude();
    await unattended.scan(1);
    const database = new Sqlite(join(unattended.state, 'history.db'), 1000);
    database.run(`UPDATE findings SET first_seen = ${NO_TIME}; UPDATE scans SET notes = 'x'`);
    database.close();
    const exempt = ['exempt', '--scan', '1', '--outside', '--path', 'x', '--reason', 'x', '--expires', '1d'];
    for (const args of [['history'], ['show'], ['diff', '1', '1'], [...exempt, '--author', 'jane']]) {
      const { code, stderr } = await unattended.run(args);
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /^sigsweep: cannot read the history in [^\n]*: SQLITE_CORRUPT: a row is not what [^\n]*\n$/,
      );
    }
  });
});
