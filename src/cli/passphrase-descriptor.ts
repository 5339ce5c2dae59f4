import { fstatSync, readdirSync, readFileSync, readSync, type Stats } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { errnoOf, SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { MAX_PASSPHRASE_BYTES } from '../limits.js';

const LINE_FEED = 0x0a;

/** How long is waited where a writer is not ready yet, in milliseconds. */
const RETRY_MILLISECONDS = 20;

/**
 * Reads a line from a descriptor that whoever started the program has opened for it: up to its line end, which is taken
 * too, or the end. What stands behind it is left to be read.
 * @throws SigsweepError PASSPHRASE_UNUSABLE when it is not open, cannot be read, or the line is too long.
 * @throws SigsweepError USAGE when it is a terminal, which would show what is typed.
 */
export async function readLineFrom(descriptor: number): Promise<Buffer> {
  requireOpened(descriptor);
  const line: number[] = [];
  for (;;) {
    const byte = await readByte(descriptor);
    if (byte === undefined || byte === LINE_FEED) return Buffer.from(line);
    if (line.push(byte) > MAX_PASSPHRASE_BYTES) {
      throw unusable(descriptor, `its first line is longer than the ${MAX_PASSPHRASE_BYTES} bytes that are taken`);
    }
  }
}

/** One at a time: what is read too much would be lost to whoever reads on. */
async function readByte(descriptor: number): Promise<number | undefined> {
  const byte = Buffer.alloc(1);
  for (;;) {
    try {
      return readSync(descriptor, byte) === 0 ? undefined : byte[0];
    } catch (cause) {
      if (errnoOf(cause) === 'EBADF') throw notOpened(descriptor, cause);
      if (errnoOf(cause) !== 'EAGAIN') throw unusable(descriptor, errorInWords(cause), cause);
      await sleep(RETRY_MILLISECONDS);
    }
  }
}

function requireOpened(descriptor: number): void {
  if (isatty(descriptor)) {
    throw new SigsweepError(
      'USAGE',
      `--passphrase-fd ${descriptor}: it is a terminal, which would show it: leave the option out to be asked`,
    );
  }
  let stat: Stats;
  try {
    stat = fstatSync(descriptor);
  } catch (cause) {
    throw notOpened(descriptor, cause);
  }
  // Nothing that a shell opens is of no kind at all: it is what Node waits for events with.
  const isOfAnyKind = stat.isFile() || stat.isFIFO() || stat.isSocket() || stat.isCharacterDevice();
  if (!isOfAnyKind || (stat.isFIFO() && isWrittenHere(descriptor, stat))) throw notOpened(descriptor);
}

/** Whether this process holds the other end of a pipe, as it does of Node's own: reading it would wait for ever. */
function isWrittenHere(descriptor: number, pipe: Stats): boolean {
  return openDescriptors().some((other) => {
    if (other === descriptor) return false;
    try {
      const { ino, dev } = fstatSync(other);
      return ino === pipe.ino && dev === pipe.dev && isForWriting(other);
    } catch {
      return false; // It was the one that the list was read with.
    }
  });
}

/** None where there is no /proc. */
function openDescriptors(): number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number);
  } catch {
    return [];
  }
}

function isForWriting(descriptor: number): boolean {
  const [, flags = '0'] = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8')) ?? [];
  return (Number.parseInt(flags, 8) & 0o3) !== 0;
}

function notOpened(descriptor: number, cause?: unknown): SigsweepError {
  return unusable(descriptor, `it is not open for reading: open it as in ${descriptor}<FILE`, cause);
}

function unusable(descriptor: number, why: string, cause?: unknown): SigsweepError {
  return new SigsweepError('PASSPHRASE_UNUSABLE', `--passphrase-fd ${descriptor}: ${why}`, { cause });
}
