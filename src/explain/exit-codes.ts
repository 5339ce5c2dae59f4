import type { ExplanationText } from './explanation.js';

/** What the program tells the shell. */
export type ExitStatus = '0' | '1' | '2' | '3' | '130' | '143';

export const EXIT_STATUS: Readonly<Record<ExitStatus, ExplanationText>> = {
  0: {
    title: 'clean',
    meaning:
      'Everything was looked at, and nothing is as bad as --fail-on says or worse. Findings below that may be there: the report has them.',
    todo: 'Nothing.',
  },
  1: {
    title: 'findings',
    meaning:
      'There are findings as bad as --fail-on says (high, where nobody says otherwise) or worse. The scan may be incomplete besides: the report says so.',
    todo: 'Read the report: each bad module has a line that begins with "next".',
  },
  2: {
    title: 'could not run',
    meaning:
      'Nothing was scanned: wrong usage, no web root, a key or a configuration that cannot be read, another scan that runs. Says nothing of the files.',
    todo: 'Do what the message on standard error says. It ends with a code in brackets: sigsweep --explain CODE tells more. sigsweep doctor checks the machine.',
  },
  3: {
    title: 'incomplete',
    meaning:
      'Nothing as bad as --fail-on says was found, but not everything was looked at; or an alert could not be sent, or the scan could not be remembered. It is no clean scan.',
    causes: [
      'files or folders that the user who scans may not read',
      'files that changed while they were read',
      'a mail server or a webhook that did not answer',
      'a folder for the history that is full, or that others can write',
    ],
    todo: 'Read the notes in the report and the findings unreadable and changed, then scan again, as root.',
  },
  130: {
    title: 'interrupted by Ctrl-C',
    meaning:
      'SIGINT came. The report holds what was found until then, and is marked incomplete unless the scan was done already.',
    todo: 'Scan again, to the end.',
  },
  143: {
    title: 'interrupted by SIGTERM',
    meaning:
      'SIGTERM came, as from systemctl stop, a shutdown or a time limit. The report holds what was found until then, and is marked incomplete unless the scan was done already.',
    todo: 'Scan again, to the end. Where a time limit ended it, allow more time.',
  },
};
