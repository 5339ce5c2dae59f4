import { describe, expect, it } from 'vitest';
import type { Changes } from '../../src/changes.js';
import type { Report } from '../../src/model.js';
import { sarifParts } from '../../src/report/sarif.js';
import { RULES, ruleIdOf } from '../../src/report/sarif-rules.js';
import { FINDING_KINDS, UNLISTED_CLASSES, VERDICTS } from '../../src/types.js';
import { sarifRun } from '../helpers/sarif.js';
import { bytes, finding, hostileModule, listed, module, report, signature } from './fixtures.js';

const run = (what: Report) => sarifRun([...sarifParts(what)].join(''));
const EXEMPTION = { reason: 'our page', author: 'ana', expires: new Date('2027-01-31T00:00:00Z') };
const SINCE = new Date('2026-01-01T00:00:00Z');
const CHANGES: Changes = { since: { scan: 4, startedAt: SINCE }, modules: [], added: [], gone: [], still: 0 };
const ROOT = bytes('/w');

describe('SARIF', () => {
  it('of nothing at all is a run without results', () => {
    const { results, artifacts, invocations } = run(report());
    expect([results, artifacts]).toEqual([[], []]);
    expect(invocations).toMatchObject([{ executionSuccessful: true, exitCode: 0, toolExecutionNotifications: [] }]);
  });

  it('has a rule with words for every verdict, kind and class', () => {
    const { rules } = run(report()).tool.driver;
    expect(rules.map(({ id }) => id)).toEqual([
      ...VERDICTS.filter((verdict) => verdict !== 'good'),
      ...FINDING_KINDS.filter((kind) => kind !== 'unlisted'),
      ...UNLISTED_CLASSES.map((unlisted) => `unlisted-${unlisted}`),
    ]);
    expect(rules.map(({ help }) => help.text)).not.toContain('');
  });

  it('has a result for each bad verdict and each finding, each of its rule', () => {
    const findings = FINDING_KINDS.map((kind) => (kind === 'unlisted' ? finding(kind) : listed(kind, kind)));
    const outside = UNLISTED_CLASSES.map((unlisted) => finding(unlisted, { class: unlisted }));
    const modules = VERDICTS.map((verdict) => module(verdict, verdict));
    const shown = run(
      report({ exitCode: 1, root: ROOT, modules: [...modules, module('cdr', 'good', { findings })], outside }),
    );
    expect(shown.results.map(({ ruleId }) => ruleId)).toEqual([
      ...VERDICTS.filter((verdict) => verdict !== 'good'),
      ...findings.map(ruleIdOf),
      ...UNLISTED_CLASSES.map((unlisted) => `unlisted-${unlisted}`),
    ]);
    for (const { ruleId, ruleIndex } of shown.results) expect(RULES[ruleIndex]?.id).toBe(ruleId);
  });

  it.each([
    ['critical', 'error'],
    ['high', 'error'],
    ['medium', 'warning'],
    ['low', 'note'],
    ['info', 'note'],
  ] as const)('a finding that is %s has the level %s', (severity, level) => {
    const [result] = run(report({ outside: [finding('x', { severity })] })).results;
    expect(result).toMatchObject({ level, properties: { severity } });
  });

  it('says where, what, by which hashes, and of which module', () => {
    const altered = listed('views/a b.php', 'altered', {
      file: bytes('/w/admin/modules/cdr/views/a b.php'),
      expected: 'a'.repeat(64),
      actual: 'b'.repeat(64),
      size: 5,
      mode: 0o100644,
      uid: 0,
      mtimeMs: 0,
      note: 'line endings only',
    });
    const cdr = module('cdr', 'tampered', { findings: [altered], signature: signature({ warnings: ['weak-digest'] }) });
    const shown = run(report({ exitCode: 1, root: ROOT, modules: [cdr], notes: ['one'] }));
    expect(shown.originalUriBaseIds.WEBROOT.uri).toBe('file:///w/');
    expect(shown.results).toMatchObject([
      {
        ruleId: 'tampered',
        level: 'error',
        locations: [
          { physicalLocation: { artifactLocation: { uri: 'admin/modules/cdr/module.sig', uriBaseId: 'WEBROOT' } } },
        ],
      },
      {
        ruleId: 'altered',
        message: { text: 'critical: altered cdr/views/a b.php (line endings only)' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'admin/modules/cdr/views/a%20b.php', uriBaseId: 'WEBROOT', index: 0 },
              region: { byteOffset: 0, byteLength: 5 },
            },
            logicalLocations: [{ name: 'cdr', kind: 'module' }],
          },
        ],
        properties: { expected: 'a'.repeat(64), mode: '0644', uid: 0 },
      },
    ]);
    expect(shown.artifacts).toEqual([
      {
        location: { uri: 'admin/modules/cdr/views/a%20b.php', uriBaseId: 'WEBROOT' },
        length: 5,
        hashes: { 'sha-256': 'b'.repeat(64) },
        lastModifiedTimeUtc: '1970-01-01T00:00:00.000Z',
      },
    ]);
    expect(shown.invocations[0]?.toolExecutionNotifications.map(({ level, message }) => [level, message.text])).toEqual(
      [
        ['note', 'one'],
        ['note', '1 signature made with SHA-1'],
      ],
    );
  });

  it('names what lies elsewhere by its whole path, and gives a link no hash of a content', () => {
    const outside = [finding('x', { file: bytes('/usr/sbin/fwconsole'), mode: 0o120777, actual: 'b'.repeat(64) })];
    const shown = run(report({ outside }));
    expect(shown.results[0]?.locations[0]?.physicalLocation.artifactLocation).toEqual({
      uri: 'file:///usr/sbin/fwconsole',
      index: 0,
    });
    expect(shown.artifacts[0]?.hashes).toBeUndefined();
  });

  it('names each file once, however many findings it has', () => {
    const shown = run(report({ outside: [finding('a'), finding('b'), listed('a', 'changed')] }));
    expect(shown.artifacts).toHaveLength(2);
    expect(shown.results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.index)).toEqual([
      0, 1, 0,
    ]);
  });

  it('names a package and a lone signature themselves', () => {
    const modules = ['/p/cdr-1.tgz', '/p/module.sig'].map((path) => module('x', 'unsigned', { path: bytes(path) }));
    const uris = run(report({ modules })).results.map(
      ({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri,
    );
    expect(uris).toEqual(['file:///p/cdr-1.tgz', 'file:///p/module.sig']);
  });

  it('suppresses what is exempted, and says why', () => {
    const findings = [listed('a.php', 'altered', { exemption: EXEMPTION })];
    const shown = run(report({ modules: [module('cdr', 'tampered', { findings })], outside: [finding('b.php')] }));
    expect(shown.results.map(({ suppressions }) => suppressions)).toEqual([
      [{ kind: 'external', status: 'accepted', justification: 'every finding of the module is exempted' }],
      [{ kind: 'external', status: 'accepted', justification: 'our page (ana, until 2027-01-31)' }],
      [],
    ]);
  });

  it('knows a finding again, and not one with other content', () => {
    const identity = (changes: Parameters<typeof finding>[1]) =>
      run(report({ outside: [finding('a.php', changes)] })).results[0]?.partialFingerprints;
    const first = identity({ actual: 'a'.repeat(64) });
    expect(identity({ actual: 'a'.repeat(64), mtimeMs: 5, note: 'x', firstSeen: SINCE })).toEqual(first);
    expect(identity({ actual: 'b'.repeat(64) })).not.toEqual(first);
  });

  it('tells new from old where the scan was compared with another, and only there', () => {
    const outside = [
      finding('old', { firstSeen: SINCE }),
      finding('new', { firstSeen: new Date('2026-01-02T03:04:05.678Z') }),
    ];
    const modules = [module('core', 'unsigned'), module('cdr', 'unsigned')];
    const state = { version: null, signer: null, signedAt: null, textSha256: null };
    const change = {
      module: bytes('cdr'),
      kinds: ['unsigned' as const],
      before: { ...state, verdict: 'good' as const },
      after: { ...state, verdict: 'unsigned' as const },
    };
    const states = (changes: Changes | null) =>
      run(report({ modules, outside, changes })).results.map(({ baselineState }) => baselineState);
    expect(states({ ...CHANGES, modules: [change] })).toEqual(['unchanged', 'new', 'unchanged', 'new']);
    expect(states(null)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each([
    [0, true, true],
    [1, true, true],
    [1, false, false],
    [3, false, false],
    [3, true, false],
    [130, false, false],
    [143, true, false],
  ])('exit code %d, complete %s: successful is %s', (exitCode, complete, executionSuccessful) => {
    const [invocation] = run(report({ exitCode, complete })).invocations;
    expect(invocation).toMatchObject({ exitCode, executionSuccessful });
    expect(invocation?.toolExecutionNotifications.some(({ level }) => level === 'error')).toBe(!executionSuccessful);
  });

  it.each([
    [-1, '1969-12-31T23:59:59.999Z'],
    [253402300800000, undefined],
    [9e15, undefined],
  ])('a time of %d milliseconds is %s', (mtimeMs, time) => {
    expect(run(report({ outside: [finding('x', { mtimeMs })] })).artifacts[0]).toEqual({
      location: { uri: 'file:///w/admin/modules/cdr/x' },
      ...(time === undefined ? {} : { lastModifiedTimeUtc: time }),
    });
  });
});

describe('hostile names', () => {
  const hostile = bytes('/w/[x](http://a){0}\\a:b?#%\u0000\n\u001b\u00ff\u00e2\u0080\u00ae"');
  const what = report({
    root: ROOT,
    exitCode: 1,
    notes: [hostile],
    modules: [hostileModule(hostile)],
  });

  it('are located byte for byte', () => {
    const uri = run(what).results[1]?.locations[0]?.physicalLocation.artifactLocation.uri ?? '';
    expect(uri).toBe('%5Bx%5D%28http%3A//a%29%7B0%7D%5Ca%3Ab%3F%23%25%00%0A%1B%FF%E2%80%AE%22');
    const bytesOfUri = uri.replace(/%([0-9A-F]{2})/g, (_, byte) => String.fromCharCode(Number.parseInt(byte, 16)));
    expect(`/w/${bytesOfUri}`).toBe(hostile);
  });

  it('are neither links nor placeholders nor anything that a terminal obeys', () => {
    const { results, invocations } = run(what);
    const texts = [...results, ...(invocations[0]?.toolExecutionNotifications ?? [])].map(
      ({ message }) => message.text,
    );
    expect(texts).toHaveLength(3);
    for (const text of texts) {
      expect(text).toContain('\\[x\\](http://a){{0}}\\\\\\\\a:b?#%\\\\u{{00}}\\\\n\\\\u{{1b}}\\\\xff\\\\u{{202e}}"');
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });
});
