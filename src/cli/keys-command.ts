import { type Command, InvalidArgumentError, Option } from 'commander';
import { collect, parsePath, withSystemOptions, withTrustOptions } from './arguments.js';
import type { CertifyArguments } from './keys/certify.js';
import type { GenerateArguments } from './keys/generate.js';
import type { KnownKeysArguments } from './keys/known-keys.js';
import type { ListArguments } from './keys/list.js';
import { REVOCATION_REASONS } from './keys/reasons.js';
import type { RefreshArguments } from './keys/refresh.js';
import type { RequestArguments } from './keys/request.js';
import type { RevokeArguments } from './keys/revoke.js';
import type { OutputArguments } from './keys/write-key.js';
import { withPassphraseOptions } from './passphrase.js';
import { withSignerOptions } from './signer-options.js';

/** `sigsweep keys …`: whose signatures count, and why. What each command does is loaded when it runs. */
export function addKeysCommand(program: Command): void {
  const keys = program
    .command('keys')
    .summary('keys: list, keep, make, certify, revoke')
    .description(
      'Keys are kept in a folder that others cannot write (--key-folder), and scans\n' +
        'use them. Keeping a key trusts nobody: only what an anchor has certified counts.',
    );
  addReading(keys);
  addKeeping(keys);
  addMaking(keys);
  addAuthority(keys);
}

function addReading(keys: Command): void {
  const list = keys
    .command('list')
    .summary('the keys at hand: where from, and why they count or not')
    .option('--json', 'print them as JSON');
  known(list).action(async (given: ListArguments) => (await import('./keys/list.js')).listKeys(given));
  const show = keys
    .command('show')
    .summary('one key with all that is known of it')
    .argument('<fingerprint>', 'all 40 hex digits')
    .option('--json', 'print it as JSON');
  known(show).action(async (name: string, given: ListArguments) =>
    (await import('./keys/list.js')).showKey(name, given),
  );
  const anchors = keys.command('anchors').summary('the keys that everything rests on');
  known(anchors).action(async (given: KnownKeysArguments) => (await import('./keys/anchors.js')).listAnchors(given));
}

function addKeeping(keys: Command): void {
  const take = keys
    .command('import')
    .summary('keep public keys')
    .argument('<file...>', 'key files, folders of them, or gnupg:DIR', collect);
  known(take).action(async (files: readonly string[], given: KnownKeysArguments) =>
    (await import('./keys/import.js')).importKeys(files, given),
  );
  const hand = keys.command('export').summary('print a public key').argument('<fingerprint>', 'all 40 hex digits');
  known(withOutput(hand)).action(async (name: string, given: KnownKeysArguments & OutputArguments) =>
    (await import('./keys/write-key.js')).exportKey(name, given),
  );
  const refresh = keys
    .command('refresh')
    .summary('get keys anew from a server: the one command that uses a network')
    .description('Adds what a server has of keys to what is kept. Takes nothing away, revocations\nleast of all.')
    .argument('[fingerprint...]', 'which keys (default: all at hand)', collect)
    .requiredOption('--from <url>', 'hkp://HOST, hkps://HOST, https://HOST/pks/lookup, or the address of a key file');
  known(refresh).action(async (names: readonly string[], given: RefreshArguments) =>
    (await import('./keys/refresh.js')).refresh(names ?? [], given),
  );
}

function addMaking(keys: Command): void {
  const generate = keys
    .command('generate')
    .summary('make a key that signs')
    .requiredOption('--name <name>', 'whose key it is', parseUserIdPart)
    .option('--email <address>', 'an address for its user ID', parseUserIdPart)
    .addOption(new Option('--type <type>', 'kind of key').choices(['ed25519', 'rsa4096']).default('ed25519'))
    .option('--expires <when>', 'after a while, as 730d, or on a day, as 2028-01-31 (default: never)')
    .requiredOption('--output <key-file>', 'where the private key goes; never over a file that is there', parsePath)
    .option('--no-passphrase', 'do not lock the private key: whoever can read its file can sign');
  known(withPassphraseOptions(generate)).action(async (given: GenerateArguments) =>
    (await import('./keys/generate.js')).generate(given),
  );
  const request = keys
    .command('request')
    .summary('ask to have a key certified')
    .description('Prints what is mailed to an authority: the public key, and the proof that its\nprivate part is held.')
    .option('--nonce <nonce>', 'what the authority gave for the proof (default: a random one)');
  known(withSignerOptions(withOutput(request))).action(async (given: RequestArguments) =>
    (await import('./keys/request.js')).request(given),
  );
}

function addAuthority(keys: Command): void {
  const certify = keys
    .command('certify')
    .summary('vouch for a key that you have checked')
    .description(
      'Certifies a key with your own, keeps the result, and prints it for its owner.\n' +
        'Check the fingerprint with its owner by another way than the one by which the\n' +
        'key came.',
    )
    .argument('<key>', 'a request, a key file, or the fingerprint of a key at hand', parsePath)
    .option('--fingerprint <digits>', 'the fingerprint as its owner told you (default: asked for)')
    .option('--nonce <nonce>', 'what you gave for the proof: a request must be made for it')
    .option('--expires <when>', 'how long it counts, as 365d, or until which day (default: for ever)')
    .option('--no-export', 'for your own use only: it counts for nobody, scans included');
  known(withSignerOptions(withOutput(certify))).action(async (subject: string, given: CertifyArguments) =>
    (await import('./keys/certify.js')).certifyKey(subject, given),
  );
  const revoke = keys
    .command('revoke')
    .summary('take a certification back, or end your own key')
    .description(
      'With the key of an authority: takes its certification of the key back. With the\n' +
        'key itself: revokes it for ever. Every module of a revoked signer is revoked from\n' +
        'the next scan on.',
    )
    .argument('<fingerprint>', 'all 40 hex digits')
    .addOption(new Option('--reason <reason>', 'why').choices(Object.keys(REVOCATION_REASONS)).default('none'))
    .option('--comment <text>', 'more about why; everybody can read it')
    .option('--yes', 'do not ask');
  known(withSignerOptions(withOutput(revoke))).action(async (name: string, given: RevokeArguments) =>
    (await import('./keys/revoke.js')).revoke(name, given),
  );
}

/** Whatever a scan would have at hand. */
function known(command: Command): Command {
  return withTrustOptions(withSystemOptions(command));
}

function withOutput(command: Command): Command {
  return command.option('--output <key-file>', 'write the public key to a file (default: print it)', parsePath);
}

/** A user ID is `Name <address>`: brackets in either would make it another one. */
function parseUserIdPart(text: string): string {
  if (!/^[^\p{C}<>()]{1,200}$/u.test(text) || text.trim() !== text) {
    throw new InvalidArgumentError('give a name without brackets, line ends, or blanks around it.');
  }
  return text;
}
