import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { AlertFinding } from '../../src/alert/event.js';
import { sampleEvent } from '../../src/alert/sample.js';
import { alertText, alertTitle } from '../../src/alert/text.js';
import { hostileEvent, makeEvent, makeFinding } from './event.js';
import { hostile } from './hostile.js';

describe('the text of an alert', () => {
  test('says what, where, since when and what to do', () => {
    expect(alertText(makeEvent())).toBe(`1 new finding, 1 critical

host      pbx.example.org
web root  /var/www/html
scanned   2026-11-23T02:00:00.000Z (scan 42)

what to do:
  nobody signed the unlisted files: look at each one, and move away what nobody knows
  what you know and want to keep: sigsweep exempt FILE --reason TEXT --expires 90d
  the whole report: sigsweep show 42

modules:
  core 17.0.1: was good, is tampered (of 57 listed files: 1 altered)

found:
  critical: unlisted code  /var/www/html/admin/views/some.php
    first seen 2026-11-23T02:00:01.000Z
    sha256 ${'ab'.repeat(32)}
`);
  });

  test('names the command that puts altered files back, for names that a shell takes as they are', () => {
    const findings = ['core', 'cdr', 'core', '$(reboot)', '-x', null].map((module) =>
      makeFinding({ kind: 'altered', module, expected: 'cd'.repeat(32) }),
    );
    const text = alertText(makeEvent({ findings, scan: null }));
    expect(text).toContain('  put the published ones back: fwconsole ma downloadinstall core cdr\n');
    expect(text).toContain(`    signed ${'cd'.repeat(32)}\n`);
    expect(text).toContain('  the whole report: sigsweep scan\n');
  });

  test('says when more was found than it lists, when a scan is incomplete, and what it notes', () => {
    const text = alertText(
      makeEvent({
        moreFindings: 1234,
        complete: false,
        reasons: ['incomplete'],
        notes: ['/x: EACCES: permission denied'],
      }),
    );
    expect(text).toContain('  and 1,234 more findings\n');
    expect(text).toContain('result    INCOMPLETE');
    expect(text).toContain('notes:\n  /x: EACCES: permission denied\n');
    expect(text).toContain('  scan again as root');
  });

  test('tells a reminder from news, and what is gone', () => {
    const text = alertText(makeEvent({ reasons: ['reminder', 'recovered'], gone: [makeFinding({ module: 'cdr' })] }));
    expect(text).toContain('still there:\n  critical');
    expect(text).toContain('gone:\n  critical');
    expect(text).toContain('    module cdr; first seen');
    expect(text).toContain('  make sure that it was one of you who put it right');
  });

  test('names modules that came and went', () => {
    const gone = { module: 'cdr', before: 'good', after: null, version: null, reason: '' } as const;
    const came = { module: 'ha', before: null, after: 'unsigned', version: '1', reason: '' } as const;
    const text = alertText(makeEvent({ verdicts: [gone, came] }));
    expect(text).toContain('  cdr: was good, is gone\n  ha 1: was not there, is unsigned\n');
  });

  test('of a sample says that nothing happened', () => {
    const text = alertText(sampleEvent('pbx', new Date('2026-11-23T02:00:00Z')));
    expect(text).toContain('this is a test, nothing happened');
    expect(text).toContain('what to do:\n  nothing: somebody tried whether alerts arrive\n');
  });

  test('has as many lines as it says and nothing that a terminal obeys, whatever the names are', () => {
    const lines = alertText(hostileEvent('x')).split('\n').length;
    fc.assert(
      fc.property(hostile, (text) => {
        const event = hostileEvent(`x${text}`);
        const shown = alertText(event);
        expect(shown.split('\n')).toHaveLength(lines);
        expect(shown).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(alertTitle(event)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });

  test('cuts what nobody reads', () => {
    const event = hostileEvent('\u{1f600}\u001b'.repeat(100_000));
    expect(alertText(event).length).toBeLessThan(20_000);
    expect(alertText(event)).not.toMatch(/\p{Cs}/u);
    expect(alertTitle(event).length).toBeLessThan(400);
  });
});

describe('many findings', () => {
  const shell = (path: string, changes: Partial<AlertFinding> = {}): AlertFinding => ({
    module: 'cdr',
    kind: 'unlisted',
    path,
    file: `/w/admin/modules/cdr/${path}`,
    severity: 'critical',
    class: 'code',
    ...changes,
  });
  const found = (findings: AlertFinding[]) => {
    const text = alertText({ ...sampleEvent('pbx', new Date(0)), findings });
    return text.slice(text.indexOf('found:'));
  };

  it('of one content are one, with their places', () => {
    const places = Array.from({ length: 15 }, (_, index) => shell(`${index}.php`, { actual: 'ab'.repeat(32) }));
    expect(found(places)).toBe(
      [
        'found:',
        '  critical: unlisted code  the same content in 15 places',
        ...[0, 1, 2, 3, 4].map((index) => `    /w/admin/modules/cdr/${index}.php`),
        '    and 10 more',
        `    sha256 ${'ab'.repeat(32)}`,
        '',
      ].join('\n'),
    );
  });

  it('that are alike in one module are counted, and those of others are not among them', () => {
    const many = Array.from({ length: 56 }, (_, index) =>
      shell(`${index}.php`, { actual: `${index}`.padStart(64, '0') }),
    );
    const text = found([...many, shell('x.php', { module: 'core', actual: 'cd'.repeat(32) })]);
    expect(text).toContain('critical: unlisted code  56 files in module cdr\n');
    expect(text).toContain('    and 51 more\n');
    expect(text).toContain('critical: unlisted code  /w/admin/modules/cdr/x.php\n    module core\n');
    expect(text.split('\n').length).toBeLessThan(15);
  });

  it('without a hash are never taken for copies', () => {
    expect(found([shell('a'), shell('b')])).not.toContain('same content');
  });

  it('of a module whose signature does not stand are one line, and no strangers to be moved away', () => {
    const own = Array.from({ length: 18 }, (_, index) => shell(`${index}.php`, { module: 'core', uncovered: true }));
    const verdicts = [
      { module: 'core', before: 'good', after: 'invalid', version: '17.0.1', reason: 'broken' } as const,
    ];
    const event = { ...sampleEvent('pbx', new Date(0)), reasons: ['findings', 'verdict'] as const, verdicts };
    const text = alertText({ ...event, findings: own });
    expect(text).toContain(
      '  critical: unlisted code  18 files in module core: nothing says which of them belong there\n',
    );
    expect(text).toContain('do not trust what lies in core: install it again: fwconsole ma downloadinstall core');
    expect(text).not.toContain('move away');
    expect(alertText({ ...event, findings: [...own, shell('x.php')] })).toContain('move away what nobody knows');
  });
});
