import { describe, expect, it } from 'vitest';
import { rpmParts } from '../../src/report/rpm.js';
import { bytes, finding, listed, module, type ReportParts, report } from './fixtures.js';

const lines = (parts: ReportParts) => [...rpmParts(report(parts))].join('').split('\n').slice(0, -1);
const EXEMPTION = { reason: 'our\nlogo', author: 'ana', expires: new Date('2027-01-31T00:00:00Z') };

describe('in the manner of rpm -V', () => {
  it('says nothing of a clean system', () => {
    expect(lines({ modules: [module('cdr', 'good'), module('core', 'good')] })).toEqual([]);
  });

  it.each([
    ['altered', 'a.php', '..5......    /w/admin/modules/cdr/a.php'],
    ['altered', 'x/.htaccess', '..5......  c /w/admin/modules/cdr/x/.htaccess'],
    ['type-changed', 'a.php', '.M?......    /w/admin/modules/cdr/a.php'],
    ['unreadable', 'a.php', '..?......    /w/admin/modules/cdr/a.php'],
    ['changed', 'a.php', '..?......    /w/admin/modules/cdr/a.php'],
    ['missing', 'a.php', 'missing     /w/admin/modules/cdr/a.php'],
    ['missing', '.user.ini', 'missing   c /w/admin/modules/cdr/.user.ini'],
  ] as const)('%s %s', (kind, path, shown) => {
    expect(lines({ modules: [module('cdr', 'tampered', { findings: [listed(path, kind)] })], exitCode: 1 })).toEqual([
      shown,
    ]);
  });

  it('has words of its own for what rpm cannot say', () => {
    const findings = [
      finding('shell.php'),
      finding('.htaccess', { class: 'server-config' }),
      listed('module.sig', 'downgraded', { note: 'older' }),
      listed('logo.php', 'altered', { exemption: EXEMPTION }),
    ];
    const parts = { modules: [module('cdr', 'unsigned', { findings })], outside: [finding('x.php')], exitCode: 1 };
    expect(lines(parts)).toEqual([
      'unsigned    /w/admin/modules/cdr (the reason why it is unsigned)',
      'unlisted    /w/admin/modules/cdr/shell.php',
      'unlisted  c /w/admin/modules/cdr/.htaccess',
      'downgraded    /w/admin/modules/cdr/module.sig (older)',
      'exempted    /w/admin/modules/cdr/logo.php (altered, until 2027-01-31: our\\nlogo)',
      'unlisted    /w/admin/modules/cdr/x.php',
    ]);
  });

  it('no name can pass for another line, or for an exempted one', () => {
    const hostile = bytes('/w/a.php (altered, until 2099-01-01: fine)\n..5......    /w/b\u001b\u00ff');
    const [line, ...more] = lines({
      modules: [module('cdr', 'tampered', { findings: [listed('', 'altered', { file: hostile })] })],
    });
    expect(more).toEqual([]);
    expect(line).toBe('..5......    /w/a.php (altered, until 2099-01-01: fine)\\n..5......    /w/b\\u{1b}\\xff');
  });
});
