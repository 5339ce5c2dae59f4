import type { ExplanationText } from './explanation.js';

/** What was given to the program: words, places, files that say how it works. */
export const INPUT_ERRORS = {
  USAGE: {
    title: 'the command line was not understood',
    meaning:
      'An option, an argument, or a variable of the environment that begins with SIGSWEEP_ is unknown, is missing, excludes another one, or has a value that it does not take. Nothing was done.',
    todo: 'The message names the word. sigsweep COMMAND --help and man sigsweep say what there is.',
  },
  WEB_ROOT_NOT_FOUND: {
    title: 'there is no FreePBX in that place',
    meaning:
      'The web root that was given, or that /etc/freepbx.conf and /etc/amportal.conf name, or /var/www/html, is not there, cannot be read, or has no admin/modules in it. Nothing was scanned.',
    causes: [
      'a path with a slip',
      'a system that is mounted elsewhere',
      'a user who may not read the configuration or the folder',
    ],
    todo: 'Give the folder that holds admin/: sigsweep scan /var/www/html. For a system below another folder: --root DIR. Run it as root.',
  },
  MODULE_NOT_FOUND: {
    title: 'there is no such module',
    meaning: 'What was named is no folder with a module.xml or a module.sig, and no package.',
    todo: 'Give the name of a folder in admin/modules to --module, or the path of a module, a package or a module.sig to verify.',
  },
  CONFIG_UNREADABLE: {
    title: 'the configuration cannot be read',
    meaning:
      'The file that --config or SIGSWEEP_CONFIG names, or /etc/sigsweep/config.yaml, is there and cannot be read, or was named and is not there. Nothing was done: without it the program would trust and tell others than it should.',
    todo: 'Put the path or its modes right, or leave it out with --no-config.',
  },
  CONFIG_MALFORMED: {
    title: 'the configuration is not understood',
    meaning:
      'It is no YAML, or has a key that sets nothing, or a value that its option does not take. The message names the line.',
    todo: 'Put it right, and check it: sigsweep config check FILE. sigsweep config print lists what there is.',
  },
  EXEMPTIONS_UNREADABLE: {
    title: 'the exemptions cannot be read',
    meaning: 'The file that --exemptions names is not there, or one that is there cannot be read. Nothing was scanned.',
    todo: 'Put the path or its modes right, or leave out --exemptions.',
  },
  EXEMPTIONS_MALFORMED: {
    title: 'the exemptions are not understood',
    meaning:
      'An entry lacks something, has an end more than a year away, or would cover more than it may. The message names the line. Nothing was scanned: to leave an entry out would cause a false alarm.',
    todo: 'Put the entry right, or make it anew: sigsweep exempt FILE --reason TEXT --expires 90d.',
  },
  NOT_EXEMPTIBLE: {
    title: 'there is nothing to exempt, or nothing that may be',
    meaning:
      'The files have no finding that counts, or only such as no exemption covers: verdicts on modules, what could not be read or changed meanwhile, what took the place of a file, links that the server would run.',
    todo: 'Look at what the scan says of them: sigsweep show last.',
  },
  FILE_UNSAFE: {
    title: 'others could write the file, or read a secret in it',
    meaning:
      'A file or a folder that decides what the program does, or a folder above it, belongs to another user or can be written by others; or a secret can be read by others; or it is no regular file. It is not used: whoever can write it could switch the program off.',
    todo: 'The message ends with the command that puts it right, as chown root FILE or chmod go-w FILE. Look first who wrote there.',
  },
  OUTPUT_FAILED: {
    title: 'the output could not be written',
    meaning:
      'A report, a key or another file, or standard output, could not be written. Files are written whole or not at all: what was there is still there.',
    causes: [
      'a full disk',
      'a folder that is not there, or that this user may not write',
      'another sigsweep that changes the same file',
    ],
    todo: 'Make room, or give another place with --output.',
  },
} as const satisfies Readonly<Record<string, ExplanationText>>;
