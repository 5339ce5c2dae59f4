import { z } from 'zod';
import { type BytePath, fromLatin1 } from '../../files/bytepath.js';
import { MAX_BATCH_MODULES, MAX_REPORT_TEXT_BYTES, MAX_STORE_MODULES } from '../../limits.js';
import { MAPPABLE_FOLDERS } from '../../scan/system/layout.js';

/** Longest name of a folder, in bytes (Linux NAME_MAX). */
const NAME_BYTES = 255;

/** Longest path that a system call takes, in bytes (Linux PATH_MAX). */
const PATH_BYTES = 4096;

const nonce = z.string().regex(/^[0-9a-f]{32}$/);
const time = z.number().int().min(-8.64e15).max(8.64e15);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const index = z.number().int().min(0).max(MAX_STORE_MODULES);

// Every character a byte; the name of a module's folder is one component and leads nowhere else.
const name = z
  .string()
  .max(NAME_BYTES)
  .regex(/^(?!\.{1,2}$)[^/\0\u0100-\uffff]+$/)
  .transform((latin1): BytePath => fromLatin1(latin1));
const path = z
  .string()
  .max(PATH_BYTES)
  .regex(/^\/[^\0\u0100-\uffff]*$/)
  .transform((latin1): BytePath => fromLatin1(latin1));
const names = z.array(name).max(MAX_STORE_MODULES);

/** By what signatures are judged: the digests of two machines are the same where they judge alike. */
export const trustDigests = z.strictObject({
  /** The release of sigsweep. */
  release: z.string().max(64),
  policy: z.enum(['compat', 'strict']),
  anchors: digest,
  revoked: digest,
  /** Keys besides those that lie in the store. */
  keys: digest,
});

/** What every worker on one store is told alike, so that their parts fit together. */
export const sharedScan = z.strictObject({
  /** Where files are looked for: the store itself, then what `framework` installs elsewhere. */
  roots: z
    .array(path)
    .min(1)
    .max(1 + MAPPABLE_FOLDERS.length),
  plan: z.strictObject({
    names,
    discovered: z.strictObject({
      modules: names,
      strangers: names,
      links: names,
      problem: z.string().max(PATH_BYTES).nullable(),
    }),
    search: z.enum(['modules', 'everything', 'nothing']),
  }),
  /** When signatures are judged, milliseconds since the epoch. */
  now: time,
  trust: trustDigests,
  /** How files that nobody signed are looked at, and which are told. */
  look: z.strictObject({ all: z.boolean(), deep: z.boolean(), oneFileSystem: z.boolean() }),
  /** Module, when the newest signature that was seen on it was made, and when it was seen. */
  newest: z.array(z.tuple([name, time, time])).max(MAX_STORE_MODULES),
});

/** One share of a scan. */
export const batch = z.strictObject({
  scan: nonce,
  index,
  modules: z.array(name).max(MAX_BATCH_MODULES),
  /** Whether the rest of the web root belongs to it. */
  rest: z.boolean(),
});

/** What came of a batch, in its wire form (`part-wire.ts`), which is read by itself. */
export const part = z.strictObject({ scan: nonce, index, part: z.string().max(MAX_REPORT_TEXT_BYTES) });
