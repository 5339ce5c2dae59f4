import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';

const TRUST = ['--key-folder', '--no-key-folder', '--keyring', '--anchor', '--revoked', '--policy'];
const SIGNER = ['--key', '--gnupg-home', '--signer', '--passphrase-file', '--passphrase-fd'];
const KNOWN = ['--root', '--map', ...TRUST, '--help'];
const COMMON = [
  ...TRUST,
  '--threads',
  '--all',
  '--deep',
  '--one-file-system',
  '--fail-on',
  '--format',
  '--output',
  '--report',
  '--quiet',
  '--no-progress',
  '--no-color',
  '--help',
];
const QUEUE = ['--queue', '--queue-password-file', '--queue-ca', '--insecure'];
const GENTLE = ['--nice', '--io-idle'];
const STATE = ['--state', '--no-state'];
const AUDIT = [...STATE, '--keep', '--quick', '--full-every', '--alert-on', '--remind', '--metrics'];
const SCHEDULE = ['--at', '--splay', '--systemd', '--cron', '--network', '--sendmail', '--help'];
const FLEET = ['--fleet-folder'];
const SELECTION = ['--group', '--label'];
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  '': ['--version', '--json', '--explain', '--config', '--no-config', '--help'],
  scan: [
    '--module',
    '--root',
    '--map',
    '--exemptions',
    ...AUDIT,
    ...GENTLE,
    '--max-rate',
    ...QUEUE,
    '--fleet-folder',
    ...COMMON,
  ],
  agent: [
    ...QUEUE,
    '--token',
    '--token-file',
    '--agent-folder',
    '--store',
    '--lock',
    '--root',
    '--map',
    '--exemptions',
    ...AUDIT.filter((option) => option !== '--quick'),
    ...GENTLE,
    '--max-rate',
    ...TRUST,
    '--threads',
    '--deep',
    '--one-file-system',
    '--fail-on',
    '--help',
  ],
  fleet: ['--help'],
  'fleet enroll': [...QUEUE, ...FLEET, ...SELECTION, '--valid', '--store', '--wait', '--json', '--help'],
  'fleet remove': [...QUEUE, ...FLEET, '--night', '--help'],
  'fleet list': [...FLEET, ...SELECTION, '--nights', '--json', '--help'],
  'fleet scan': [
    ...QUEUE,
    ...FLEET,
    ...SELECTION,
    '--quick',
    '--module',
    '--threads',
    '--max-rate',
    '--deadline',
    '--spread',
    '--rate',
    '--priority',
    '--nightly',
    '--tz',
    '--detach',
    '--json',
    '--no-progress',
    '--help',
  ],
  'fleet watch': [...QUEUE, ...FLEET, '--keep-reports', '--no-progress', '--help'],
  'fleet status': [...QUEUE, ...FLEET, '--silent-after', '--json', '--help'],
  'fleet report': [
    ...FLEET,
    ...SELECTION,
    '--html',
    '--silent-after',
    '--fail-on',
    '--all',
    '--format',
    '--output',
    '--report',
    '--no-color',
    '--help',
  ],
  'fleet compare': [...FLEET, '--json', '--help'],
  report: ['--all', '--format', '--output', '--report', '--no-color', ...STATE, '--help'],
  verify: ['--root', '--map', ...GENTLE, '--max-rate', ...COMMON],
  exempt: [
    '--reason',
    '--expires',
    '--author',
    '--scan',
    '--module',
    '--outside',
    '--path',
    '--dry-run',
    '--list',
    '--web-root',
    ...STATE,
    '--exemptions',
    '--root',
    '--map',
    ...TRUST,
    '--help',
  ],
  enforce: [
    '--yes',
    '--dry-run',
    '--verdict',
    '--command',
    '--log',
    '--json',
    '--threads',
    ...STATE,
    '--root',
    '--map',
    ...TRUST,
    '--help',
  ],
  sign: ['--allow-uncertified', '--local', '--root', '--dry-run', '--threads', ...TRUST, ...SIGNER, '--help'],
  pack: [
    '--output',
    '--gpg',
    '--require-signature',
    '--allow-uncertified',
    '--threads',
    '--progress',
    '--no-progress',
    ...TRUST,
    ...SIGNER,
    '--help',
  ],
  keys: ['--help'],
  'keys list': ['--json', ...KNOWN],
  'keys show': ['--json', ...KNOWN],
  'keys anchors': KNOWN,
  'keys import': KNOWN,
  'keys export': ['--output', ...KNOWN],
  'keys refresh': ['--from', ...KNOWN],
  'keys generate': [
    '--name',
    '--email',
    '--type',
    '--expires',
    '--output',
    '--no-passphrase',
    '--passphrase-file',
    '--passphrase-fd',
    ...KNOWN,
  ],
  'keys request': ['--nonce', '--output', ...SIGNER, ...KNOWN],
  'keys certify': ['--fingerprint', '--nonce', '--expires', '--no-export', '--output', ...SIGNER, ...KNOWN],
  'keys revoke': ['--reason', '--comment', '--yes', '--output', ...SIGNER, ...KNOWN],
  history: [...STATE, '--json', '--last', '--help'],
  show: [...STATE, '--json', '--help'],
  diff: [...STATE, '--json', '--help'],
  'alert test': ['--channel', '--help'],
  doctor: ['--json', '--exemptions', ...STATE, ...KNOWN],
  bench: ['--root', '--seconds', '--threads', '--json', ...GENTLE, '--help'],
  demo: ['--keep', ...COMMON],
  completion: ['--help'],
  man: ['--help'],
  config: ['--help'],
  'config check': ['--help'],
  'config print': ['--json', '--help'],
  schedule: ['--help'],
  'schedule install': ['--dir', ...SCHEDULE],
  'schedule remove': ['--dir', '--help'],
  'schedule status': ['--dir', '--help'],
  'schedule print': SCHEDULE,
};

it.each(Object.keys(OPTIONS))("the help of 'sigsweep %s' fits 80 columns and names every option", async (command) => {
  const { code, stdout, stderr } = await runCli(command === '' ? ['--help'] : [...command.split(' '), '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(stdout).toMatch(new RegExp(`^Usage: sigsweep ${command}`));
  const named = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option]) => option);
  expect(named.sort()).toEqual([...(OPTIONS[command] ?? [])].sort());
  // Only defaults that say something.
  expect(stdout).not.toMatch(/default: (\[\]|\{\}|false)/);
});

it('the help tells the exit codes and the commands', async () => {
  const { stdout } = await runCli(['--help']);
  const words =
    'scan verify sign pack keys exempt enforce history show diff alert schedule config agent fleet bench demo completion man doctor'.split(
      ' ',
    );
  for (const word of [...words, '0 clean', '130 or 143 interrupted']) expect(stdout).toContain(word);
});

it.each(['--version', '-V'])('%s is that of the package', async (option) => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(await runCli([option])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
});
