import { DOMParser, type Element } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model.js';
import { junitParts } from '../../src/report/junit.js';
import { VERDICTS } from '../../src/types.js';
import { hasTool, runTool } from '../helpers/tools.js';
import { bytes, finding, hostileModule, listed, module, type ReportParts, report } from './fixtures.js';

const EXEMPTION = { reason: 'our "own"\npage', author: 'ana', expires: new Date('2027-01-31T00:00:00Z') };

interface Test {
  name: string;
  classname: string;
  outcome: string;
  type: string | null;
  message: string | null;
  text: string;
}

interface Suite {
  name: string;
  tests: Test[];
  properties: Record<string, string>;
}

/** Parses it, strictly, and checks that every count says what is there. */
function suites(what: Report): Suite[] {
  const xml = [...junitParts(what)].join('');
  const onError = (level: string, message: string) => {
    throw new Error(`${level}: ${message}`);
  };
  const root = new DOMParser({ onError }).parseFromString(xml, 'text/xml').documentElement as Element;
  expect(root.tagName).toBe('testsuites');
  expectCounts(root);
  return children(root).map((suite) => {
    expect(suite.tagName).toBe('testsuite');
    expect(suite.getAttribute('timestamp')).toBe('2026-01-02T03:04:05');
    expectCounts(suite);
    const properties = descendants(suite, 'property').map((one) => [
      one.getAttribute('name'),
      one.getAttribute('value'),
    ]);
    return {
      name: suite.getAttribute('name') ?? '',
      properties: Object.fromEntries(properties),
      tests: descendants(suite, 'testcase').map(testOf),
    };
  });
}

function testOf(element: Element): Test {
  const [outcome] = children(element);
  return {
    name: element.getAttribute('name') ?? '',
    classname: element.getAttribute('classname') ?? '',
    outcome: outcome === undefined || outcome.tagName === 'system-out' ? 'passed' : outcome.tagName,
    type: outcome?.getAttribute('type') ?? null,
    message: outcome?.getAttribute('message') ?? null,
    text: outcome?.textContent ?? '',
  };
}

function expectCounts(element: Element): void {
  const counts: Record<string, string> = {
    tests: 'testcase',
    failures: 'failure',
    errors: 'error',
    skipped: 'skipped',
  };
  for (const [attribute, tag] of Object.entries(counts)) {
    expect(Number(element.getAttribute(attribute)), attribute).toBe(descendants(element, tag).length);
  }
}

function children(element: Element): Element[] {
  return [...element.childNodes].filter((node) => node.nodeType === 1) as Element[];
}

function descendants(element: Element, tag: string): Element[] {
  return [...element.getElementsByTagName(tag)];
}

const outcomes = (parts: ReportParts) =>
  suites(report(parts)).map(({ name, tests }) => [name, ...tests.map((test) => `${test.name}: ${test.outcome}`)]);

