import { type Command, InvalidArgumentError, Option } from 'commander';
import { SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { readTrustedFile } from '../files/trusted.js';
import { MAX_PASSPHRASE_BYTES } from '../limits.js';
import { parsePath } from './arguments.js';
import { readLineFrom } from './passphrase-descriptor.js';
import { Terminal } from './terminal/terminal.js';

/** Fewest characters of the passphrase of a new key: whoever gets hold of its file can try as many as they like. */
const MIN_NEW_CHARACTERS = 12;

/** How the passphrase of a private key reaches the program. */
export interface PassphraseArguments {
  readonly passphraseFile?: string;
  readonly passphraseFd?: number;
}

/**
 * Gets the passphrase of a key.
 * @param prompt what it is for, as `passphrase of KEY`; a colon is put behind it.
 * @param options `confirm` for a new key: it must not be short, and is asked for twice where somebody types it.
 */
export type PassphraseSource = (prompt: string, options?: { readonly confirm?: boolean }) => Promise<string>;

/**
 * Adds the options that say where a passphrase is. There is none that holds it: every user of the machine sees the
 * arguments of a program, and a configuration is read by many.
 */
export function withPassphraseOptions(command: Command): Command {
  return command
    .option('--passphrase-file <file>', 'read the passphrase from the first line of a file', parsePath)
    .addOption(
      new Option('--passphrase-fd <n>', 'read it from a descriptor that is open, 0 for standard input')
        .argParser(parseDescriptor)
        .conflicts('passphraseFile'),
    );
}

/**
 * Where passphrases come from: the descriptor (a line each time), the file, or else whoever sits at the terminal. Who
 * types both is refused by commander, so where both are given, the file is only configured. Never an empty one: it
 * comes from what went wrong before, most often.
 *
 * What it returns throws SigsweepError PASSPHRASE_UNUSABLE, FILE_UNSAFE when others may read or write the file, USAGE
 * where there is no terminal, and Interrupted.
 */
export function passphraseSource({ passphraseFile, passphraseFd }: PassphraseArguments): PassphraseSource {
  return async (prompt, { confirm = false } = {}) => {
    if (passphraseFd !== undefined) {
      const where = `--passphrase-fd ${passphraseFd}: `;
      return checked(where, decode(where, await readLineFrom(passphraseFd)), confirm);
    }
    if (passphraseFile !== undefined) return checked(`${passphraseFile}: `, readFirstLine(passphraseFile), confirm);
    return typed(prompt, confirm);
  };
}

function readFirstLine(file: string): string {
  try {
    const [line = ''] = readTrustedFile(file, { maxBytes: MAX_PASSPHRASE_BYTES, secret: true }).split('\n');
    return line;
  } catch (cause) {
    if (cause instanceof SigsweepError) throw cause;
    throw new SigsweepError('PASSPHRASE_UNUSABLE', `${file} cannot be read: ${errorInWords(cause)}`, { cause });
  }
}

function checked(where: string, line: string, isNew: boolean): string {
  const passphrase = line.replace(/\r$/, '');
  const problem = problemOf(passphrase, isNew);
  if (problem !== null) throw new SigsweepError('PASSPHRASE_UNUSABLE', `${where}${problem}`);
  return passphrase;
}

async function typed(prompt: string, isNew: boolean): Promise<string> {
  const terminal = Terminal.open();
  if (terminal === null) {
    throw new SigsweepError(
      'USAGE',
      'there is no terminal to ask for the passphrase on: give --passphrase-file or --passphrase-fd',
    );
  }
  try {
    for (;;) {
      const passphrase = await askFor(terminal, prompt);
      const problem = problemOf(passphrase, isNew);
      if (problem !== null) terminal.say(`${problem}\n`);
      else if (!isNew || (await askFor(terminal, `${prompt}, once more`)) === passphrase) return passphrase;
      else terminal.say('these two are not the same\n');
    }
  } finally {
    terminal.close();
  }
}

async function askFor(terminal: Terminal, prompt: string): Promise<string> {
  const bytes = await terminal.askHidden(`${prompt}: `);
  if (bytes === null) throw new SigsweepError('PASSPHRASE_UNUSABLE', 'no passphrase was typed');
  return decode('', bytes);
}

/** What is wrong with a passphrase, in words that are none of it. */
function problemOf(passphrase: string, isNew: boolean): string | null {
  if (passphrase === '') return 'the passphrase is empty';
  if (!isNew || [...passphrase].length >= MIN_NEW_CHARACTERS) return null;
  return `the passphrase of a new key has ${MIN_NEW_CHARACTERS} characters or more`;
}

/** A byte that is replaced would make it another one, and nobody would see why. */
function decode(where: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SigsweepError('PASSPHRASE_UNUSABLE', `${where}the passphrase is not UTF-8 text`, { cause });
  }
}

function parseDescriptor(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('give the number of an open descriptor.');
  return Number(text);
}
