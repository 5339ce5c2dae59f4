import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliResult, runCli } from '../helpers/cli.js';
import { reportOf } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { makeTempFolder, removeFolder } from '../helpers/temp.js';

/** The one line that may follow the sentence. */
const HINT = '(sigsweep --help and sigsweep COMMAND --help say what there is)';

const IS_ROOT = process.getuid?.() === 0;

let folder: string;
let system: TestSystem;
beforeAll(async () => {
  folder = makeTempFolder();
  system = await makeSystem({ modules: { cdr: { 'functions.inc.php': '<?php\n' } } });
  mkdirSync(join(folder, 'web'));
  mkdirSync(join(folder, 'no-keys'));
  writeFileSync(join(folder, 'no.key'), 'this is no key\n');
  writeFileSync(join(folder, 'cut.key'), '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBF\n');
  writeFileSync(join(folder, 'empty.key'), '');
  writeFileSync(join(folder, 'locked.key'), 'x');
  chmodSync(join(folder, 'locked.key'), 0);
  writeFileSync(join(folder, 'revoked'), `# comment\n${'A'.repeat(40)}\n\nnot a fingerprint # but a comment\n`);
  writeFileSync(join(folder, 'file'), 'a file');
});
afterAll(() => {
  removeFolder(folder);
  system.cleanup();
});

interface Vector {
  what: string;
  /** `$DIR` is a folder of odd files, `$WEB` a sound web root. */
  args: readonly string[];
  /** All of them stand in the sentence. */
  says: readonly string[];
  skip?: string | false;
}

