import { describe, expect, it } from 'vitest';
import { adviceOn, adviceOnUnlisted } from '../../src/report/advice.js';
import { foldFindings } from '../../src/report/fold.js';
import { renderJson } from '../../src/report/json.js';
import { renderText } from '../../src/report/text.js';
import { validated } from '../helpers/report.js';
import { finding, module, type ReportParts, report } from './fixtures.js';

const exemption = { reason: 'our own page', author: 'jane', expires: new Date('2027-02-21T23:59:59.999Z') };
const exempted = (path: string, changes: Parameters<typeof finding>[1] = {}) =>
  finding(path, { exemption, ...changes });

/** The fixture counts every finding; a scan subtracts those that are exempted. */
function shown(parts: ReportParts, number: number, options: { all?: boolean; color?: boolean } = {}): string[] {
  const whole = report(parts);
  const findings = { ...whole.summary.findings, critical: whole.summary.findings.critical - number };
  const marked = { ...whole, summary: { ...whole.summary, findings, exempted: number } };
  return renderText(marked, { color: false, all: false, ...options }).split('\n');
}

describe('an exempted finding in the text report', () => {
  it('stands there marked, with its end and its reason, and asks for nothing', () => {
    const lines = shown({ modules: [module('cdr', 'good', { findings: [exempted('a.php', { note: 'empty' })] })] }, 1);
    expect(lines.slice(2, 4)).toEqual([
      'cdr 17.0.1  good',
      '  exempted  unlisted code           a.php  (empty)  (until 2027-02-21: our own page)',
    ]);
    expect(lines.join('\n')).not.toContain('next:');
    expect(lines).toContain('findings  none; 1 exempted');
  });

  it('does not hide those beside it that count', () => {
    const outside = [exempted('a.php'), finding('b.php')];
    const lines = shown({ outside }, 1);
    expect(lines.filter((line) => line.startsWith('  critical'))).toEqual([
      '  critical  unlisted code           b.php',
    ]);
    expect(lines.join('\n')).toContain('next: nobody signed');
    expect(lines).toContain('findings  1 critical; 1 exempted');
  });

  it('is one line for each reason, over all folders; --all lists every one', () => {
    const other = { ...exemption, reason: 'the vendor ships it' };
    const findings = [
      ...['a/1.php', 'a/2.php', 'a/b/3.php'].map((path) => exempted(path)),
      ...['a/4.php', 'a/5.php'].map((path) => exempted(path, { exemption: other })),
      finding('a/6.php'),
    ];
    const parts: ReportParts = { modules: [module('cdr', 'good', { findings })] };
    expect(shown(parts, 5).slice(3, 6)).toEqual([
      '  exempted  unlisted code           3 files below a/, the first: a/1.php  (until 2027-02-21: our own page)',
      '  exempted  unlisted code           2 files below a/, the first: a/4.php  (until 2027-02-21: the vendor ships it)',
      '  critical  unlisted code           a/6.php',
    ]);
    expect(shown(parts, 5, { all: true }).filter((line) => line.startsWith('  exempted'))).toHaveLength(5);
  });

  it('gives its reason nothing that a terminal obeys, and keeps its letters', () => {
    const hostile = { ...exemption, reason: 'für\n  critical \u001b[2J\u202e' };
    const text = shown({ outside: [exempted('a.php', { exemption: hostile })] }, 1).join('\n');
    expect(text).toContain('(until 2027-02-21: für\\n  critical \\u{1b}[2J\\u{202e})');
    expect(text).not.toContain('\u001b');
  });

  it('is as quiet as a dotfile where it is one', () => {
    const findings = [exempted('.gitignore', { class: 'hidden', severity: 'low' })];
    const whole = report({ modules: [module('cdr', 'good', { findings })] });
    const summary = { ...whole.summary, findings: { ...whole.summary.findings, low: 0 }, exempted: 1 };
    const text = renderText({ ...whole, summary }, { color: false, all: false });
    expect(text).not.toContain('.gitignore');
    expect(text).toContain('findings  none; 1 exempted\n');
  });

  it('does not colour a tampered module as if it counted', () => {
    const altered = exempted('a.php', { kind: 'altered' });
    const whole = { modules: [module('cdr', 'tampered', { findings: [altered] })] };
    expect(shown(whole, 1, { color: true })[2]).toContain('  tampered: ');
  });
});

describe('folding', () => {
  it('keeps what is exempted apart from what is not, however alike', () => {
    const mixed = [exempted('a/1.php'), finding('a/2.php'), exempted('a/3.php'), finding('a/4.php')];
    expect([...foldFindings(mixed, false)].map(({ number, first }) => [number, first.exemption?.author])).toEqual([
      [2, 'jane'],
      [1, undefined],
      [1, undefined],
    ]);
  });

  it.each([
    ['author', { author: 'joe' }],
    ['end', { expires: new Date('2027-01-01T00:00:00Z') }],
    ['reason', { reason: 'another' }],
  ])('keeps what differs in its %s apart', (_what, changes) => {
    const mixed = [exempted('1.php'), exempted('2.php', { exemption: { ...exemption, ...changes } })];
    expect([...foldFindings(mixed, false)]).toHaveLength(2);
  });
});

describe('advice', () => {
  it('is not given on what is exempted', () => {
    expect(adviceOnUnlisted([exempted('a.php')])).toBe('');
    expect(adviceOnUnlisted([exempted('a.php'), finding('b.php')])).not.toBe('');
  });

  it('on a tampered module is given until all of its altered files are exempted', () => {
    const known = exempted('a.php', { kind: 'altered' });
    const unknown = finding('b.php', { kind: 'altered' });
    expect(adviceOn(module('cdr', 'tampered', { findings: [known] }))).toBe('');
    expect(adviceOn(module('cdr', 'tampered', { findings: [known, unknown] }))).toContain('downloadinstall');
    expect(adviceOn(module('cdr', 'tampered', { findings: [known, finding('c.php')] }))).toContain('nobody signed');
    expect(adviceOn(module('cdr', 'tampered', { findings: [unknown, exempted('c.php')] }))).toContain(
      'downloadinstall',
    );
  });

  it('on a module whose verdict is bad stays, whatever is exempted in it', () => {
    expect(adviceOn(module('cdr', 'unsigned', { findings: [exempted('a.php')] }))).toContain('sign it');
  });
});

it('the JSON report says who exempted it, why, and until when', () => {
  const document = validated(JSON.parse(renderJson(report({ outside: [exempted('a.php')] }))));
  expect(document.tree.findings[0]?.exemption).toEqual({ ...exemption, expires: '2027-02-21T23:59:59.999Z' });
});
