import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { SigsweepError } from '../../errors.js';
import { type BytePath, join } from '../../files/bytepath.js';
import { MAX_SEALED_CHARACTERS } from '../../limits.js';
import type { Progress } from '../../scan/options.js';
import type { ScanPart } from '../../scan/part.js';
import { moduleFolder } from '../../scan/system/layout.js';
import { believe } from '../message/believe.js';
import { readPart } from '../message/part-wire.js';
import { COORDINATOR, isHostName } from '../names.js';
import type { Batch } from './batches.js';

/** What was asked for, and who may answer. */
export interface PartsOptions {
  readonly root: BytePath;
  /** The scan's. */
  readonly nonce: string;
  readonly batches: readonly Batch[];
  /** `null` where nothing of the host counts. */
  readonly keyOf: (host: string) => KeyObject | null;
}

/** What a worker's answer takes besides the message in it. */
const FRAME_CHARACTERS = 1024;

const answer = z.strictObject({ host: z.string().refine(isHostName), message: z.string().max(MAX_SEALED_CHARACTERS) });

/** The parts of a shared scan, as they come: each counts once, and none that is not signed for this scan and this batch. */
export class Parts {
  readonly #parts = new Map<number, ScanPart>();

  constructor(private readonly options: PartsOptions) {}

  get isComplete(): boolean {
    return this.#parts.size === this.options.batches.length;
  }

  /** In the order of their batches. */
  get all(): ScanPart[] {
    return this.options.batches.flatMap(({ index }) => this.#parts.get(index) ?? []);
  }

  has(index: number): boolean {
    return this.#parts.has(index);
  }

  /** How far the scan is, of so many modules. */
  progress(modules: number): Progress {
    const done = this.all.flatMap((part) => part.modules);
    const files = done.reduce((sum, { hashed }) => sum + hashed, 0);
    const bytes = this.all.reduce((sum, part) => sum + part.bytes, 0);
    return { modules, modulesVerified: done.length, files, filesRead: files, bytes };
  }

  /**
   * What is too large is not even fetched.
   * @throws SigsweepError STORE_SCAN_FAILED
   */
  requireSize(index: number, bytes: number): void {
    if (bytes > MAX_SEALED_CHARACTERS + FRAME_CHARACTERS) {
      throw this.#disbelief(index, 'too large', `it has ${bytes} bytes, more than any message`);
    }
  }

  /**
   * Takes what somebody left as the answer to a batch.
   * @throws SigsweepError STORE_SCAN_FAILED where it is not to be believed.
   */
  take(index: number, json: string): void {
    const { nonce, keyOf } = this.options;
    const read = answer.safeParse(parsed(json));
    if (!read.success) throw this.#disbelief(index, 'unsigned', 'it has no signature');
    const { host, message } = read.data;
    const key = keyOf(host);
    if (key === null) throw this.#disbelief(index, 'wrong key', `${host} is no host that works on stores`);
    const believed = believe(message, { keys: [key], from: host, to: COORDINATOR, kinds: ['part'], now: Date.now() });
    if (!believed.ok) throw this.#disbelief(index, believed.why, `${host}: ${believed.detail}`);
    const { body } = believed.message;
    if (body.scan !== nonce || body.index !== index) {
      throw this.#disbelief(index, 'replayed', `${host} said it of another batch`);
    }
    const part = readPart(body.part);
    const batch = this.options.batches[index];
    if (part === null || batch === undefined || !this.#fits(part, batch)) {
      throw this.#disbelief(index, 'malformed', `${host} says what does not belong to it`);
    }
    this.#parts.set(index, part);
  }

  /** Whether it is about the modules of the batch, and about nothing else. */
  #fits({ modules, outside, vanished, mounts, looked }: ScanPart, batch: Batch): boolean {
    const { root } = this.options;
    const isOwn = modules.every(({ name, path }, at) => {
      return name === batch.modules[at] && path === join(root, moduleFolder(name));
    });
    const inOwn = (folder: BytePath) =>
      batch.rest || batch.modules.some((name) => `${folder}/`.startsWith(`${moduleFolder(name)}/`));
    return (
      isOwn &&
      modules.length === batch.modules.length &&
      (batch.rest || outside.length === 0) &&
      [...vanished, ...mounts].every(inOwn) &&
      // A folder that was gone was not looked at.
      (vanished.length === 0 || !looked)
    );
  }

  #disbelief(index: number, why: string, detail: string): SigsweepError {
    return new SigsweepError(
      'STORE_SCAN_FAILED',
      `what came back of batch ${index + 1} of ${this.options.batches.length} is not believed (${why}): ${detail}`,
    );
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
