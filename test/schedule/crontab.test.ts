import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SigsweepError } from '../../src/errors.js';
import { crontab } from '../../src/schedule/crontab.js';
import { tempFolder } from '../helpers/temp.js';
import { canUnshare, hasTool, runTool } from '../helpers/tools.js';
import { ODD_WORDS, PROGRAM, settings } from './settings.js';

interface Entry {
  minute: number;
  hour: number;
  user: string;
  /** What the shell gets. */
  command: string;
}

/** A system crontab as crontab(5) has it: comments, variables, and one entry a line with five fields of time. */
function parse(text: string): { variables: Record<string, string>; entries: Entry[] } {
  expect(text.endsWith('\n')).toBe(true);
  const variables: Record<string, string> = {};
  const entries: Entry[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name, value] = /^([A-Z]+)=(\S*)$/.exec(line) ?? [];
    const [, minute, hour, user, command] = /^(\d+) (\d+) \* \* \* (\w+) (.+)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) variables[name] = value;
    else if (user !== undefined && command !== undefined) {
      entries.push({ minute: Number(minute), hour: Number(hour), user, command: unescaped(command) });
    } else throw new Error(`not a line of a crontab: ${line}`);
  }
  return { variables, entries };
}

/** A percent sign ends the command, unless a backslash stands before it, which is taken away. */
function unescaped(command: string): string {
  expect(command.replaceAll('\\%', '')).not.toContain('%');
  return command.replaceAll('\\%', '%');
}

function entryOf(changes: Parameters<typeof settings>[0], machine = 'm', program = PROGRAM): Entry {
  const { entries } = parse(crontab(settings({ scheduler: 'cron', ...changes }), program, machine));
  expect(entries).toHaveLength(1);
  return entries[0] as Entry;
}

/** A program that says what it was given, something on standard error, and ends as it is told. */
const PROBE = `
console.log(JSON.stringify(process.argv.slice(2)));
console.error(process.env.SAID ?? '');
process.exitCode = Number(process.env.CODE ?? 0);
`;

/** Runs the command as cron does, where `logger` writes what it gets to a file. */
function runEntry({ command }: Entry, folder: string, env: Record<string, string>) {
  writeFileSync(join(folder, 'logger'), `#!/bin/sh\ncat >'${folder}/log'\n`, { mode: 0o755 });
  const path = `${folder}:/usr/bin:/bin`;
  const { stdout, stderr } = spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8', env: { PATH: path, ...env } });
  const log = join(folder, 'log');
  return { mail: stdout + stderr, log: existsSync(log) ? readFileSync(log, 'utf8') : '' };
}

function probe(folder: string, script = PROBE) {
  const main = join(folder, 'main.cjs');
  writeFileSync(main, script);
  return { node: process.execPath, main };
}

describe('the crontab', () => {
  it('names shell, path and who gets the mail', () => {
    const { variables, entries } = parse(crontab(settings({ scheduler: 'cron' }), PROGRAM, 'm'));
    expect(variables).toEqual({ SHELL: '/bin/sh', PATH: '/usr/sbin:/usr/bin:/sbin:/bin', MAILTO: 'root' });
    expect(entries).toMatchObject([{ user: 'root' }]);
  });

  it('is the same each time on one machine, within the splay, and different on others', () => {
    const starts = Array.from({ length: 200 }, (_, machine) => {
      const { hour, minute } = entryOf({ at: '23:50' }, `machine ${machine}`);
      expect(entryOf({ at: '23:50' }, `machine ${machine}`)).toMatchObject({ hour, minute });
      return (hour * 60 + minute + 10) % 1440;
    });
    expect(Math.min(...starts)).toBeLessThan(3);
    expect(Math.max(...starts)).toBeGreaterThan(27);
    expect(Math.max(...starts)).toBeLessThanOrEqual(30);
    expect(entryOf({ at: '02:30', splaySeconds: 0 })).toMatchObject({ hour: 2, minute: 30 });
  });

  it('gives every word to the program as it is', () => {
    const folder = tempFolder();
    const entry = entryOf({ scan: ODD_WORDS }, 'm', probe(folder));
    const { mail } = runEntry(entry, folder, { CODE: '1' });
    expect(JSON.parse(mail)).toEqual(['scan', '--quiet', '--nice', '19', '--io-idle', ...ODD_WORDS]);
  });

  it.each(['\\', 'a\\%b', 'a\nb', '\r', '\0', '\ufffd'])('refuses the word %j', (word) => {
    expect(() => crontab(settings({ scan: [word] }), PROGRAM, 'm')).toThrow(SigsweepError);
  });

  it('refuses a command that cron would cut off', () => {
    const length = (number: number) => crontab(settings({ scan: ['x'.repeat(number)] }), PROGRAM, 'm').length;
    const room = 999 - entryOf({ scan: ['%'] }).command.length;
    expect(() => length(room)).not.toThrow();
    expect(() => length(room + 10)).toThrow(/longer than the 999 bytes/);
    expect(() => crontab(settings({ scan: ['%'.repeat(500)] }), PROGRAM, 'm')).toThrow(/longer/);
  });

  it('is one entry and lets nothing out of its word, whatever the words are', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\p{Cc}\ufffd\\]/u.test(text));
    const arguments_ = fc.array(word, { maxLength: 5 });
    const folder = tempFolder();
    const program = probe(folder, 'console.log(JSON.stringify(process.argv.slice(7))); process.exitCode = 1');
    fc.assert(
      fc.property(arguments_, (scan) => {
        expect(JSON.parse(runEntry(entryOf({ scan }, 'm', program), folder, {}).mail)).toEqual(scan);
      }),
      { numRuns: 20 },
    );
  });
});

