import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';

// Its patterns are no Unicode ones. Of the draft-04 words that later drafts changed, this schema uses none but its own name.
const {
  $schema: _draft,
  id: _id,
  ...SCHEMA
} = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'),
    'utf8',
  ),
);

const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
// biome-ignore lint/suspicious/noExplicitAny: its types are those of a CommonJS module.
(addFormats as any)(ajv);
const validate = ajv.compile(SCHEMA);

export interface SarifResult {
  ruleId: string;
  ruleIndex: number;
  level: string;
  message: { text: string };
  locations: {
    physicalLocation: { artifactLocation: { uri: string; uriBaseId?: string; index?: number } };
    logicalLocations?: { name: string; kind: string }[];
  }[];
  partialFingerprints: Record<string, string>;
  suppressions: { kind: string; justification: string }[];
  baselineState?: string;
  properties: Record<string, unknown>;
}

export interface SarifRun {
  tool: { driver: { rules: { id: string; help: { text: string }; defaultConfiguration: { level: string } }[] } };
  originalUriBaseIds: { WEBROOT: { uri: string } };
  invocations: {
    executionSuccessful: boolean;
    exitCode: number;
    toolExecutionNotifications: { level: string; message: { text: string } }[];
  }[];
  artifacts: { location: { uri: string }; length?: number; hashes?: Record<string, string> }[];
  results: SarifResult[];
}

/** The one run of a SARIF log that follows the schema. */
export function sarifRun(text: string): SarifRun {
  const log = JSON.parse(text);
  expect(validate(log), JSON.stringify(validate.errors, null, 1)).toBe(true);
  expect(log.runs).toHaveLength(1);
  return log.runs[0];
}