describe('JUnit', () => {
  it('of a clean system passes: a verdict and the files for each module, and the scan', () => {
    const [cdr, scan] = suites(report({ modules: [module('cdr', 'good')] }));
    expect(cdr?.tests.map(({ name, classname, outcome }) => [name, classname, outcome])).toEqual([
      ['verdict', 'sigsweep.modules.cdr', 'passed'],
      ['files', 'sigsweep.modules.cdr', 'passed'],
    ]);
    expect(cdr?.properties).toMatchObject({ verdict: 'good', version: '17.0.1', signer: 'A'.repeat(40), listed: '10' });
    expect(scan).toMatchObject({ name: 'scan', tests: [{ name: 'result', outcome: 'passed' }] });
  });

  it('of nothing at all is the scan', () => {
    expect(outcomes({})).toEqual([['scan', 'result: passed']]);
  });

  it('says of a bad module what is wrong, and how bad', () => {
    const altered = listed('a.php', 'altered', {
      expected: 'a'.repeat(64),
      actual: 'b'.repeat(64),
      size: 1234,
      mode: 0o100644,
      uid: 0,
      gid: 33,
      note: 'line endings only',
    });
    const [cdr] = suites(report({ exitCode: 1, modules: [module('cdr', 'tampered', { findings: [altered] })] }));
    expect(cdr?.tests).toMatchObject([
      { name: 'verdict', outcome: 'failure', type: 'critical', message: 'tampered: the reason why it is tampered' },
      {
        name: 'altered a.php',
        outcome: 'failure',
        type: 'critical',
        message: 'critical: altered, line endings only',
        text: [
          'file: /w/admin/modules/cdr/a.php',
          `expected SHA-256: ${'a'.repeat(64)}`,
          `actual SHA-256: ${'b'.repeat(64)}`,
          'size: 1.2 kB',
          'mode: 0644',
          'owner: 0:33',
        ].join('\n'),
      },
    ]);
  });

  it('has a test for every verdict: an error where nobody knows, a failure where it is bad', () => {
    const shown = suites(report({ exitCode: 1, modules: VERDICTS.map((verdict) => module(verdict, verdict)) }));
    expect(shown.slice(0, -1).map(({ name, tests }) => [name, tests[0]?.outcome, tests[0]?.type])).toEqual([
      ['good', 'passed', null],
      ['tampered', 'failure', 'critical'],
      ['unsigned', 'passed', null],
      ['invalid', 'failure', 'critical'],
      ['key-missing', 'failure', 'high'],
      ['untrusted', 'failure', 'critical'],
      ['expired', 'failure', 'high'],
      ['revoked', 'failure', 'critical'],
      ['wrong-module', 'failure', 'critical'],
      ['unverified', 'error', 'unverified'],
    ]);
  });

  it('skips what is exempted, with who said so, until when and why', () => {
    const exempted = listed('a.php', 'altered', { exemption: EXEMPTION });
    const [cdr] = suites(report({ modules: [module('cdr', 'tampered', { findings: [exempted] })] }));
    expect(cdr?.tests).toMatchObject([
      { outcome: 'skipped', message: expect.stringContaining('every finding is exempted') },
      { outcome: 'skipped', message: 'exempted until 2027-01-31 by ana: our "own"\\npage' },
    ]);
  });

  it.each([
    ['high', 'critical', 'passed'],
    ['high', 'high', 'failure'],
    ['critical', 'high', 'failure'],
    ['low', 'high', 'passed'],
    ['low', 'low', 'failure'],
  ] as const)('a finding that is %s, in a scan that fails for %s: %s', (severity, failOn, outcome) => {
    const [outside] = suites(report({ failOn, outside: [finding('a.txt', { severity, class: 'other' })] }));
    expect(outside).toMatchObject({
      name: 'outside of modules',
      tests: [{ outcome, text: expect.stringContaining('file: /w/') }],
    });
  });

  it('fails nothing that is less bad than what the scan fails for', () => {
    const outside = [finding('a.php'), finding('b.txt', { severity: 'low', class: 'other' })];
    expect(outcomes({ exitCode: 1, outside })[0]).toEqual([
      'outside of modules',
      'unlisted code a.php: failure',
      'unlisted other b.txt: passed',
    ]);
  });

  it('has an error for what could not be read', () => {
    const findings = (['unreadable', 'changed'] as const).map((kind) => listed('a', kind));
    const [cdr, scan] = suites(
      report({ exitCode: 3, complete: false, modules: [module('cdr', 'unverified', { findings })] }),
    );
    expect(cdr?.tests.map(({ outcome, type }) => [outcome, type])).toEqual([
      ['error', 'unverified'],
      ['error', 'unreadable'],
      ['error', 'changed'],
    ]);
    expect(scan?.tests).toMatchObject([{ outcome: 'error', type: 'incomplete' }]);
  });

  it('holds notes where somebody looks who asks why', () => {
    const [scan] = suites(report({ exitCode: 3, notes: ['one', 'two'] }));
    expect(scan?.tests).toMatchObject([{ outcome: 'error', text: 'one\ntwo' }]);
  });
});

describe('names that are made to break XML', () => {
  const hostile = bytes(
    `<a b="]]>&amp;'\u0000\u001b\u007f\n\r\t\u00ff\u00ef\u00bf\u00be\u00ed\u00a0\u0080\u00e2\u0080\u00ae=`,
  );
  const what = report({
    root: hostile,
    exitCode: 1,
    notes: [hostile],
    modules: [hostileModule(hostile)],
    outside: [
      finding('', { path: hostile, file: hostile, exemption: { ...EXEMPTION, reason: '\u0000<\ud800\ufffe' } }),
    ],
  });
  const escaped = `<a b="]]>&amp;'\\u{00}\\u{1b}\\u{7f}\\n\\u{0d}\\t\\xff\\u{fffe}\\xed\\xa0\\x80\\u{202e}=`;

  it('are text like any other', () => {
    const [first, outside] = suites(what);
    expect(first?.name).toBe(escaped);
    expect(first?.tests[1]?.name).toBe(`unlisted code ${escaped}`);
    expect(outside?.tests[0]?.message).toContain('\\u{00}<\\u{d800}\\u{fffe}');
  });

  it.skipIf(!hasTool('xmllint'))('are well-formed to another parser', () => {
    runTool('xmllint', ['--noout', '--nonet', '-'], [...junitParts(what)].join(''));
  });
});
