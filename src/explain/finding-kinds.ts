import type { FindingKind } from '../types.js';
import type { ExplanationText } from './explanation.js';

export const FINDING_KIND_TEXTS: Readonly<Record<FindingKind, ExplanationText>> = {
  altered: {
    title: 'the content is not what was signed',
    meaning:
      'A file that the signed list names has another SHA-256 than it says. Critical for code and server configuration, high for anything else.',
    causes: [
      'an intruder who hid something in a page that is used every day',
      'an edit by whoever runs the system',
      'line ends that a copy changed: the finding says so',
      'a damaged disk',
    ],
    todo: 'Look at the file, and compare it with the published one, before you replace it: fwconsole ma downloadinstall MODULE. What you changed yourself and keep, exempt: sigsweep exempt FILE --reason TEXT --expires 90d.',
  },
  missing: {
    title: 'a signed file is not there',
    meaning: 'A file that the signed list names is not where it belongs. High for code, medium for anything else.',
    causes: [
      'somebody deleted it',
      'an installation that was cut short',
      'a folder (AMPBIN, AMPSBIN and so on) that lies elsewhere: say where with --map',
    ],
    todo: 'Install the module again: fwconsole ma downloadinstall MODULE.',
  },
  'type-changed': {
    title: 'no regular file where one was signed',
    meaning:
      'In the place of a listed file, or of a folder above it, there is a link, a folder, a pipe or a device. Links are not followed: what they show could be another thing a moment later. Critical for code, high for anything else.',
    causes: [
      'somebody linked a file or a folder to another place',
      'an intruder who wants the scan to read something else',
    ],
    todo: 'Look where it leads, then install the module again: fwconsole ma downloadinstall MODULE. What was linked on purpose has to be there as files.',
  },
  unlisted: {
    title: 'a file that nobody signed',
    meaning:
      'The file lies in the web root, and no verified list of any module names it. FreePBX itself does not look for such files. How bad it is depends on what it is: its class says so.',
    causes: [
      'a web shell or another file that an intruder left',
      'an application or a file of your own',
      'what programs make as they run: caches, logs, translations',
    ],
    todo: 'Look at each file that is not low or info. Move away what nobody knows, and keep it: it is evidence. What is yours, exempt: sigsweep exempt FILE --reason TEXT --expires 90d.',
  },
  unreadable: {
    title: 'it could not be read',
    meaning:
      'A file or a folder could not be read, so nothing is known of it, and the scan is incomplete. High: intruders take rights away from files that they do not want to be looked at.',
    causes: [
      'the user who scans may not read it',
      'mode 000, set by somebody',
      'errors of the disk or of a network file system',
    ],
    todo: 'Scan as root. If it still cannot be read, look at it: ls -la, lsattr, and the log of the kernel.',
  },
  changed: {
    title: 'it changed while it was read',
    meaning:
      'The file was written, exchanged or shortened while the scan read it, so that no hash of it means anything. The scan is incomplete.',
    causes: [
      'an update or a backup that ran at the same time',
      'a file that is written all the time',
      'somebody who tries to mislead the scan',
    ],
    todo: 'Scan again while nothing is installed. A listed file that always changes should not: find out who writes it.',
  },
  downgraded: {
    title: 'an older signature than was seen before',
    meaning:
      'The module is signed well, but its signature is older than one that an earlier scan saw there. Old releases stay signed for ever, with the holes that newer ones closed. Needs a history (--state).',
    causes: [
      'somebody put an older release back, to use its holes',
      'you went back to an older release yourself',
      'a backup that was restored',
    ],
    todo: 'Install the newest: fwconsole ma downloadinstall MODULE. If you went back on purpose, exempt its module.sig.',
  },
};
