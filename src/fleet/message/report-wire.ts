import { z } from 'zod';
import { type Changes, MODULE_CHANGE_KINDS, type ModuleState, type PlacedFinding } from '../../changes.js';
import { DataError } from '../../errors.js';
import {
  MAX_FLEET_NOTES,
  MAX_FLEET_PAST_SCANS,
  MAX_FLEET_VALUES,
  MAX_KEPT_FINDINGS,
  MAX_KEPT_MODULES,
  MAX_KEPT_PATH_BYTES,
  MAX_REPORT_TEXT_BYTES,
} from '../../limits.js';
import type { Finding, Report } from '../../model.js';
import { UNLISTED_CLASSES, VERDICTS } from '../../types.js';
import { parseSent } from './json.js';
import {
  count,
  findingFields,
  fingerprint,
  moduleFields,
  pathIn,
  severity,
  sha256,
  time,
  wireOfSignature,
} from './model-wire.js';

/**
 * A report as it travels: the model as JSON, with times in milliseconds since the epoch and paths one character a byte.
 * Whoever sends one can write anything: nothing that the schema does not name is taken, and nothing without a bound.
 */

const text = z.string().max(MAX_KEPT_PATH_BYTES);
const path = pathIn(text);
const kind = z.enum(['full', 'quick']);
const exitCode = z.number().int().min(0).max(255);
const severities = z.record(severity, count);

const exemption = z.strictObject({ reason: text, author: text, expires: time });

const finding = z.strictObject({
  ...findingFields(text),
  exemption: exemption.exactOptional(),
  firstSeen: time.exactOptional(),
});
const findings = z.array(finding).max(MAX_KEPT_FINDINGS);
const placed = z.array(z.strictObject({ module: path.nullable(), finding })).max(MAX_KEPT_FINDINGS);

const module = z.strictObject({ ...moduleFields(text, z.array(text).max(MAX_FLEET_NOTES)), findings });

const state = z.strictObject({
  verdict: z.enum(VERDICTS),
  version: text.nullable(),
  signer: fingerprint.nullable(),
  signedAt: time.nullable(),
  textSha256: sha256.nullable(),
});

const changes = z.strictObject({
  since: z.strictObject({ scan: count, startedAt: time }),
  modules: z
    .array(
      z.strictObject({
        module: path,
        kinds: z.array(z.enum(MODULE_CHANGE_KINDS)).max(MODULE_CHANGE_KINDS.length),
        before: state.nullable(),
        after: state.nullable(),
      }),
    )
    .max(2 * MAX_KEPT_MODULES),
  added: placed,
  gone: placed,
  still: count,
});

const pastScan = z.strictObject({
  scan: count,
  startedAt: time,
  kind,
  whole: z.boolean(),
  complete: z.boolean(),
  exitCode,
  findings: severities,
});

const summary = z.strictObject({
  modules: count,
  verdicts: z.record(z.enum(VERDICTS), count),
  listed: count,
  hashed: count,
  unchecked: count,
  reused: count,
  bytes: count,
  findings: severities,
  exempted: count,
  unlisted: z.record(z.enum(UNLISTED_CLASSES), count),
});

/** Of a whole report: parsed values in, the model out. Messages that hold one take it as a part of their own schema. */
export const reportSchema = z.strictObject({
  scan: count.nullable(),
  kind,
  startedAt: time,
  finishedAt: time,
  root: path,
  complete: z.boolean(),
  failOn: severity,
  exitCode,
  notes: z.array(text).max(MAX_FLEET_NOTES),
  changes: changes.nullable(),
  history: z.array(pastScan).max(MAX_FLEET_PAST_SCANS),
  summary,
  modules: z.array(module).max(MAX_KEPT_MODULES),
  tree: z.strictObject({ findings }),
}) satisfies z.ZodType<Report>;

/** A report as JSON gives it back. */
export type WireReport = z.input<typeof reportSchema>;

/** The report as values that JSON holds. One that may be larger than what is taken goes through `boundedReport` first. */
export function wireOf(report: Report): WireReport {
  const { startedAt, finishedAt, changes, history, modules, tree } = report;
  return {
    ...report,
    startedAt: startedAt.getTime(),
    finishedAt: finishedAt.getTime(),
    changes: changes === null ? null : wireOfChanges(changes),
    history: history.map((scan) => ({ ...scan, startedAt: scan.startedAt.getTime() })),
    notes: [...report.notes],
    modules: modules.map((each) => ({
      ...each,
      signature: wireOfSignature(each.signature),
      findings: each.findings.map(wireOfFinding),
    })),
    tree: { findings: tree.findings.map(wireOfFinding) },
  };
}

/** The report as JSON. */
export function writeReport(report: Report): string {
  return JSON.stringify(wireOf(report));
}

export function wireOfFinding(found: Finding): z.input<typeof finding> {
  const { exemption, firstSeen, ...rest } = found;
  return {
    ...rest,
    ...(exemption === undefined ? {} : { exemption: { ...exemption, expires: exemption.expires.getTime() } }),
    ...(firstSeen === undefined ? {} : { firstSeen: firstSeen.getTime() }),
  };
}

function wireOfChanges({ since, modules, added, gone, still }: Changes): z.input<typeof changes> {
  return {
    since: { ...since, startedAt: since.startedAt.getTime() },
    modules: modules.map(({ module, kinds, before, after }) => {
      return { module, kinds: [...kinds], before: wireOfState(before), after: wireOfState(after) };
    }),
    added: added.map(wireOfPlaced),
    gone: gone.map(wireOfPlaced),
    still,
  };
}

function wireOfState(known: ModuleState | null): z.input<typeof state> | null {
  return known === null ? null : { ...known, signedAt: known.signedAt?.getTime() ?? null };
}

function wireOfPlaced({ module, finding }: PlacedFinding) {
  return { module, finding: wireOfFinding(finding) };
}

/**
 * Reads what somebody says is a report.
 * @param json at most {@link MAX_REPORT_TEXT_BYTES} bytes of it are looked at.
 * @throws DataError where it is none.
 */
export function readReport(json: string): Report {
  if (Buffer.byteLength(json) > MAX_REPORT_TEXT_BYTES) {
    throw new DataError(`the report has more than ${MAX_REPORT_TEXT_BYTES} bytes`);
  }
  let value: unknown;
  try {
    value = parseSent(json, MAX_FLEET_VALUES);
  } catch (cause) {
    throw new DataError('the report is no JSON, or has more in it than any report', { cause });
  }
  return reportOfWire(value);
}

/** The report that parsed JSON holds. @throws DataError */
export function reportOfWire(value: unknown): Report {
  const read = reportSchema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new DataError(`the report does not follow its schema at ${issue?.path.join('.') || 'its top'}: ${issue?.code}`);
}
