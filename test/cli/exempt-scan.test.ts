import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readExemptions } from '../../src/exempt/read.js';
import { type CliResult, runCli } from '../helpers/cli.js';
import { scanSystem } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';

const PHP = '<?php // nobody signed this\n';
const OTHER_PHP = '<?php // nor this\n';
const ALTERED = '<?php // ours\n';

const start = (content: string) => createHash('sha256').update(content).digest('hex').slice(0, 4);

let system: TestSystem;
let state: string;

// Two scans: the second one finds more, and not any more what the first one found in core.
beforeAll(async () => {
  system = await makeSystem({
    modules: { cdr: { 'page.cdr.php': '<?php\n', 'functions.inc.php': '<?php\n' }, core: {}, framework: {} },
  });
  state = join(system.dir, 'var/lib/sigsweep');
  system.writeInWebRoot('admin/modules/core/old.php', PHP);
  await scanSystem(system, ['--state', state]);
  system.remove('var/www/html/admin/modules/core/old.php');
  const found = {
    'admin/modules/cdr/utests/a.php': PHP,
    'admin/modules/cdr/utests/deep/b.php': OTHER_PHP,
    'admin/modules/cdr/utests/.sami.php': PHP,
    'admin/modules/cdr/utests/i18n/c.po': 'msgid ""\n',
    'admin/modules/core/utests/a.php': PHP,
    'utests/a.php': PHP,
    '[x]*.php': PHP,
    '[x]y.php': PHP,
  };
  for (const [path, content] of Object.entries(found)) system.writeInWebRoot(path, content);
  system.writeListed('cdr', 'page.cdr.php', ALTERED);
  system.remove('var/www/html/admin/modules/cdr/functions.inc.php');
  mkdirSync(system.listedPath('cdr', 'functions.inc.php'));
  await scanSystem(system, ['--state', state, '--all']);
});
afterAll(() => system.cleanup());

let file: string;
beforeEach(() => {
  file = join(tempFolder(), 'exemptions.yaml');
});

function exempt(...args: string[]): Promise<CliResult> {
  const why = ['--reason', 'r', '--author', 'a', '--expires', '7d'];
  return runCli(['exempt', '--state', state, '--exemptions', file, ...why, ...args]);
}

async function written(): Promise<string[]> {
  const entries = await readExemptions(file, new Date());
  return entries.map(({ module, place, kind, sha256 }) => `${module} ${place} ${kind} ${sha256?.slice(0, 4)}`);
}

describe('sigsweep exempt --scan', () => {
  it('writes an entry for each file that the glob matches, with the hash that the scan found', async () => {
    const result = await exempt('--scan', 'last', '--module', 'cdr', '--path', 'utests/**');
    expect(result).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^sigsweep: taken from scan \d+ of \/[^\n]+\n$/),
    });
    expect(result.stdout).toMatch(/\n2 exemptions written to .*\n$/);
    expect((await written()).sort()).toEqual([
      `cdr utests/a.php unlisted ${start(PHP)}`,
      `cdr utests/deep/b.php unlisted ${start(OTHER_PHP)}`,
    ]);
  });

  it('takes the scan by its number, and a dotfile where its dot is named', async () => {
    await exempt('--scan', '1', '--module', 'core', '--path', 'old.php');
    await exempt('--scan', 'last', '--module', 'cdr', '--path', 'utests/.*');
    expect(await written()).toEqual([
      `core old.php unlisted ${start(PHP)}`,
      `cdr utests/.sami.php unlisted ${start(PHP)}`,
    ]);
  });

  it('outside of modules, too, and a name with stars and brackets as it is', async () => {
    await exempt('--scan', 'last', '--outside', '--path', 'utests/a.php');
    await exempt('--scan', 'last', '--outside', '--path', '[x]y.php');
    expect(await written()).toEqual([
      `null utests/a.php unlisted ${start(PHP)}`,
      `null [x]y.php unlisted ${start(PHP)}`,
    ]);
  });

  it('keeps the kind, and names what may not be exempted', async () => {
    const { code, stderr } = await exempt('--scan', 'last', '--module', 'cdr', '--path', '**');
    expect(code).toBe(1);
    expect(await written()).toContain(`cdr page.cdr.php altered ${start(ALTERED)}`);
    expect(stderr).toMatch(
      /\nsigsweep: not exempted: cdr {2}functions\.inc\.php: something else has taken the place of the file\n$/,
    );
  });

  it('holds at the next scan', async () => {
    await exempt('--scan', 'last', '--module', 'cdr', '--path', 'utests/**');
    const { summary } = await scanSystem(system, ['--exemptions', file]);
    expect(summary.exempted).toBe(2);
  });

  it.each([
    ['nothing that matches', ['--scan', 'last', '--module', 'cdr', '--path', 'nothing/*'], /found nothing in/],
    [
      'what only an earlier scan found',
      ['--scan', 'last', '--module', 'core', '--path', 'old.php'],
      /found nothing in/,
    ],
    ['only what does not count', ['--scan', 'last', '--module', 'cdr', '--path', 'utests/i18n/*'], /found nothing in/],
    ['only what may not be', ['--scan', 'last', '--module', 'cdr', '--path', 'functions.inc.php'], /none of these/],
    ['no path', ['--scan', 'last', '--module', 'cdr'], /give --path/],
    ['no module', ['--scan', 'last', '--path', 'a'], /one of --module NAME and --outside/],
    [
      'a glob that is none',
      ['--scan', 'last', '--outside', '--path', '**/a/**'],
      /--path \*\*\/a\/\*\* takes \*\* only once/,
    ],
    ['module and outside', ['--scan', 'last', '--module', 'a', '--outside', '--path', 'a'], /one of --module/],
    ['a scan that is not there', ['--scan', '9', '--outside', '--path', 'a'], /scan 9 is not remembered/],
    ['what is no scan', ['--scan', 'first', '--outside', '--path', 'a'], /'first' is no scan/],
  ])('refuses %s', async (_what, args, says) => {
    const { code, stdout, stderr } = await exempt(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
    expect(existsSync(file)).toBe(false);
  });
});
