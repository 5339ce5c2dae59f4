import type { Verdict } from '../types.js';
import type { ExplanationText } from './explanation.js';

export const VERDICT_TEXTS: Readonly<Record<Verdict, ExplanationText>> = {
  good: {
    title: 'the module is as its signer published it',
    meaning:
      'A trusted signer signed the list of files in module.sig, and every file on it that is checked has the content that was signed. It says nothing of files that are not on the list: those are findings of their own, in a good module too.',
    todo: 'Nothing.',
  },
  tampered: {
    title: 'signed files are not as they were signed',
    meaning:
      'The signature is good and its signer trusted, but listed files are altered, missing, or no regular files any more. The findings name each of them.',
    causes: [
      'somebody edited a file: a rebranded page, a patch, a quick fix',
      'somebody broke in and changed pages',
      'an update that was cut short, or a disk that fails',
      'line ends or encodings that a copy changed (the finding says "line endings only")',
    ],
    todo: 'Look at the files before you replace them, and keep a copy: they may be evidence. Then put the published ones back: fwconsole ma downloadinstall MODULE. What you changed yourself and keep, exempt by its hash: sigsweep exempt FILE --reason TEXT --expires 90d.',
  },
  unsigned: {
    title: 'there is no module.sig',
    meaning:
      'Nobody vouches for any file of the module, so nothing could be compared. As bad as medium; critical for framework and core, which are always signed. Its code is reported as unlisted, in one line.',
    causes: [
      'a module of your own or of somebody who does not sign',
      'a module that was copied by hand, without module.sig',
      'somebody removed module.sig to hide changes',
      'somebody made a folder look like a module',
    ],
    todo: 'If it comes from a repository, install the signed one: fwconsole ma downloadinstall MODULE. If you wrote it, sign it: sigsweep sign DIR. If nobody knows it, look at it, then remove it: fwconsole ma delete MODULE.',
  },
  invalid: {
    title: 'module.sig is broken or altered',
    meaning:
      'There is a module.sig, but it is not a signature over its text, or not what the format allows: nothing that it lists can be believed.',
    causes: [
      'somebody edited the list of files, or put text around it',
      'a file that was cut short or damaged: an update that did not end, a full disk',
      'a signature of a kind that is refused: a weak key, a broken digest, or SHA-1 with --policy strict',
      'a signature that is dated in the future: look at the clock of this machine',
    ],
    todo: 'Do not trust what lies there. Install the module again: fwconsole ma downloadinstall MODULE.',
  },
  'key-missing': {
    title: 'the key of the signer is not at hand',
    meaning:
      'module.sig names a key that is neither in the web root, nor in the key folder, nor in what --keyring names. Whether the signature is good cannot be told. It is no sign of tampering.',
    causes: [
      'a developer with a key of his own, whose key file did not come with the module',
      'a scan of a single module or of a copied folder, without the key files of the system around it',
      'somebody signed with a key that he made up',
    ],
    todo: 'Get the key with this fingerprint from a source that you trust, and keep it: sigsweep keys import FILE. It counts only if an anchor has certified it.',
  },
  untrusted: {
    title: 'no anchor vouches for the signer',
    meaning:
      'The signature may be good, but neither is the signer one of the pinned keys nor has one of them certified it in a way that stands now. Anybody can make such a signature.',
    causes: [
      'somebody signed his own files with his own key',
      'a certification that has expired, was never exportable, or is too weak to count',
      'a signer of your own organisation, whose anchor was not given with --anchor',
    ],
    todo: 'Find out who the signer is: sigsweep keys show FINGERPRINT says why it does not count. If it is yours, name its anchor with --anchor FINGERPRINT. Else disable the module: fwconsole ma disable MODULE.',
  },
  expired: {
    title: 'the signature or the key has expired',
    meaning:
      "The signature would be good, but its own time or that of the signer's key is over. Keys are judged as they are now, not as they were on the day of signing.",
    causes: [
      'an old release whose signer has a new key since',
      'a key whose extension is not at hand: a newer copy of it may say so',
      'a clock that is ahead',
    ],
    todo: 'Install a release that is signed with a current key: fwconsole ma downloadinstall MODULE. Where the signer has extended the key, get it anew: sigsweep keys refresh FINGERPRINT --from URL.',
  },
  revoked: {
    title: 'the signer no longer counts',
    meaning:
      'The key, or the subkey that signed, was revoked; or its certification was taken back; or its fingerprint is on the list that --revoked names; or it is a test build whose time has passed. It counts whatever the reason and the date.',
    causes: [
      "the signer's key was stolen, or replaced",
      'the authority does not vouch for the developer any more',
      'a test build (expiresafter) that should have been replaced',
    ],
    todo: 'Disable the module now: fwconsole ma disable MODULE. sigsweep enforce lists all modules of revoked signers, and disables them with --yes.',
  },
  'wrong-module': {
    title: 'the folder holds what was signed for another module',
    meaning:
      'The signature is good, but it is over the files of another module, or of none by name: the signed module.xml does not name this folder. With a genuine signature of an old or harmless module anybody could give a folder a good look.',
    causes: ['somebody copied a module under another name', 'a folder that was renamed by hand'],
    todo: 'Look at the folder, then remove it, and install the right module: fwconsole ma downloadinstall MODULE.',
  },
  unverified: {
    title: 'nothing can be said of the module',
    meaning:
      'The signature, or listed files, could not be read, or the scan ended before they were. The scan is incomplete. It is neither good nor bad news.',
    causes: [
      'the user who scans may not read it: run the scan as root',
      'files that were changed or exchanged while they were read: an update at the same time',
      'a scan that was interrupted',
      'a disk or a network file system with errors',
    ],
    todo: 'Scan again, as root, to the end and while nothing is installed. If it stays so, look why the files cannot be read.',
  },
};
