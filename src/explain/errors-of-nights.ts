import type { ExplanationText } from './explanation.js';

/** Scans that are remembered, told and scheduled, and what is done about them. */
export const NIGHT_ERRORS = {
  STATE_UNUSABLE: {
    title: 'the history cannot be used',
    meaning:
      'The folder where scans are remembered cannot be made, written or read, or its database cannot be used. A scan that could not be remembered still reports, and does not end with 0.',
    causes: [
      'a full disk, or a file system that can only be read',
      'a user who may not write there',
      'a damaged database: the next scan keeps it aside',
    ],
    todo: 'Make room or put the modes right: sigsweep doctor says which. Else give another folder with --state DIR, or remember nothing with --no-state.',
  },
  SCAN_RUNNING: {
    title: 'another scan is running',
    meaning:
      "One scan at a time works with a history. The message says which process holds it. The lock is the kernel's: a scan that was killed leaves none.",
    todo: 'Wait for its end. If it hangs, look at the process: ps -fp PID. To scan besides: --no-state or --state DIR.',
  },
  SCAN_NOT_FOUND: {
    title: 'that scan is not remembered',
    meaning: 'There is no history in that folder, or no scan with that number, or none before it to compare with.',
    todo: 'sigsweep history lists those that are. As another user than the one who scans, give --state DIR.',
  },
  ALERT_FAILED: {
    title: 'an alert could not be sent',
    meaning:
      'A mail server, a webhook, a syslog or a command did not take it. It stays in the outbox, and the next scan tries again.',
    todo: 'Try each channel: sigsweep alert test. The message says what the other side answered.',
  },
  SCHEDULE_FAILED: {
    title: 'the schedule could not be made or removed',
    meaning:
      'Only root can, there is neither systemd nor cron, a file in its place is not ours, scans are scheduled otherwise already, or a word holds what no crontab can. Nothing was changed, or the message says what was.',
    todo: 'Do what the message says. sigsweep schedule status tells what there is, sigsweep schedule print what would be written.',
  },
  ENFORCEMENT_REFUSED: {
    title: 'nothing is disabled that way',
    meaning:
      'fwconsole is code of the web root, and is run only where the same scan found framework good and fwconsole listed in it; or the program that --command names cannot be run. No module was disabled.',
    todo: 'Put framework right first, or name another program with --command. By hand: fwconsole ma disable MODULE.',
  },
  LOG_UNUSABLE: {
    title: 'the log of what is disabled cannot be written',
    meaning: 'Nothing is disabled that is not written down. No module was disabled.',
    todo: 'Put the folder right, or give another file with --log FILE.',
  },
  OPEN_FILES: {
    title: 'too many open files',
    meaning:
      'The system let the program open no more files, so that it could not go on. Says nothing of the files that it looked at.',
    todo: 'Allow more (ulimit -n 4096), or use fewer threads (--threads 2). sigsweep doctor shows the limit.',
  },
  INTERNAL: {
    title: 'a fault of sigsweep itself',
    meaning: 'Something happened that the program did not foresee. Take its result as none.',
    todo: 'Please report it, with the whole message and what sigsweep --version --json prints.',
  },
} as const satisfies Readonly<Record<string, ExplanationText>>;
