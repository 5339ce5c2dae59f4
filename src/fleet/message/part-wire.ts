import { z } from 'zod';
import { type BytePath, fromLatin1 } from '../../files/bytepath.js';
import type { ModuleReport } from '../../model.js';
import type { ScanPart } from '../../scan/part.js';
import { FINDING_KINDS, SEVERITIES, UNLISTED_CLASSES, VERDICTS } from '../../types.js';

/**
 * A part of a scan as it travels: JSON, with times in milliseconds since the epoch and paths one character a byte. What
 * is read is bounded as a whole, by the message that holds it; single texts are not, because a part must say what a scan
 * on one machine would, to the letter.
 */

const path = z
  .string()
  .regex(/^[^\0\u0100-\uffff]*$/)
  .transform((latin1): BytePath => fromLatin1(latin1));
const paths = z.array(path);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const time = z
  .number()
  .int()
  .min(-8.64e15)
  .max(8.64e15)
  .transform((milliseconds) => new Date(milliseconds));
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const severity = z.enum(SEVERITIES);

const findingFields = z.strictObject({
  kind: z.enum(FINDING_KINDS),
  path,
  file: path,
  severity,
  class: z.enum(UNLISTED_CLASSES).exactOptional(),
  expected: sha256.exactOptional(),
  actual: sha256.exactOptional(),
  uncovered: z.literal(true).exactOptional(),
  note: z.string().exactOptional(),
  size: z.number().exactOptional(),
  mode: count.exactOptional(),
  uid: count.exactOptional(),
  gid: count.exactOptional(),
  mtimeMs: z.number().exactOptional(),
  ctimeMs: z.number().exactOptional(),
});

/** The order of fields is the sender's, as that of a scan is: reports that are written in it must be the same. */
const finding = z.unknown().transform((sent, context) => {
  const read = findingFields.safeParse(sent);
  if (!read.success) {
    context.addIssue({ code: 'custom', message: 'it is no finding' });
    return z.NEVER;
  }
  const order = Object.keys(sent as object).filter((field) => Object.hasOwn(read.data, field));
  const fields = order.map((field) => [field, read.data[field as keyof typeof read.data]]);
  return Object.fromEntries(fields) as typeof read.data;
});

const signature = z.strictObject({
  signer: z
    .string()
    .regex(/^[0-9A-F]{40}$/)
    .nullable(),
  keyId: z.string().regex(/^[0-9A-F]{16}$/),
  signedAt: time,
  digest: z.string(),
  trust: z.enum(['anchor', 'certified', 'untrusted', 'revoked', 'expired', 'unknown']),
  warnings: z.array(z.string()),
  textSha256: sha256,
});

const module = z.strictObject({
  name: path,
  path,
  version: z.string().nullable(),
  verdict: z.enum(VERDICTS),
  reason: z.string(),
  severity: severity.nullable(),
  freepbxStatus: z.number().int().min(0).max(255),
  signature: signature.nullable(),
  listed: count,
  hashed: count,
  reused: count,
  unchecked: count,
  findings: z.array(finding),
});

const part = z.strictObject({
  modules: z.array(module),
  outside: z.array(finding),
  unlisted: z.record(z.enum(UNLISTED_CLASSES), count),
  infos: count,
  bytes: count,
  looked: z.boolean(),
  signatures: sha256,
  notes: z.array(z.string()),
  vanished: paths,
  mounts: paths,
}) satisfies z.ZodType<ScanPart>;

/** The part as JSON. */
export function writePart({ modules, ...rest }: ScanPart): string {
  return JSON.stringify({ modules: modules.map(wireOf), ...rest });
}

/** Reads what somebody says is a part; `null` where it is none. @throws nothing */
export function readPart(json: string): ScanPart | null {
  try {
    return part.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}

function wireOf({ signature, ...rest }: ModuleReport) {
  return { ...rest, signature: signature === null ? null : { ...signature, signedAt: signature.signedAt.getTime() } };
}
