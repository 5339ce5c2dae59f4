import type { Command } from 'commander';
import { SigsweepError } from '../../errors.js';
import { errorInWords } from '../../files/failure.js';
import { readTrustedFile, type TrustedFileOptions } from '../../files/trusted.js';
import { type QueueAddress, queueAddress } from '../../fleet/queue/address.js';
import { MAX_AUTHORITY_FILE_BYTES, MAX_QUEUE_PASSWORD_BYTES } from '../../limits.js';
import { parsePath } from '../arguments.js';

/** Where the queue of a fleet is, and how to get in. */
export interface QueueArguments {
  readonly queue: string;
  readonly queuePasswordFile?: string;
  readonly queueCa?: string;
  readonly insecure?: true;
}

/** Adds the options that say where the queue of a fleet is. */
export function withQueueOptions(command: Command): Command {
  return withQueueAccess(command.requiredOption('--queue <url>', 'the Redis of the fleet: rediss://USER@HOST:PORT'));
}

/** Adds the options that say how to get in. */
export function withQueueAccess(command: Command): Command {
  return command
    .option('--queue-password-file <file>', 'its password, the first line of a file', parsePath)
    .option('--queue-ca <file>', 'certificate of the authority that signed the one of Redis', parsePath)
    .option('--insecure', 'take redis:// to another machine, too: anybody on the way reads along');
}

/**
 * The address that the options give.
 * @throws SigsweepError USAGE; FILE_UNSAFE for a password that others can read, or an authority that they can write.
 */
export function queueAddressOf({ queue, queuePasswordFile, queueCa, insecure }: QueueArguments): QueueAddress {
  const password = queuePasswordFile === undefined ? undefined : passwordIn(queuePasswordFile);
  const authority = queueCa === undefined ? undefined : contentOf(queueCa, { maxBytes: MAX_AUTHORITY_FILE_BYTES });
  return queueAddress(queue, {
    ...(password === undefined ? {} : { password }),
    ...(authority === undefined ? {} : { authority }),
    insecure: insecure ?? false,
  });
}

function passwordIn(file: string): string {
  const [line = ''] = contentOf(file, { maxBytes: MAX_QUEUE_PASSWORD_BYTES, secret: true }).split(/\r?\n/);
  if (line === '') throw new SigsweepError('USAGE', `${file}: the first line, which is to be the password, is empty`);
  return line;
}

/** What a file says that an option names. @throws SigsweepError USAGE, FILE_UNSAFE */
export function contentOf(file: string, options: TrustedFileOptions): string {
  try {
    return readTrustedFile(file, options);
  } catch (cause) {
    if (cause instanceof SigsweepError) throw cause;
    throw new SigsweepError('USAGE', `${file} cannot be read: ${errorInWords(cause)}`, { cause });
  }
}
