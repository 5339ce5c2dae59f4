import { z } from 'zod';
import { MAX_FLEET_VALUES } from '../../limits.js';
import type { ScanPart } from '../../scan/part.js';
import { UNLISTED_CLASSES } from '../../types.js';
import { parseSent } from './json.js';
import { count, findingFields, moduleFields, pathIn, sha256, wireOfSignature } from './model-wire.js';

/**
 * A part of a scan as it travels: JSON, with times in milliseconds since the epoch and paths one character a byte. What
 * is read is bounded as a whole, by the message that holds it; single texts are not, because a part must say what a scan
 * on one machine would, to the letter.
 */

const text = z.string();
const paths = z.array(pathIn(text));

const fields = z.strictObject(findingFields(text));

/** The order of fields is the sender's, as that of a scan is: reports that are written in it must be the same. */
const finding = z.unknown().transform((sent, context) => {
  const read = fields.safeParse(sent);
  if (!read.success) {
    context.addIssue({ code: 'custom', message: 'it is no finding' });
    return z.NEVER;
  }
  const order = Object.keys(sent as object).filter((field) => Object.hasOwn(read.data, field));
  const ordered = order.map((field) => [field, read.data[field as keyof typeof read.data]]);
  return Object.fromEntries(ordered) as typeof read.data;
});

const module = z.strictObject({ ...moduleFields(text, z.array(text)), findings: z.array(finding) });

const part = z.strictObject({
  modules: z.array(module),
  outside: z.array(finding),
  unlisted: z.record(z.enum(UNLISTED_CLASSES), count),
  infos: count,
  bytes: count,
  looked: z.boolean(),
  signatures: sha256,
  notes: z.array(text),
  vanished: paths,
  mounts: paths,
}) satisfies z.ZodType<ScanPart>;

/** The part as JSON. */
export function writePart({ modules, ...rest }: ScanPart): string {
  const sent = modules.map((each) => ({ ...each, signature: wireOfSignature(each.signature) }));
  return JSON.stringify({ modules: sent, ...rest });
}

/** Reads what somebody says is a part; `null` where it is none. @throws nothing */
export function readPart(json: string): ScanPart | null {
  try {
    return part.safeParse(parseSent(json, MAX_FLEET_VALUES)).data ?? null;
  } catch {
    return null;
  }
}
