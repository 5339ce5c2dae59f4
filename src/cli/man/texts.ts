/** What a manual page says besides what the help says. */

export const DESCRIPTION: readonly string[] = [
  'sigsweep tells whether the files of a FreePBX system are the ones its developers signed. It verifies the module.sig of every module, hashes every listed file, and finds what nobody signed: web shells, dropped .htaccess files, altered pages.',
  'A scan only reads, needs no network and no running FreePBX. Run it as root: what it may not read is reported as unreadable, and the scan as incomplete, never as clean.',
];

export const FILES: Readonly<Record<string, string>> = {
  '/etc/freepbx.conf, /etc/amportal.conf': 'Where the web root of this machine is, where it is not given.',
  '/etc/sigsweep/config.yaml':
    'The configuration, where it is there. It may say whatever options say; sigsweep config print shows each setting with its place.',
  '/etc/sigsweep/exemptions.yaml': 'Findings that may be there, each with a reason, an author and an end.',
  '/etc/sigsweep/keys': 'Public keys that sigsweep keys keeps; for others than root ~/.config/sigsweep/keys.',
  '/var/lib/sigsweep': 'What scans found, to compare with; for others than root ~/.local/state/sigsweep.',
  '/etc/systemd/system/sigsweep.timer, /etc/systemd/system/sigsweep.service, /etc/cron.d/sigsweep':
    'What sigsweep schedule install writes.',
};

export const ENVIRONMENT: Readonly<Record<string, string>> = {
  SIGSWEEP_CONFIG: 'The configuration that is read, where --config does not say; false for none.',
  SIGSWEEP_OPTION:
    'Any option of scan, and SIGSWEEP_COMMAND_OPTION any of another command, as SIGSWEEP_FAIL_ON or SIGSWEEP_BENCH_SECONDS. What is typed comes first, then the environment, then the configuration.',
  NO_COLOR: 'Set to anything, no colours.',
  TERM: 'dumb: no colours.',
  'LC_ALL, LC_CTYPE, LANG': 'Without UTF-8 in them, only ASCII is drawn on a terminal.',
  'XDG_CONFIG_HOME, XDG_STATE_HOME': 'Where others than root keep keys and scans.',
  GNUPGHOME: 'The keystore of GnuPG that signs, where --gnupg-home does not say.',
};

/** Commands, with what they do. */
export const EXAMPLES: readonly (readonly [says: string, command: string])[] = [
  ['Scan the FreePBX of this machine:', 'sigsweep scan'],
  [
    'Scan a system that is mounted elsewhere, and keep the report:',
    'sigsweep scan --root /mnt/backup --format json --output report.json',
  ],
  ['Verify one package without unpacking it:', 'sigsweep verify cdr-17.0.3.tgz'],
  ['Scan every night:', 'sigsweep schedule install -- /var/www/html'],
  [
    'Say that a file may be there for 90 days:',
    "sigsweep exempt /var/www/html/info.php --reason 'monitoring probe' --expires 90d",
  ],
  ['See what a damaged system looks like:', 'sigsweep demo'],
];

export const SEE_ALSO: readonly string[] = ['gpg(1)', 'systemd.timer(5)', 'crontab(5)', 'sha256sum(1)'];
