import type { UnlistedClass } from '../types.js';
import type { ExplanationText } from './explanation.js';

/** What an unlisted file is; in a report `unlisted code`, as a code `unlisted-code`. */
export const UNLISTED_CLASS_TEXTS: Readonly<Record<UnlistedClass, ExplanationText>> = {
  code: {
    title: 'code that nobody signed',
    meaning:
      'PHP under a name that the web server runs, or a shell, CGI or other script. Critical: this is what a web shell looks like. On an untouched system there is next to none. In a module without a verified list all of its code is told in one line.',
    causes: [
      'a web shell, or a page that an intruder left',
      'a page or an application of your own',
      'a copy that an editor left (page.php~)',
    ],
    todo: 'Look at the file before anything else, at its owner and its times, and at what else the same user wrote. Do not open it in a browser. Move it out of the web root and keep it. Yours: exempt it by its hash, sigsweep exempt FILE --reason TEXT --expires 90d.',
  },
  'server-config': {
    title: 'server configuration that nobody signed',
    meaning:
      '.htaccess or .user.ini: it decides what the web server runs and hands out below its folder. Critical, but for .user.ini files that only set limits (low) or are as FreePBX writes them (info), and for copies of signed ones in another place (high).',
    causes: ['an intruder who makes the server run other files, or hands requests to one page', 'a rule of your own'],
    todo: 'Read it. Rewrite rules, handlers and auto_prepend_file that nobody knows are grave: move it away. Yours: exempt it by its hash.',
  },
  executable: {
    title: 'a program that nobody signed',
    meaning:
      'A file with the executable bit, or with the content of a program (ELF or #!), outside of dependencies. High.',
    causes: [
      'a tool that an intruder brought along',
      'a program or a script of your own',
      'a data file with wrong modes: chmod -x it',
    ],
    todo: 'Find out what it is, and whether it runs: ls -la, file, ps. Move away what nobody knows.',
  },
  dependency: {
    title: 'part of a dependency',
    meaning:
      'Files below node_modules, which signers leave out of their lists on many systems. Only counted (info), unless the server would run them; links from elsewhere into them are high. --deep looks for PHP in them, too.',
    todo: 'Nothing, as a rule. --all lists them.',
  },
  translation: {
    title: 'a translation',
    meaning: 'A catalogue of texts (i18n, .po, .mo), which systems bring up to date on their own. Only counted (info).',
    todo: 'Nothing. --all lists them.',
  },
  generated: {
    title: 'what FreePBX makes as it runs',
    meaning:
      'LESS caches and downloaded packages. Only counted (info), but a .lesscache is PHP that FreePBX includes: one that is more than literals is critical.',
    todo: 'Nothing where it is info. A critical .lesscache: look at it, move it away, and keep it; FreePBX makes another one.',
  },
  hidden: {
    title: 'a file with a dot in front',
    meaning:
      'A name, or a folder above it, begins with a dot: signers leave those out. Low, and listed only with --all. Code and server configuration are told as such, whatever they are called.',
    causes: ['what developers left: .gitignore, .travis.yml', 'a place where somebody keeps something'],
    todo: 'Look through them once: sigsweep scan --all.',
  },
  copy: {
    title: 'a copy of a signed file',
    meaning:
      'The bytes are those of a file that a trusted signer signed for another place; the note names it. Info below ucp and where FreePBX puts it itself, high for server configuration, low elsewhere. A copy that would run although its original would not is told as code.',
    causes: ['the module ucp, which installs copies of its pages', 'a backup that somebody made within the web root'],
    todo: 'Copies outside of ucp: find out who needs them, and remove those that nobody does.',
  },
  other: {
    title: 'another file that nobody signed',
    meaning:
      'None of the other classes: data, pictures, logs, documents. Low; but with <?php in it high in a picture or another asset, and medium elsewhere; links out of the web root are high, and folders among the modules that are no module are told, too.',
    causes: [
      'uploads, logs and files of your own',
      'data that an intruder collected, or code that waits to be included',
    ],
    todo: 'Look at those that are medium or high: the note says why. Low ones: know what they are.',
  },
};
