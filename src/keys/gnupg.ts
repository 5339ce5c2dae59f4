import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { errnoOf, SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { MAX_KEYRING_FILE_BYTES, MAX_SIGNED_PACKAGE_BYTES } from '../limits.js';

/** One user's GnuPG: his keys, and the agent that holds the private ones or asks a smart card. */
export interface Gnupg {
  /** @default the one that gpg takes by itself: GNUPGHOME, or ~/.gnupg */
  readonly home?: string;
  /** For private keys, by a loopback pinentry. @default the agent asks by itself */
  readonly passphrase?: string;
  /** When it aborts, gpg is ended, whatever it waits for. */
  readonly signal?: AbortSignal;
}

/**
 * GnuPG with the passphrase of a key, which is asked for once, when it is needed first.
 * @param ask gets it; `null` leaves it to the agent.
 */
export function withPassphrase(
  gnupg: Gnupg,
  fingerprint: string,
  ask: ((prompt: string) => Promise<string>) | null,
): () => Promise<Gnupg> {
  if (ask === null) return async () => gnupg;
  let asked: Promise<string> | undefined;
  return async () => {
    asked ??= ask(`passphrase of key ${fingerprint}`);
    return { ...gnupg, passphrase: await asked };
  };
}

/** Most that is kept of what it says, in characters. */
const MOST_SAID = 4000;

/** What gpg may put out: a signed package, or a keyring. */
const MOST_OUTPUT = Math.max(MAX_SIGNED_PACKAGE_BYTES, MAX_KEYRING_FILE_BYTES) + 1024 * 1024;

/**
 * Runs gpg to its end. It waits for whoever types a passphrase or touches a card, so its time is not bounded.
 * @param answer what it is told when it asks, by the keyword of its question
 * @throws SigsweepError GNUPG_FAILED in gpg's own words, PASSPHRASE_WRONG
 */
export async function runGnupg(
  { home, passphrase, signal }: Gnupg,
  args: readonly string[],
  input: Uint8Array = new Uint8Array(),
  answer?: (question: string) => string,
): Promise<Buffer> {
  const where = home === undefined ? [] : ['--homedir', home];
  const how = passphrase === undefined ? [] : ['--pinentry-mode', 'loopback', '--passphrase-fd', '4'];
  // Told to ask nothing, it would not ask what it is to be answered either.
  const asks = answer === undefined ? ['--batch'] : ['--command-fd', '0'];
  // Of the user's options some sign with SHA-1, with another key as well, for a day only, or write to another file.
  const fixed = [...where, ...asks, '--no-options', '--no-tty', '--no-auto-check-trustdb', '--status-fd', '3', ...how];
  const child = spawn('gpg', [...fixed, ...args], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...terminal() },
    ...(signal === undefined ? {} : { signal }),
  });
  const [stdin, stdout, stderr, questions, passphrasePipe] = child.stdio as unknown as [
    Writable,
    Readable,
    Readable,
    Readable,
    Writable,
  ];
  // It may end without having read everything; its exit code says whether that was meant.
  for (const pipe of [stdin, passphrasePipe]) pipe.on('error', () => undefined);
  if (answer === undefined) stdin.end(input);
  passphrasePipe.end(passphrase === undefined ? '' : `${passphrase}\n`);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const answered = answer === undefined ? collect(questions, 0) : answerAll(questions, stdin, answer);
  try {
    const [output, said, code] = await Promise.all([
      collect(stdout, MOST_OUTPUT),
      collect(stderr, MOST_SAID),
      ended,
      answered,
    ]);
    if (code !== 0) throw failure(said.toString('utf8'));
    return output;
  } catch (cause) {
    child.kill();
    if (cause instanceof SigsweepError) throw cause;
    const why = errnoOf(cause) === 'ENOENT' ? 'it is not installed' : errorInWords(cause);
    throw new SigsweepError('GNUPG_FAILED', `gpg: ${why}`, { cause });
  }
}

/** Answers what is asked on the status pipe, one line after the other. */
async function answerAll(questions: Readable, stdin: Writable, answer: (question: string) => string): Promise<void> {
  for await (const line of createInterface(questions)) {
    const question = /^\[GNUPG:\] GET_(?:BOOL|LINE) (\S+)$/.exec(line)?.[1];
    if (question !== undefined) stdin.write(`${answer(question)}\n`);
  }
}

/** A pinentry for terminals has to be told which one. */
function terminal(): { GPG_TTY?: string } {
  if (process.env.GPG_TTY !== undefined || process.stdin.isTTY !== true) return {};
  try {
    return { GPG_TTY: readlinkSync('/proc/self/fd/0') };
  } catch {
    return {};
  }
}

/** What a stream holds, up to a limit; the rest is read and dropped, so that whoever writes it comes to its end. */
async function collect(stream: Readable, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (length < most) chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks);
}

function failure(said: string): SigsweepError {
  if (/bad passphrase/i.test(said)) {
    return new SigsweepError('PASSPHRASE_WRONG', 'gpg: the passphrase is wrong');
  }
  const [, missing] = /Fatal: (.*): directory does not exist/.exec(said) ?? [];
  if (missing !== undefined) {
    const remedy = 'give another --gnupg-home DIR, or a private key with --key FILE';
    return new SigsweepError('GNUPG_FAILED', `there is no GnuPG keystore ${missing}: ${remedy}`);
  }
  const lines = said
    .split('\n')
    .map((line) => line.replace(/^gpg: /, '').trim())
    .filter((line) => line !== '' && !/^WARNING: unsafe permissions/.test(line));
  const why = lines.at(-1) ?? 'it failed and did not say why';
  const remedy = /no pinentry|inappropriate ioctl/i.test(why) ? '; give --passphrase-file or --passphrase-fd' : '';
  return new SigsweepError('GNUPG_FAILED', `gpg: ${why}${remedy}`);
}
