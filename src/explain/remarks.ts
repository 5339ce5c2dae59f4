import type { ExplanationText } from './explanation.js';

/** Words that reports use beside verdicts and findings. */
export type Remark = 'weak-digest' | 'uncovered' | 'exempted' | 'incomplete' | 'unchecked' | 'new';

export const REMARK_TEXTS: Readonly<Record<Remark, ExplanationText>> = {
  'weak-digest': {
    title: 'a signature made with SHA-1',
    meaning:
      'The signature holds, but over a SHA-1 digest, for which two texts with the same digest can be made by whoever may choose both. Every signature of the vendor is so, so it is low, and counted once for each module. --policy strict refuses it, and calls the module invalid.',
    todo: 'Nothing that an administrator could do. Publishers: sigsweep sign makes signatures with SHA-256 or better.',
  },
  uncovered: {
    title: 'no verified list says what belongs there',
    meaning:
      'The file lies in a module, or in the web root around the modules, for which there is no verified manifest: all of its files are unlisted. Its code is told in one line, critical where there is no signature at all, and as bad as the verdict where somebody signed. framework covers the web root around the modules.',
    todo: 'Put the verdict of the module right: what is unlisted then is told file by file.',
  },
  exempted: {
    title: 'somebody has said that it may be there',
    meaning:
      'An entry of the exemptions file covers the finding, with a reason, an author and an end. It stays in the report and does not count. It never changes a verdict, and it ends when the content changes.',
    todo: 'Nothing until it ends. sigsweep exempt --list prints the entries.',
  },
  incomplete: {
    title: 'not everything was looked at',
    meaning:
      'Something could not be read or verified, or the scan was interrupted. What was not looked at is not clean. Without findings that count the exit code is 3.',
    causes: [
      'files that the user who scans may not read',
      'files that changed meanwhile',
      'a module that is unverified',
      'Ctrl-C or SIGTERM',
    ],
    todo: 'Read the notes, and the findings unreadable and changed. Scan as root, to the end.',
  },
  unchecked: {
    title: 'listed, and never compared',
    meaning:
      'Listed files that are edited on every system or never installed (amp_conf/astetc, amp_conf/moh, upgrades), or that lie in folders which were not given. They are counted, and nothing is said of them.',
    todo: 'Nothing; or say with --map where a folder lies that a note names.',
  },
  new: {
    title: 'was not there in the last complete scan',
    meaning:
      'Scans are remembered, and the last complete one of this web root did not have this finding. The others are marked with the day since which they are there.',
    todo: 'Begin with these. sigsweep diff lists them alone.',
  },
};