const VECTORS: readonly Vector[] = [
  { what: 'a missing web root', args: ['scan', '$DIR/nowhere'], says: ['web root $DIR/nowhere', 'no such folder'] },
  { what: 'a file as web root', args: ['scan', '$DIR/file'], says: ['web root $DIR/file', 'no such folder'] },
  {
    what: 'a folder that is no web root',
    args: ['scan', '$DIR/web'],
    says: ['$DIR/web', 'not a FreePBX web root', 'admin/modules'],
  },
  { what: 'an empty web root', args: ['scan', ''], says: ["'web-root'", 'empty'] },
  {
    what: 'a missing --root',
    args: ['scan', '--root', '$DIR/nowhere'],
    says: ['--root $DIR/nowhere', 'no such folder'],
  },
  {
    what: 'a --root without a web root',
    args: ['scan', '--root', '$DIR'],
    says: ['web root /var/www/html inside $DIR', 'no such folder'],
  },
  {
    what: 'a web root that is not in --root',
    args: ['scan', '$WEB', '--root', '$DIR'],
    says: ['web root $WEB inside $DIR', 'no such folder'],
  },
  { what: 'an empty --root', args: ['scan', '--root', ''], says: ['--root', 'empty'] },
  {
    what: 'a missing key',
    args: ['scan', '$WEB', '--keyring', '$DIR/nowhere.key'],
    says: ['keyring $DIR/nowhere.key', 'no such file'],
  },
  {
    what: 'an unreadable key',
    args: ['scan', '$WEB', '--keyring', '$DIR/locked.key'],
    says: ['keyring $DIR/locked.key', 'permission denied'],
    skip: IS_ROOT && 'root reads everything',
  },
  {
    what: 'a key file that holds none',
    args: ['scan', '$WEB', '--keyring', '$DIR/no.key'],
    says: ['keyring $DIR/no.key'],
  },
  {
    what: 'a key that is cut off',
    args: ['scan', '$WEB', '--keyring', '$DIR/cut.key'],
    says: ['keyring $DIR/cut.key'],
  },
  {
    what: 'an empty key file',
    args: ['scan', '$WEB', '--keyring', '$DIR/empty.key'],
    says: ['keyring $DIR/empty.key'],
  },
  {
    what: 'a folder without keys',
    args: ['scan', '$WEB', '--keyring', '$DIR/no-keys'],
    says: ['keyring $DIR/no-keys', '.key'],
  },
  {
    what: 'a missing GnuPG home',
    args: ['scan', '$WEB', '--keyring', 'gnupg:$DIR/nowhere'],
    says: ['keyring gnupg:$DIR/nowhere', 'no GnuPG home'],
  },
  {
    what: 'a short anchor',
    args: ['scan', '$WEB', '--anchor', '1234ABCD'],
    says: ['anchor', "'1234ABCD'", '40 hex digits'],
  },
  {
    what: 'an anchor of other letters',
    args: ['scan', '$WEB', '--anchor', 'Z'.repeat(40)],
    says: ['anchor', 'Z'.repeat(40)],
  },
  {
    what: 'a missing revoked list',
    args: ['scan', '$WEB', '--revoked', '$DIR/nowhere'],
    says: ['$DIR/nowhere', 'no such file'],
  },
  {
    what: 'a bad line in the revoked list',
    args: ['scan', '$WEB', '--revoked', '$DIR/revoked'],
    says: ['$DIR/revoked line 4', "'not a fingerprint'"],
  },
  { what: 'an unknown option', args: ['scan', '--bogus'], says: ['unknown option', "'--bogus'"] },
  { what: 'an option spelled wrongly', args: ['scan', '--modul', 'x'], says: ["'--modul'", 'Did you mean --module?'] },
  { what: 'an unknown option before the command', args: ['--bogus', 'scan'], says: ['unknown option', "'--bogus'"] },
  { what: 'an option of a terminal', args: ['scan', '--a\u001b[2J'], says: ["'--a\\u{1b}[2J'"] },
  { what: 'an unknown command', args: ['bogus'], says: ['unknown command', "'bogus'"] },
  {
    what: 'an unknown severity',
    args: ['scan', '--fail-on', 'awful'],
    says: ['--fail-on', "'awful'", 'critical, high, medium, low, info'],
  },
  {
    what: 'an unknown format',
    args: ['scan', '--format', 'xml'],
    says: ['--format', "'xml'", 'text, html, json, ndjson'],
  },
  { what: 'an unknown policy', args: ['scan', '--policy', 'lax'], says: ['--policy', "'lax'", 'compat, strict'] },
  {
    what: 'an unknown folder to map',
    args: ['scan', '--map', 'AMPWHAT=/x'],
    says: ['--map', "'AMPWHAT=/x'", 'AMPBIN, AMPSBIN'],
  },
  { what: 'a map without a folder', args: ['scan', '--map', 'AMPBIN='], says: ['--map', "'AMPBIN='", 'FOLDER=DIR'] },
  {
    what: 'a map to nowhere',
    args: ['scan', '$WEB', '--map', 'AMPBIN=$DIR/nowhere'],
    says: ['--map AMPBIN', '$DIR/nowhere', 'no such folder'],
  },
  ...['0', '-1', '1.5', 'many', '1e2', '257', ''].map((threads) => ({
    what: `'${threads}' threads`,
    args: ['scan', '--threads', threads],
    says: ['--threads', `'${threads}'`, 'whole number from 1 to 256'],
  })),
  ...['-1', '20', '1.5', 'low', ''].map((nice) => ({
    what: `a priority of '${nice}'`,
    args: ['scan', '--nice', nice],
    says: ['--nice', `'${nice}'`, 'whole number from 0 to 19'],
  })),
  ...['0', '-5', '0.0001', '2000000', '5M', '1e3', 'Infinity', ''].map((rate) => ({
    what: `a rate of '${rate}'`,
    args: ['verify', '$WEB', '--max-rate', rate],
    says: ['--max-rate', `'${rate}'`, 'MB per second, from 0.001 to 1000000'],
  })),
  ...['0', '4000', '2.5', ''].map((seconds) => ({
    what: `a measurement of '${seconds}' seconds`,
    args: ['bench', '$WEB', '--seconds', seconds],
    says: ['--seconds', `'${seconds}'`, 'whole number from 1 to 3600'],
  })),
  ...['0', '1,0', '1,,2', '1 2', '257', '', '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17'].map((list) => ({
    what: `'${list}' as numbers of threads`,
    args: ['bench', '$WEB', '--threads', list],
    says: ['--threads', `'${list}'`, 'up to 16 whole numbers from 1 to 256'],
  })),
  { what: 'a missing web root to measure', args: ['bench', '$DIR/nowhere'], says: ['web root $DIR/nowhere'] },
  { what: 'an option without its value', args: ['scan', '--threads'], says: ['--threads', 'argument missing'] },
  {
    what: 'a module that is not there',
    args: ['scan', '$WEB', '--module', 'cdr', '--module', 'nosuch'],
    says: ['module nosuch'],
  },
  { what: 'two web roots', args: ['scan', '$WEB', '/x'], says: ['too many arguments', "'scan'"] },
  { what: 'nothing to verify', args: ['verify'], says: ['missing required argument', "'path'"] },
  { what: 'an empty path to verify', args: ['verify', ''], says: ["'path'", 'empty'] },
  { what: 'a missing path to verify', args: ['verify', '$DIR/nowhere'], says: ['$DIR/nowhere', 'module.sig'] },
  { what: 'a web root for the demonstration', args: ['demo', '/var/www/html'], says: ['too many arguments', "'demo'"] },
  { what: 'another root for the demonstration', args: ['demo', '--root', '/x'], says: ["'--root'"] },
];

