import { closeSync, constants, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import { SigsweepError } from '../errors.js';
import { errorInWords } from './failure.js';
import { foldersAbove } from './folders-above.js';
import { readFully } from './read.js';

/** How a trusted file is read. */
export interface TrustedFileOptions {
  /** Largest file that is taken, in bytes. */
  readonly maxBytes: number;
  /** Whether it holds a secret, which nobody else may read either. @default false */
  readonly secret?: boolean;
}

/** Group and others may write. */
export const WRITABLE_BY_OTHERS = 0o022;
const ACCESSIBLE_TO_OTHERS = 0o077;
/** In a folder with this bit, only its owner renames or removes a file. */
const STICKY = 0o1000;

/**
 * Reads a file that decides what the program does: one that nobody but root and the user who runs it can have written.
 * @throws SigsweepError FILE_UNSAFE when others could have written it, or could read the secret in it, and when it is
 * not UTF-8 text.
 * @throws Error of the system call when it cannot be read.
 */
export function readTrustedFile(file: string, options: TrustedFileOptions): string {
  return decode(file, readTrustedBytes(file, options));
}

/**
 * The same for a file that need not be text.
 * @throws SigsweepError FILE_UNSAFE, and Error of the system call when it cannot be read.
 */
export function readTrustedBytes(file: string, options: TrustedFileOptions): Buffer {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new SigsweepError('FILE_UNSAFE', `${file} is no regular file`);
    requireTrusted(file, stat, options.secret === true);
    if (stat.size > options.maxBytes) {
      throw new SigsweepError(
        'FILE_UNSAFE',
        `${file} has ${stat.size} bytes, more than the ${options.maxBytes} it may have`,
      );
    }
    const bytes = Buffer.alloc(stat.size);
    return bytes.subarray(0, readFully(descriptor, bytes, 0, stat.size));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Requires that nobody but root and the user who runs the program can write what `stat` is about, nor put another file
 * in its place: none of the folders above it, nor above any link on the way, belongs to others.
 * @throws SigsweepError FILE_UNSAFE, with what to do.
 */
export function requireTrusted(path: string, stat: Stats, secret = false): void {
  requireOwn(path, stat, secret ? ACCESSIBLE_TO_OTHERS : WRITABLE_BY_OTHERS);
  for (const folder of foldersOnTheWay(path)) requireHolder(folder);
}

/**
 * The same of a folder in which something is going to be made: others may make things there too, as in `/tmp`, but
 * cannot touch those of this user.
 * @throws SigsweepError FILE_UNSAFE, with what to do.
 */
export function requireTrustedFolder(folder: string): void {
  for (const above of foldersOnTheWay(folder)) requireHolder(above);
  requireHolder(folder);
}

function foldersOnTheWay(path: string): Set<string> {
  return lookAt(path, (given) => foldersAbove(given, requireOwnLink));
}

function requireHolder(folder: string): void {
  const stat = lookAt(folder, (given) => statSync(given));
  requireOwn(folder, stat, (stat.mode & STICKY) === 0 ? WRITABLE_BY_OTHERS : 0);
}

/** In a folder such as /tmp the owner of a link can make it lead elsewhere, whatever lies behind it now. */
function requireOwnLink(link: string, stat: Stats, folder: string): void {
  if ((statSync(folder).mode & STICKY) !== 0) requireOwn(link, stat, 0);
}

function lookAt<Result>(path: string, look: (path: string) => Result): Result {
  try {
    return look(path);
  } catch (cause) {
    if (cause instanceof SigsweepError) throw cause;
    throw new SigsweepError('FILE_UNSAFE', `${path} cannot be looked at: ${errorInWords(cause)}`, { cause });
  }
}

/** A byte that is replaced would make a password wrong, or a path another one, and nobody would see why. */
function decode(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SigsweepError('FILE_UNSAFE', `${file} is not UTF-8 text`, { cause });
  }
}

function requireOwn(path: string, { uid, mode }: Stats, forbidden: number): void {
  const own = process.getuid?.();
  if (uid !== 0 && uid !== own) {
    throw new SigsweepError('FILE_UNSAFE', `${path} belongs to user ${uid}, who could change it: chown root ${path}`);
  }
  if ((mode & forbidden) === 0) return;
  const [what, remedy] =
    forbidden === ACCESSIBLE_TO_OTHERS ? ['is open to others', 'go='] : ['can be written by others', 'go-w'];
  throw new SigsweepError('FILE_UNSAFE', `${path} ${what}: chmod ${remedy} ${path}`);
}
