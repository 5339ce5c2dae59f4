import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { errnoOf, SigsweepError } from '../../errors.js';
import { errorInWords } from '../../files/failure.js';
import { makePrivateFolder } from '../../files/private-folder.js';
import { readTrustedFile } from '../../files/trusted.js';
import { writeWhole } from '../../files/write.js';
import { MAX_FLEET_TEXT, MAX_REPORT_TEXT_BYTES, MAX_SPOOLED_BYTES, MAX_SPOOLED_REPORTS } from '../../limits.js';

/** What came of a job, until the coordinator has it. */
export interface Answer {
  /** That of the message that tells of it, however often it is sent. */
  readonly nonce: string;
  readonly job: string;
  /** When it was made, milliseconds since the epoch. */
  readonly made: number;
  /** Why there is no report; '' where there is one. */
  readonly code: string;
  /** The report in its wire form, or the reason in words. */
  readonly text: string;
}

/** An answer that waits, without its text. */
export type Waiting = Omit<Answer, 'text'> & { readonly bytes: number };

const NAME = /^([0-9a-f]{32})\.answer$/;
const MAX_HEAD_BYTES = 4096;

const nonce = z.string().regex(/^[0-9a-f]{32}$/);
const head = z.strictObject({
  nonce,
  job: nonce,
  made: z.number().int().min(0).max(8.64e15),
  code: z.string().max(MAX_FLEET_TEXT),
});

/** Answers on the disk: a line that says what it is, then the text. */
export class Spool {
  readonly #folder: string;
  readonly #waiting = new Map<string, Waiting>();
  /** Those that the disk did not take. */
  readonly #inMemory = new Map<string, Answer>();

  /**
   * @param say is told what could not be kept.
   * @throws SigsweepError FLEET_UNUSABLE, FILE_UNSAFE
   */
  constructor(
    folder: string,
    private readonly say: (sentence: string) => void,
  ) {
    this.#folder = join(folder, 'spool');
    try {
      makePrivateFolder(this.#folder);
      for (const name of readdirSync(this.#folder)) this.#find(name);
    } catch (cause) {
      if (cause instanceof SigsweepError) throw cause;
      throw new SigsweepError('FLEET_UNUSABLE', `${this.#folder} cannot be used: ${errorInWords(cause)}`, { cause });
    }
  }

  /** What waits, the oldest first. */
  get waiting(): readonly Waiting[] {
    return [...this.#waiting.values()].toSorted((one, other) => one.made - other.made);
  }

  /** The answer to a job, if it still waits. */
  ofJob(job: string): Waiting | undefined {
    return this.waiting.find((answer) => answer.job === job);
  }

  /** Keeps an answer: from here on the program may be killed. */
  keep(answer: Answer): void {
    const { text, ...rest } = answer;
    const bytes = Buffer.byteLength(text);
    this.#waiting.set(answer.nonce, { ...rest, bytes });
    this.#dropOldest();
    try {
      writeWhole(this.#fileOf(answer.nonce), [`${JSON.stringify(rest)}\n`, text], { mode: 0o600 });
      syncFolder(this.#folder);
    } catch (error) {
      this.#inMemory.set(answer.nonce, answer);
      const why = error instanceof Error ? error.message : String(error);
      this.say(`${why}: until it is sent, the report of job ${answer.job} is kept in memory only`);
    }
  }

  /** @returns `null` where it does not wait any more. */
  read(nonce: string): Answer | null {
    if (!this.#waiting.has(nonce)) return null;
    const kept = this.#inMemory.get(nonce);
    if (kept !== undefined) return kept;
    const answer = this.#readFile(nonce);
    if (answer === null) this.#waiting.delete(nonce);
    return answer;
  }

  /** Forgets an answer that the coordinator has. @returns whether it waited. */
  remove(nonce: string): boolean {
    const isKnown = this.#waiting.delete(nonce);
    this.#inMemory.delete(nonce);
    if (isKnown) rmSync(this.#fileOf(nonce), { force: true });
    return isKnown;
  }

  #find(name: string): void {
    const [, nonce] = NAME.exec(name) ?? [];
    if (nonce === undefined) return;
    const answer = this.#readFile(nonce);
    if (answer === null) return;
    const { text, ...rest } = answer;
    this.#waiting.set(nonce, { ...rest, bytes: Buffer.byteLength(text) });
  }

  /** Puts aside what is damaged, so that it is looked at once. */
  #readFile(nonce: string): Answer | null {
    const file = this.#fileOf(nonce);
    try {
      const content = readTrustedFile(file, { maxBytes: MAX_REPORT_TEXT_BYTES + MAX_HEAD_BYTES });
      const end = content.indexOf('\n');
      const read = head.parse(JSON.parse(content.slice(0, end)));
      if (read.nonce !== nonce) throw new Error('it is another one');
      return { ...read, text: content.slice(end + 1) };
    } catch (error) {
      if (error instanceof SigsweepError) throw error;
      const errno = errnoOf(error);
      if (errno === undefined) renameSync(file, `${file}.damaged`);
      const why = errno === undefined ? 'is damaged: it is put aside' : `cannot be read: ${errorInWords(error)}`;
      this.say(`${file} ${why}, and what it says is not sent`);
      return null;
    }
  }

  #dropOldest(): void {
    let bytes = this.waiting.reduce((sum, answer) => sum + answer.bytes, 0);
    for (const oldest of this.waiting) {
      const isTooMuch = this.#waiting.size > MAX_SPOOLED_REPORTS || bytes > MAX_SPOOLED_BYTES;
      if (!isTooMuch || this.#waiting.size === 1) return;
      bytes -= oldest.bytes;
      this.remove(oldest.nonce);
      this.say(`too much waits for the coordinator: the report of job ${oldest.job} is dropped, the oldest of them`);
    }
  }

  #fileOf(nonce: string): string {
    return join(this.#folder, `${nonce}.answer`);
  }
}

/** That a file has its name is on the disk only when its folder is. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