describe('what cron mails', () => {
  it('is nothing when the scan printed nothing', () => {
    const folder = tempFolder();
    const entry = entryOf({}, 'm', probe(folder, ''));
    expect(runEntry(entry, folder, {})).toEqual({ mail: '', log: '' });
  });

  it('is nothing when there are notes only, which the log gets', () => {
    const folder = tempFolder();
    const entry = entryOf({}, 'm', probe(folder, 'console.error("sigsweep: note: a\\\\nb %s")'));
    expect(runEntry(entry, folder, {})).toEqual({ mail: '', log: 'sigsweep: note: a\\nb %s\n' });
  });

  it.each(['1', '2', '3', '130'])('is all that the scan printed when it ends with %s, byte for byte', (CODE) => {
    const folder = tempFolder();
    const entry = entryOf({}, 'm', probe(folder));
    const { mail, log } = runEntry(entry, folder, { CODE, SAID: 'a\\nb \\c %s $HOME' });
    expect(mail).toMatch(/^\["scan".*\]\n/);
    expect(mail).toContain('a\\nb \\c %s $HOME\n');
    expect(log).toBe('');
  });

  it('is a report of any length', () => {
    const folder = tempFolder();
    const entry = entryOf({}, 'm', probe(folder, 'console.log("x".repeat(3_000_000)); process.exitCode = 1'));
    const { stdout } = spawnSync('/bin/sh', ['-c', entry.command], { encoding: 'utf8', maxBuffer: 2 ** 24 });
    expect(stdout).toHaveLength(3_000_001);
  });

  it('is what the shell says when the program is not there any more', () => {
    const folder = tempFolder();
    const entry = entryOf({}, 'm', { node: join(folder, 'gone'), main: 'main.js' });
    expect(runEntry(entry, folder, {}).mail).toContain('gone');
  });

  it('is the notes, where there is no log to write them to', () => {
    const folder = tempFolder();
    const entry = entryOf({}, 'm', probe(folder, 'console.error("a note")'));
    const { stdout } = spawnSync('/bin/sh', ['-c', entry.command], { encoding: 'utf8', env: { PATH: folder } });
    expect(stdout).toContain('a note\n');
  });
});

// Debian's cron checks a user's crontab before it takes it, with the parser of the daemon. It keeps it in a folder that
// is an empty one here; users' crontabs have no user, so that column is taken out.
describe.skipIf(!hasTool('crontab') || !canUnshare('--mount'))('crontab (of Debian’s cron; as root)', () => {
  const accept = (text: string) => {
    const file = join(tempFolder(), 'crontab');
    writeFileSync(file, text);
    const kept = '/var/spool/cron/crontabs';
    const script = `mount -t tmpfs tmpfs /var/spool && mkdir -p ${kept} && crontab "$0" && cat ${kept}/*`;
    return runTool('unshare', ['--mount', 'sh', '-c', script, file]);
  };
  const personal = (text: string) => text.replace(/^(\d+ \d+ \* \* \*) root /m, '$1 ');

  it('takes it', () => {
    const text = personal(crontab(settings({ scan: ODD_WORDS }), PROGRAM, 'm'));
    expect(accept(text)).toContain(text);
  });

  it('would not take a wrong one', () => {
    const text = personal(crontab(settings(), PROGRAM, 'm'));
    expect(() => accept(text.replace(/^\d+ /m, '60 '))).toThrow(/bad minute/);
  });
});
