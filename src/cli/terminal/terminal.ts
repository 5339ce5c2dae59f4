import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { SigsweepError } from '../../errors.js';
import { MAX_PASSPHRASE_BYTES } from '../../limits.js';
import { escapeControls } from '../../report/escape.js';
import { Interrupted } from '../interrupt.js';
import { HiddenLine } from './hidden-line.js';

const TERMINAL = '/dev/tty';

/** What ends a program from outside: none of them may leave a terminal behind that shows nothing. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

const LINE_FEED = 0x0a;

/**
 * The terminal that the program was started from, wherever its standard streams lead. To be closed: a program that waits
 * for nothing else ends only then, and what was hidden is shown again.
 */
export class Terminal {
  readonly #output: number;
  readonly #input: ReadStream;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #interrupted: Promise<never>;
  #interrupt: (signal: NodeJS.Signals) => void = () => undefined;
  /** Read already, and not looked at yet. */
  #pending: Buffer = Buffer.alloc(0);
  readonly #restore = () => this.#hide(false);

  private constructor(input: number, output: number) {
    this.#output = output;
    this.#input = new ReadStream(input);
    this.#input.on('error', () => undefined);
    this.#chunks = this.#input[Symbol.asyncIterator]();
    this.#interrupted = new Promise((_, reject) => {
      this.#interrupt = (signal) => reject(new Interrupted(signal));
    });
    this.#interrupted.catch(() => undefined);
    for (const signal of SIGNALS) process.on(signal, this.#interrupt);
    process.once('exit', this.#restore);
  }

  /** `null` where there is none, as in a job of cron. */
  static open(): Terminal | null {
    let output: number | undefined;
    try {
      // One for each way: reading must not wait, and writing must.
      output = openSync(TERMINAL, constants.O_WRONLY | constants.O_NOCTTY);
      return new Terminal(openSync(TERMINAL, constants.O_RDONLY | constants.O_NOCTTY), output);
    } catch {
      if (output !== undefined) closeSync(output);
      return null;
    }
  }

  close(): void {
    for (const signal of SIGNALS) process.off(signal, this.#interrupt);
    process.off('exit', this.#restore);
    this.#restore();
    this.#input.destroy();
    closeSync(this.#output);
  }

  /** Shows lines of text, with nothing in them that the terminal would obey. */
  say(text: string): void {
    try {
      writeSync(this.#output, text.split('\n').map(escapeControls).join('\n'));
    } catch {
      // It is gone, which whoever reads from it sees too.
    }
  }

  /**
   * Asks for a line, which is shown as it is typed.
   * @returns `null` where nobody answers: Ctrl-D, or a terminal that is gone.
   * @throws Interrupted
   */
  ask(prompt: string): Promise<string | null> {
    return this.#prompted(prompt, async () => {
      const line: number[] = [];
      for (let byte = await this.#next(); byte !== LINE_FEED; byte = await this.#next()) {
        if (byte === null) return null;
        line.push(byte);
      }
      return Buffer.from(line).toString();
    });
  }

  /**
   * Asks for a line of which nothing is shown. From here on nothing is, until the terminal is closed: who types ahead
   * shall not be seen either.
   * @returns its bytes; `null` where nobody answers.
   * @throws Interrupted
   * @throws SigsweepError PASSPHRASE_UNUSABLE when it is longer than any passphrase, or would be shown.
   */
  async askHidden(prompt: string): Promise<Buffer | null> {
    this.#hide(true);
    // What went wrong is told to listeners for errors only.
    if (!this.#input.isRaw) throw new SigsweepError('PASSPHRASE_UNUSABLE', 'this terminal cannot hide what is typed');
    return this.#prompted(prompt, async () => {
      const line = new HiddenLine();
      for (;;) {
        const byte = await this.#next();
        const state = byte === null ? 'end' : line.type(byte);
        if (state === 'interrupted') throw new Interrupted('SIGINT');
        if (state === 'end') return null;
        if (state === 'entered') return line.bytes;
        if (line.bytes.length > MAX_PASSPHRASE_BYTES) {
          throw new SigsweepError(
            'PASSPHRASE_UNUSABLE',
            `what was typed is longer than the ${MAX_PASSPHRASE_BYTES} bytes that a passphrase may have`,
          );
        }
      }
    });
  }

  /** What comes next on the screen begins a line, whoever ended the last one. */
  async #prompted<Answer>(prompt: string, read: () => Promise<Answer>): Promise<Answer> {
    this.say(prompt);
    let isEntered = false;
    try {
      const answer = await read();
      isEntered = answer !== null;
      return answer;
    } finally {
      if (!isEntered || this.#input.isRaw) this.say('\n');
    }
  }

  async #next(): Promise<number | null> {
    if (this.#pending.length === 0) {
      // A terminal that was hung up is an error of reading.
      const chunk = this.#chunks.next().catch(() => ({ done: true, value: undefined }) as const);
      const { done, value } = await Promise.race([chunk, this.#interrupted]);
      if (done === true) return null;
      this.#pending = value;
    }
    const [byte = null] = this.#pending;
    this.#pending = this.#pending.subarray(1);
    return byte;
  }

  #hide(isHidden: boolean): void {
    if (this.#input.isRaw !== isHidden) this.#input.setRawMode(isHidden);
  }
}
