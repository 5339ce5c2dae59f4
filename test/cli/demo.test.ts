import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERDICTS } from '../../src/types.js';
import { blocksOf, readDocument } from '../documents/commands.js';
import { runCli } from '../helpers/cli.js';
import { reportOf } from '../helpers/report.js';
import { tempFolder } from '../helpers/temp.js';

/** Where the demonstration is built instead of the folder that other programs use too. */
function temporary(): string {
  const folder = join(tempFolder(), 'tmp');
  mkdirSync(folder);
  return folder;
}

/** The block of a document that is in no language: output. */
function excerptOf(document: string): string {
  return blocksOf(document).find(({ language }) => language === '')?.text ?? '';
}

function withoutWhatVaries(line: string): string {
  return line.replace(/\b[0-9A-F]{40}\b/, 'KEY').replace(/\b\d{4}-\d\d-\d\d\b/, 'DAY');
}

describe('the demonstration', () => {
  it('shows what a scan finds, and leaves nothing behind', async () => {
    const TMPDIR = temporary();
    const { code, stdout, stderr } = await runCli(['demo'], { env: { TMPDIR } });
    expect(code).toBe(1);
    for (const verdict of VERDICTS.filter((name) => name !== 'good' && name !== 'unverified'))
      expect(stdout).toMatch(new RegExp(`^\\w+ [\\d.]+ {2}${verdict}: .+$`, 'm'));
    for (const part of ['unlisted code', 'unlisted server-config', 'altered', 'missing', 'outside of modules'])
      expect(stdout).toContain(part);
    expect(stdout.trimEnd()).toMatch(/\nresult {4}NOT clean\.$/);
    expect(stderr.split('\n')).toEqual([
      expect.stringContaining(`building a demonstration system in ${TMPDIR}/`),
      expect.stringMatching(/^sigsweep: \d+ modules signed with throw-away keys, \d+ kinds of damage planted$/),
      '',
    ]);
    expect(readdirSync(TMPDIR)).toEqual([]);
    // What README.md shows of it: keys and days are others each time.
    const lines = stdout.split('\n').map(withoutWhatVaries);
    const shown = excerptOf(readDocument('README.md')).split('\n').map(withoutWhatVaries);
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.filter((line) => !lines.includes(line))).toEqual([]);
  });

  it('stays with --keep, and says how to scan it again', async () => {
    const TMPDIR = temporary();
    const result = await runCli(['demo', '--keep', '--format', 'json'], { env: { TMPDIR } });
    const first = reportOf(result);
    const [, webRoot = '', anchorFingerprint = ''] = /sigsweep scan (\S+) --anchor (\w+)/.exec(result.stderr) ?? [];
    expect(existsSync(webRoot)).toBe(true);
    const again = reportOf(await runCli(['scan', webRoot, '--anchor', anchorFingerprint, '--format', 'json']));
    expect({ ...again.summary, bytes: 0 }).toEqual({ ...first.summary, bytes: 0 });
    expect(again.modules).toEqual(first.modules);
  });

  it('takes the options of a report', async () => {
    const TMPDIR = temporary();
    const file = join(tempFolder(), 'report.txt');
    expect(await runCli(['demo', '--all', '--output', file, '--threads', '1'], { env: { TMPDIR } })).toMatchObject({
      code: 1,
      stdout: '',
    });
    expect(existsSync(file)).toBe(true);
  });
});