describe('bad input is one sentence that names the thing', () => {
  const filled = (text: string) => text.replaceAll('$DIR', folder).replaceAll('$WEB', system.webRoot);

  it.for(VECTORS)('$what', async ({ args, says, skip }, context) => {
    context.skip(Boolean(skip), skip || '');
    const result = await runCli(args.map(filled));
    expectRefused(result);
    for (const part of says) expect(result.stderr).toContain(filled(part));
  });

  function expectRefused({ code, stdout, stderr }: CliResult): void {
    expect(code, stderr).toBe(2);
    expect(stdout).toBe('');
    const lines = stderr.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^sigsweep: ./);
    // A guess of commander's at what was meant, and where to read on; no stack trace.
    expect(lines.slice(1).filter((line) => line !== HINT && !/^\(Did you mean .+\?\)$/.test(line))).toEqual([]);
    expect(stderr).not.toMatch(/fault of sigsweep|\n\s+at |node:/);
  }
});

it('without a command tells what there is', async () => {
  const { code, stdout, stderr } = await runCli([]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('Usage: sigsweep');
});

describe('no key at all', () => {
  const args = () => ['scan', system.webRoot, '--anchor', system.anchorFingerprint];
  const places = ['admin/libraries/BMO/*.key', 'admin/modules/*/signatures/*.key', '--keyring FILE'];

  it('is said in the text report', async () => {
    const { code, stdout, stderr } = await runCli(args());
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^cdr 17\.0\.1 {2}key-missing: /m);
    const note = stdout.split('\n').find((line) => line.startsWith('note'));
    for (const place of places) expect(note).toContain(place);
  });

  it.each(['json', 'ndjson'])('is said on standard error beside %s', async (format) => {
    const result = await runCli([...args(), '--format', format]);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/^sigsweep: note: .*\n$/);
    for (const place of places) expect(result.stderr).toContain(place);
    if (format === 'json') expect(reportOf(result).modules).toMatchObject([{ name: 'cdr', verdict: 'key-missing' }]);
  });

  it('names a keyring that was looked into for nothing', async () => {
    const home = join(folder, 'home');
    mkdirSync(home, { mode: 0o700 });
    const { code, stderr, stdout } = await runCli([...args(), '--keyring', `gnupg:${home}`]);
    // Without GnuPG, or with one that exports nothing, it is an error that names the home; otherwise a note does.
    expect(code === 1 ? stdout : stderr).toContain(`gnupg:${home}`);
  });
});
