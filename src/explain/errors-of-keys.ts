import type { ExplanationText } from './explanation.js';

/** Keys and whoever signs. */
export const KEY_ERRORS = {
  KEYRING_UNREADABLE: {
    title: 'a keyring cannot be read',
    meaning:
      'A file or a folder that --keyring names, or the key folder, is not there or cannot be read. Nothing was scanned: without its keys, and the revocations in them, the verdicts would be wrong.',
    causes: ['a path with a slip', 'a user who may not read it', 'a GnuPG home without a keyring in it'],
    todo: 'Put the path or its modes right. For the keystore of GnuPG write gnupg:DIR.',
  },
  KEYRING_MALFORMED: {
    title: 'a keyring holds no keys that can be read',
    meaning:
      'The file is no OpenPGP key, is damaged, or is not the key that it is named after; or a folder has no file with keys.',
    todo: 'Get the key anew: gpg --armor --export FINGERPRINT > FILE. A key in the key folder: move the file away, and import it again with sigsweep keys import.',
  },
  FINGERPRINT_MALFORMED: {
    title: 'that is no fingerprint',
    meaning:
      'A fingerprint has 40 hex digits; spaces in it do not matter. Short key ids are refused: others can make keys with the same one.',
    todo: 'Give all 40 digits: gpg --fingerprint or sigsweep keys list shows them.',
  },
  REVOKED_LIST_UNREADABLE: {
    title: 'the list of revoked fingerprints cannot be read',
    meaning:
      'The file that --revoked names is not there or cannot be read. Nothing was scanned: without it a revoked signer would count.',
    todo: 'Put the path or its modes right. It holds one fingerprint a line, and # begins a comment.',
  },
  GNUPG_FAILED: {
    title: 'GnuPG did not do what was asked',
    meaning:
      'gpg is not installed, has no keystore there, asked something unexpected, took too long or failed. The message quotes it.',
    todo: 'Try it by hand: gpg --list-secret-keys. Name another keystore with --gnupg-home DIR, or use a key in a file with --key FILE.',
  },
  SIGNER_UNUSABLE: {
    title: 'that key must not or cannot sign',
    meaning:
      'There is no such private key, or several and none was named, or it is revoked, expired, too weak, not meant for signing, or certified by no anchor: nobody would accept what it signs.',
    todo: 'Say which with --signer FINGERPRINT or --key FILE. To have a key certified: sigsweep keys request. For a test of your own: --allow-uncertified.',
  },
  PASSPHRASE_WRONG: {
    title: 'the passphrase does not open the key',
    meaning: 'The private key is locked, and what was given does not unlock it, or nothing was.',
    todo: 'Give the right one, on the terminal or with --passphrase-file FILE.',
  },
  PASSPHRASE_UNUSABLE: {
    title: 'there is no passphrase where one was said to be',
    meaning:
      'The file or the descriptor cannot be read, is empty, is no UTF-8 text or too long; or this terminal cannot hide what is typed.',
    todo: 'Put the passphrase on the first line of a file that only you can read, and give it with --passphrase-file FILE.',
  },
  KEY_NOT_FOUND: {
    title: 'there is no key with this fingerprint here',
    meaning: 'Neither the web root, nor the key folder, nor a keyring that was given has it.',
    todo: 'sigsweep keys list shows those at hand. Keep it first: sigsweep keys import FILE.',
  },
  KEY_REFUSED: {
    title: 'the key is not what it is said to be',
    meaning:
      'Its fingerprint is another one than was given, its request was not made by it or for another nonce, it was revoked or has expired, or it is too weak. It was neither kept nor certified nor revoked.',
    todo: 'Ask its owner for the fingerprint, by another way than the one by which the key came. Somebody may have exchanged it.',
  },
  REFRESH_FAILED: {
    title: 'keys could not be fetched',
    meaning:
      'The server did not answer, answered something else than keys, or could not prove who it is. What is kept has not changed.',
    todo: 'Look at the network and at the address behind --from. Try again later, or another server.',
  },
  SIGNING_FAILED: {
    title: 'the module cannot be signed as it is',
    meaning:
      'It holds links, special files or names that no list can hold, is called otherwise than its module.xml says, or changed meanwhile; or what was signed did not hold when it was verified. Nothing was written.',
    todo: 'Put right what the message names, and sign again while nobody writes in the folder.',
  },
  MODULE_NOT_PUBLISHABLE: {
    title: 'the module is not fit to be published',
    meaning:
      'FreePBX or a repository would refuse it, or it would not work. The lines below the message name each problem.',
    todo: 'Put them right, and pack again: sigsweep pack DIR.',
  },
} as const satisfies Readonly<Record<string, ExplanationText>>;
