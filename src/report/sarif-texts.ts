import type { FindingKind, UnlistedClass, Verdict } from '../types.js';

/** What a rule means, and what to do where something breaks it. */
export interface RuleText {
  readonly title: string;
  readonly meaning: string;
  readonly todo: string;
}

const LOOK =
  'Look at the file before you replace it; then install the module again: fwconsole ma downloadinstall MODULE.';
const UNKNOWN = 'Look at the file, and move it away if nobody knows it. What may be there can be exempted.';

export const VERDICT_TEXTS: Readonly<Record<Exclude<Verdict, 'good'>, RuleText>> = {
  tampered: {
    title: 'signed files are not as they were signed',
    meaning: 'The signature is good and its signer trusted, but listed files are not as it says.',
    todo: LOOK,
  },
  unsigned: {
    title: 'there is no module.sig',
    meaning: 'Nobody vouches for any file of the module.',
    todo: 'Install the signed module, or sign it if it is yours.',
  },
  invalid: {
    title: 'module.sig is broken or altered',
    meaning: 'Nothing that it lists can be believed.',
    todo: 'Install the module again: fwconsole ma downloadinstall MODULE.',
  },
  'key-missing': {
    title: 'the key of the signer is not at hand',
    meaning: 'Whether the signature is good cannot be told.',
    todo: 'Get the key from a source that you trust: sigsweep keys import FILE.',
  },
  untrusted: {
    title: 'no anchor vouches for the signer',
    meaning: 'The signature is good, but nobody who counts says that its signer may sign modules.',
    todo: 'Find out who the signer is, or disable the module.',
  },
  expired: {
    title: 'the key or the signature ran out',
    meaning: 'What was signed had counted only until a date that is past.',
    todo: 'Install a release that is signed with a current key.',
  },
  revoked: {
    title: 'the signer no longer counts',
    meaning: 'The key was revoked, or the build was made to count for a while only.',
    todo: 'Disable the module now: fwconsole ma disable MODULE.',
  },
  'wrong-module': {
    title: 'the signature is another module\u2019s',
    meaning: 'Somebody put the signed files of one module into the folder of another.',
    todo: 'Remove the folder and install the right module.',
  },
  unverified: {
    title: 'the module could not be verified',
    meaning: 'Something that had to be read could not be.',
    todo: 'Scan again, as root, to the end.',
  },
};

export const KIND_TEXTS: Readonly<Record<Exclude<FindingKind, 'unlisted'>, RuleText>> = {
  altered: {
    title: 'the content is not what was signed',
    meaning: 'The SHA-256 of a listed file differs.',
    todo: LOOK,
  },
  missing: { title: 'a signed file is not there', meaning: 'A listed file does not exist.', todo: LOOK },
  'type-changed': {
    title: 'a link or something else lies where a signed file was',
    meaning: 'What has the name of a listed file is no regular file.',
    todo: LOOK,
  },
  unreadable: {
    title: 'a file could not be read',
    meaning: 'Nobody knows what it holds.',
    todo: 'Scan as root, and look why it could not be read.',
  },
  changed: {
    title: 'a file changed while it was read',
    meaning: 'What was hashed is no one content of the file.',
    todo: 'Scan again; find out who writes to it.',
  },
  downgraded: {
    title: 'an older release than before',
    meaning: 'The signature is older than one that was seen here before.',
    todo: 'Install the newest release, unless you put the older one there yourself.',
  },
};

export const CLASS_TEXTS: Readonly<Record<UnlistedClass, RuleText>> = {
  code: {
    title: 'code that nobody signed',
    meaning: 'The web server or a shell would run a file that no signature lists.',
    todo: UNKNOWN,
  },
  'server-config': {
    title: 'configuration of the web server that nobody signed',
    meaning: 'The file changes how the server treats the folder it lies in.',
    todo: UNKNOWN,
  },
  executable: {
    title: 'a program that nobody signed',
    meaning: 'A file that can be run, and that no signature lists.',
    todo: UNKNOWN,
  },
  dependency: { title: 'what npm installed', meaning: 'It lies in node_modules.', todo: 'Nothing.' },
  translation: { title: 'a translation that nobody signed', meaning: 'It lies in i18n.', todo: 'Nothing.' },
  generated: { title: 'a file that FreePBX makes', meaning: 'A cache, or the like.', todo: 'Nothing.' },
  hidden: { title: 'a dotfile that nobody signed', meaning: 'It is no code.', todo: UNKNOWN },
  copy: { title: 'a copy of a signed file', meaning: 'Its content is that of a signed file.', todo: UNKNOWN },
  other: { title: 'a file that nobody signed', meaning: 'It is none of the other classes.', todo: UNKNOWN },
};
