import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { type CliResult, runCli } from './cli.js';
import type { TestSystem } from './system.js';

const SCHEMA = JSON.parse(readFileSync(new URL('../../schema/scan.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv({ allErrors: true, strict: false }).compile(SCHEMA);

/** A finding of the JSON report. */
export interface JsonFinding {
  kind: string;
  path: string;
  pathBase64?: string;
  file: string;
  severity: string;
  class?: string;
  expected?: string;
  actual?: string;
  size?: number;
  mode?: string;
  mtime?: string;
  uncovered?: true;
  note?: string;
  exemption?: { reason: string; author: string; expires: string };
  firstSeen?: string;
}

/** What a report says of an earlier scan. */
export interface JsonChanges {
  since: { scan: number; startedAt: string };
  modules: { module: string; kinds: string[]; before: object | null; after: object | null }[];
  added: number;
  still: number;
  gone: (JsonFinding & { module: string | null })[];
}

export interface JsonModule {
  name: string;
  path: string;
  version: string | null;
  verdict: string;
  reason: string;
  severity: string | null;
  freepbxStatus: number;
  signature: { signer: string | null; keyId: string; digest: string; trust: string; warnings: string[] } | null;
  listed: number;
  hashed: number;
  reused: number;
  unchecked: number;
  findings: JsonFinding[];
}

export interface JsonReport {
  schema: string;
  scan: number | null;
  kind: string;
  startedAt: string;
  finishedAt: string;
  root: string;
  complete: boolean;
  exitCode: number;
  notes: string[];
  changes: JsonChanges | null;
  summary: {
    modules: number;
    verdicts: Record<string, number>;
    listed: number;
    hashed: number;
    reused: number;
    unchecked: number;
    bytes: number;
    findings: Record<string, number>;
    exempted: number;
    unlisted: Record<string, number>;
  };
  modules: JsonModule[];
  tree: { findings: JsonFinding[] };
}

/** The JSON report on standard output. @throws Error when it does not follow the schema. */
export function reportOf(result: CliResult): JsonReport {
  return validated(result.json());
}

/** Checks a document against the committed schema, whoever made it. */
export function validated(document: unknown): JsonReport {
  if (validate(document)) return document as JsonReport;
  throw new Error(`the report does not follow its schema: ${JSON.stringify(validate.errors, null, 1).slice(0, 3000)}`);
}

/** Scans a test system through the built command line and checks that exit code and report agree. */
export async function scanSystem(system: TestSystem, args: readonly string[] = []): Promise<JsonReport> {
  const result = await runCli([
    'scan',
    '--root',
    system.dir,
    '--anchor',
    system.anchorFingerprint,
    '--keyring',
    system.keyring,
    '--format',
    'json',
    ...args,
  ]);
  const report = reportOf(result);
  if (result.code !== report.exitCode)
    throw new Error(`exit code ${result.code}, but the report says ${report.exitCode}`);
  return report;
}

/** The report on one module. */
export function moduleOf(report: JsonReport, name: string): JsonModule {
  const module = report.modules.find((candidate) => candidate.name === name);
  if (module === undefined) throw new Error(`no module ${name} in the report`);
  return module;
}
