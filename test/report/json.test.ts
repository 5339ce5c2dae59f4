import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model.js';
import { renderJson, renderNdjson, SCHEMA } from '../../src/report/json.js';
import { TOOL } from '../../src/tool.js';
import { VERDICTS } from '../../src/types.js';
import { validated } from '../helpers/report.js';
import { bytes, finding, module, report, signature } from './fixtures.js';

const EVERYTHING = report({
  exitCode: 1,
  complete: false,
  notes: ['a note with \u00ff'],
  modules: VERDICTS.map((verdict) =>
    module(`m-${verdict}`, verdict, {
      findings: [
        finding('a.php', { expected: 'a'.repeat(64), actual: 'b'.repeat(64), size: 5, mode: 0o100644, mtimeMs: 0 }),
      ],
    }),
  ),
  outside: [finding('x.php', { note: 'contains PHP', uncovered: true })],
});

const json = (what: Report) => validated(JSON.parse(renderJson(what)));
const ndjson = (what: Report): Record<string, unknown>[] =>
  renderNdjson(what)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('JSON', () => {
  it('holds the whole report and follows the schema', () => {
    expect(json(EVERYTHING)).toMatchObject({
      schema: SCHEMA,
      tool: { name: 'sigsweep', version: TOOL.version },
      startedAt: '2026-01-02T03:04:05.678Z',
      finishedAt: '2026-01-02T03:04:06.912Z',
      root: '/var/www/html',
      complete: false,
      exitCode: 1,
      notes: ['a note with \\xff'],
      summary: EVERYTHING.summary,
      modules: VERDICTS.map((verdict) => ({
        name: `m-${verdict}`,
        path: `/w/admin/modules/m-${verdict}`,
        verdict,
        findings: [
          {
            path: 'a.php',
            file: '/w/admin/modules/cdr/a.php',
            size: 5,
            mode: '0644',
            mtime: '1970-01-01T00:00:00.000Z',
          },
        ],
      })),
      tree: {
        findings: [{ path: 'x.php', severity: 'critical', class: 'code', note: 'contains PHP', uncovered: true }],
      },
    });
  });

  it('of nothing at all follows the schema', () => {
    expect(json(report())).toMatchObject({ modules: [], tree: { findings: [] }, notes: [] });
  });

  it('has no signature where none could be read, and no signer where the key is not at hand', () => {
    const [none, unknown] = json(
      report({
        modules: [module('a', 'unsigned'), module('b', 'key-missing', { signature: signature({ signer: null }) })],
      }),
    ).modules;
    expect(none?.signature).toBeNull();
    expect(unknown?.signature).toMatchObject({ signer: null, keyId: 'A'.repeat(16) });
  });

  it('ends with a line end and holds no raw control, direction mark or line separator', () => {
    const text = renderJson(report({ root: bytes('/w\u001b\u009b\u00e2\u0080\u00ae\u00e2\u0080\u00a8') }));
    expect(text.endsWith('}\n')).toBe(true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
  });

  it.each([
    ['a name in UTF-8', '/w/\u00c3\u00a9', '/w/é', undefined],
    ['a name that is not', '/w/\u00e9', '/w/\\xe9', 'L3cv6Q=='],
    ['a name that imitates one that is not', '/w/\\xe9', '/w/\\xe9', undefined],
  ])('%s', (_what, path, text, base64) => {
    const at = bytes(path);
    const shown = json(
      report({
        root: at,
        modules: [module('x', 'good', { name: at, path: at, findings: [finding('', { path: at, file: at })] })],
      }),
    ) as unknown as Record<string, string> & {
      modules: (Record<string, string> & { findings: Record<string, string>[] })[];
    };
    const holders = [
      shown,
      shown.modules[0],
      shown.modules[0],
      shown.modules[0]?.findings[0],
      shown.modules[0]?.findings[0],
    ];
    for (const [index, field] of ['root', 'name', 'path', 'path', 'file'].entries()) {
      expect(holders[index]?.[field]).toBe(text);
      expect(holders[index]?.[`${field}Base64`]).toBe(base64);
    }
  });

  it.each([
    ['in the year 10000', 253402300800000, '+010000-01-01T00:00:00.000Z'],
    ['before the epoch', -1, '1969-12-31T23:59:59.999Z'],
    ['between two milliseconds', 1.75, '1970-01-01T00:00:00.001Z'],
    ['past what a date can hold', 8.64e15 + 1, null],
    ['far before it', -9e15, null],
  ])('a time of modification %s', (_what, mtimeMs, mtime) => {
    expect(json(report({ outside: [finding('x', { mtimeMs })] })).tree.findings[0]?.mtime).toBe(mtime);
  });

  it('writes the mode as four octal digits, without the type', () => {
    const modes = [0o100755, 0o104755, 0o100000, 0o120777].map((mode) => finding('x', { mode }));
    expect(json(report({ outside: modes })).tree.findings.map(({ mode }) => mode)).toEqual([
      '0755',
      '4755',
      '0000',
      '0777',
    ]);
  });
});

describe('line-delimited JSON', () => {
  it('is the same report in parts: scan, modules with their findings, the rest, summary', () => {
    const types = ndjson(EVERYTHING).map(({ type }) => type);
    expect(types).toEqual(['scan', ...VERDICTS.flatMap(() => ['module', 'finding']), 'finding', 'summary']);
    const whole = json(EVERYTHING);
    const [head, ...rest] = ndjson(EVERYTHING).map(({ type, ...fields }) => fields);
    const findings = rest.filter((line) => 'kind' in line).map(({ module: _owner, ...fields }) => fields);
    expect(findings).toEqual([...whole.modules.flatMap((one) => one.findings), ...whole.tree.findings]);
    const modules = rest.filter((line) => 'verdict' in line);
    expect(modules).toEqual(whole.modules.map(({ findings: _findings, ...fields }) => fields));
    const together = { ...head, ...rest.at(-1), modules: whole.modules, tree: whole.tree };
    expect(validated(together)).toEqual(whole);
  });

  it('names the module of each finding, and none for what lies outside', () => {
    const owners = ndjson(EVERYTHING).filter(({ type }) => type === 'finding');
    expect(owners.map((line) => line.module)).toEqual([...VERDICTS.map((verdict) => `m-${verdict}`), null]);
  });

  it('names a module whose name is not UTF-8', () => {
    const odd = module('x', 'good', { name: bytes('\u00ff'), findings: [finding('a.php')] });
    const line = ndjson(report({ modules: [odd] })).find(({ type }) => type === 'finding');
    expect(line).toMatchObject({ module: '\\xff', moduleBase64: '/w==' });
  });

  it('is one line each, whatever names hold', () => {
    const hostile = bytes('a\n\r\u2028b'.replace('\u2028', '\u00e2\u0080\u00a8'));
    const text = renderNdjson(report({ outside: [finding('', { path: hostile, file: hostile, note: 'a\nb' })] }));
    expect(text.split(/[\n\r\u2028]/)).toHaveLength(4);
    expect(JSON.parse(text.split('\n')[1] ?? '')).toMatchObject({ path: 'a\n\r\u2028b', note: 'a\nb' });
  });
});
