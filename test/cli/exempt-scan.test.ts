import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PlacedFinding } from '../../src/changes.js';
import { addExemptCommand } from '../../src/cli/exempt-command.js';
import type { ExemptionEntry } from '../../src/exempt/entry.js';
import { readExemptions } from '../../src/exempt/read.js';
import type { Finding } from '../../src/finding.js';
import { tempFolder } from '../helpers/temp.js';
import { bytes, finding } from '../report/fixtures.js';

const HASH = 'ab'.repeat(32);
const placed = (module: string | null, path: string, changes: Partial<Finding> = {}): PlacedFinding => ({
  module: module === null ? null : bytes(module),
  finding: finding(path, { actual: HASH, ...changes }),
});

/** What the scans of this history found. */
const HISTORY: Readonly<Record<string, readonly PlacedFinding[]>> = {
  last: [
    placed('framework', 'utests/a.php'),
    placed('framework', 'utests/deep/b.php', { actual: 'cd'.repeat(32) }),
    placed('framework', 'utests/.sami.php'),
    placed('framework', 'utests/c.txt', { class: 'other', severity: 'info' }),
    placed('framework', 'amp_conf/x.php', { kind: 'altered' }),
    placed('framework', 'broken.php', { kind: 'unreadable' }),
    placed('core', 'utests/a.php'),
    placed(null, 'utests/a.php'),
    placed(null, '[x]*.php'),
    placed(null, '[x]y.php'),
  ],
  7: [placed('core', 'old.php')],
};

let file: string;
let errors: string[];
beforeEach(() => {
  file = join(tempFolder(), 'exemptions.yaml');
  errors = [];
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => errors.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** Runs the command with that history; gives the exit code. */
async function exempt(...args: string[]): Promise<unknown> {
  const program = new Command().exitOverride();
  addExemptCommand(program, (scan) => HISTORY[scan] ?? []);
  const all = ['exempt', '--exemptions', file, '--reason', 'r', '--author', 'a', '--expires', '7d', ...args];
  await program.parseAsync(all, { from: 'user' });
  return process.exitCode;
}

async function written(): Promise<string[]> {
  const entries: readonly ExemptionEntry[] = await readExemptions(file, new Date());
  return entries.map(({ module, place, kind, sha256 }) => `${module} ${place} ${kind} ${sha256?.slice(0, 4)}`);
}

describe('sigsweep exempt --scan', () => {
  it('writes an entry for each file that the glob matches, with the hash that the scan found', async () => {
    expect(await exempt('--scan', 'last', '--module', 'framework', '--path', 'utests/**')).toBe(0);
    expect(await written()).toEqual([
      'framework utests/a.php unlisted abab',
      'framework utests/deep/b.php unlisted cdcd',
    ]);
  });

  it('takes the scan by its number, and a dotfile where its dot is named', async () => {
    await exempt('--scan', '7', '--module', 'core', '--path', 'old.php');
    await exempt('--scan', 'last', '--module', 'framework', '--path', 'utests/.*');
    expect(await written()).toEqual(['core old.php unlisted abab', 'framework utests/.sami.php unlisted abab']);
  });

  it('outside of modules, too, and a name with stars and brackets as it is', async () => {
    await exempt('--scan', 'last', '--outside', '--path', 'utests/a.php');
    await exempt('--scan', 'last', '--outside', '--path', '[x]y.php');
    expect(await written()).toEqual(['null utests/a.php unlisted abab', 'null [x]y.php unlisted abab']);
  });

  it('keeps the kind, and names what may not be exempted', async () => {
    expect(await exempt('--scan', 'last', '--module', 'framework', '--path', '**')).toBe(1);
    expect(await written()).toContain('framework amp_conf/x.php altered abab');
    expect(errors).toEqual(['sigsweep: not exempted: framework  broken.php: nobody knows what it holds\n']);
  });

  it.each([
    ['nothing that matches', ['--scan', 'last', '--module', 'framework', '--path', 'nothing/*'], /found nothing in/],
    ['only what does not count', ['--scan', 'last', '--module', 'framework', '--path', '*/c.txt'], /found nothing in/],
    ['only what may not be', ['--scan', 'last', '--module', 'framework', '--path', 'broken.php'], /none of these/],
    ['no path', ['--scan', 'last', '--module', 'framework'], /give --path/],
    ['no module', ['--scan', 'last', '--path', 'a'], /one of --module NAME and --outside/],
    [
      'a glob that is none',
      ['--scan', 'last', '--outside', '--path', '**/a/**'],
      /--path \*\*\/a\/\*\* takes \*\* only once/,
    ],
    ['module and outside', ['--scan', 'last', '--module', 'a', '--outside', '--path', 'a'], /one of --module/],
  ])('refuses %s', async (_what, args, says) => {
    await expect(exempt(...args)).rejects.toThrow(says);
    expect(existsSync(file)).toBe(false);
  });
});
