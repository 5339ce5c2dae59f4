import fc from 'fast-check';
import { type Changes, MODULE_CHANGE_KINDS } from '../../src/changes.js';
import type { BytePath } from '../../src/files/bytepath.js';
import type { Finding, ModuleReport, Report } from '../../src/model.js';
import { FINDING_KINDS, SEVERITIES, UNLISTED_CLASSES, VERDICTS } from '../../src/types.js';

/** Any report that the model allows, hostile names and texts included. */

// Objects as JSON makes them.
const AS_JSON = { noNullPrototype: true };
const HEX = [...'0123456789abcdef'];
const hex = (length: number) =>
  fc.array(fc.constantFrom(...HEX), { minLength: length, maxLength: length }).map((digits) => digits.join(''));
const upperHex = (length: number) => hex(length).map((digits) => digits.toUpperCase());
const path = fc
  .array(fc.integer({ min: 1, max: 0xff }), { maxLength: 30 })
  .map((bytes) => String.fromCharCode(...bytes) as BytePath);
// Half characters and control characters too: whoever made a tree chose what is said of it.
const text = fc.string({ unit: 'binary', maxLength: 30 });
const count = fc.nat({ max: 1_000_000_000 });
const time = fc.date({ noInvalidDate: true });
const severity = fc.constantFrom(...SEVERITIES);
const kind = fc.constantFrom('full' as const, 'quick' as const);
const counts = <Key extends string>(keys: readonly Key[]) =>
  fc.tuple(...keys.map(() => count)).map((numbers) => {
    return Object.fromEntries(keys.map((key, index) => [key, numbers[index] ?? 0])) as Record<Key, number>;
  });
const exitCode = fc.constantFrom(0, 1, 3);

const finding: fc.Arbitrary<Finding> = fc.record(
  {
    kind: fc.constantFrom(...FINDING_KINDS),
    path,
    file: path,
    severity,
    class: fc.constantFrom(...UNLISTED_CLASSES),
    expected: hex(64),
    actual: hex(64),
    uncovered: fc.constant(true as const),
    note: text,
    exemption: fc.record({ reason: text, author: text, expires: time }, AS_JSON),
    firstSeen: time,
    size: count,
    mode: count,
    uid: count,
    gid: count,
    mtimeMs: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 4e12 }),
    ctimeMs: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 4e12 }),
  },
  { requiredKeys: ['kind', 'path', 'file', 'severity'], ...AS_JSON },
);

const module: fc.Arbitrary<ModuleReport> = fc.record(
  {
    name: path,
    path,
    version: fc.option(text),
    verdict: fc.constantFrom(...VERDICTS),
    reason: text,
    severity: fc.option(severity),
    freepbxStatus: fc.nat({ max: 255 }),
    signature: fc.option(
      fc.record(
        {
          signer: fc.option(upperHex(40)),
          keyId: upperHex(16),
          signedAt: time,
          digest: fc.constantFrom('sha1', 'sha256'),
          trust: fc.constantFrom('anchor', 'certified', 'untrusted', 'revoked', 'expired', 'unknown'),
          warnings: fc.array(text, { maxLength: 2 }),
          textSha256: hex(64),
        },
        AS_JSON,
      ),
    ),
    listed: count,
    hashed: count,
    reused: count,
    unchecked: count,
    findings: fc.array(finding, { maxLength: 3 }),
  },
  AS_JSON,
);

const state = fc.option(
  fc.record(
    {
      verdict: fc.constantFrom(...VERDICTS),
      version: fc.option(text),
      signer: fc.option(upperHex(40)),
      signedAt: fc.option(time),
      textSha256: fc.option(hex(64)),
    },
    AS_JSON,
  ),
);
const placed = fc.array(fc.record({ module: fc.option(path), finding }, AS_JSON), { maxLength: 2 });
const changes: fc.Arbitrary<Changes> = fc.record(
  {
    since: fc.record({ scan: count, startedAt: time }, AS_JSON),
    modules: fc.array(
      fc.record(
        {
          module: path,
          kinds: fc.subarray([...MODULE_CHANGE_KINDS], { minLength: 1 }),
          before: state,
          after: state,
        },
        AS_JSON,
      ),
      { maxLength: 2 },
    ),
    added: placed,
    gone: placed,
    still: count,
  },
  AS_JSON,
);

export const anyReport: fc.Arbitrary<Report> = fc.record(
  {
    scan: fc.option(count),
    kind,
    startedAt: time,
    finishedAt: time,
    root: path,
    complete: fc.boolean(),
    failOn: severity,
    exitCode,
    notes: fc.array(text, { maxLength: 3 }),
    changes: fc.option(changes),
    history: fc.array(
      fc.record(
        {
          scan: count,
          startedAt: time,
          kind,
          whole: fc.boolean(),
          complete: fc.boolean(),
          exitCode,
          findings: counts(SEVERITIES),
        },
        AS_JSON,
      ),
      { maxLength: 2 },
    ),
    summary: fc.record(
      {
        modules: count,
        verdicts: counts(VERDICTS),
        listed: count,
        hashed: count,
        unchecked: count,
        reused: count,
        bytes: count,
        findings: counts(SEVERITIES),
        exempted: count,
        unlisted: counts(UNLISTED_CLASSES),
      },
      AS_JSON,
    ),
    modules: fc.uniqueArray(module, { maxLength: 3, selector: ({ name }) => name }),
    tree: fc.record({ findings: fc.array(finding, { maxLength: 3 }) }, AS_JSON),
  },
  AS_JSON,
);
