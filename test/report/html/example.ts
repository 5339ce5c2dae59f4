import type { Report } from '../../../src/model.js';

import { finding, listed, module, report } from '../fixtures.js';

export const SHELL = '5'.repeat(64);
const SIGNED = '6'.repeat(64);
export const STARTED = new Date('2026-11-28T02:31:00Z');
export const BEFORE = new Date('2026-11-27T02:31:00Z');
const NIGHT = 86_400_000;

const stat = { size: 1234, mode: 0o100640, uid: 33, gid: 48, mtimeMs: 1_700_000_000_000, ctimeMs: 1_795_000_000_000 };
const exemption = { reason: 'our own page', author: 'jane', expires: new Date('2027-02-21T23:59:59Z') };

/** A report with something of everything that a page can show, remembered for the thirtieth night. */
export function badNight(): Report {
  const planted = { ...stat, actual: SHELL, firstSeen: STARTED };
  return report({
    scan: 30,
    exitCode: 1,
    startedAt: STARTED,
    finishedAt: new Date(STARTED.getTime() + 94_300),
    notes: ['/var/www/html/admin/modules/backup lies on another file system'],
    counted: 7,
    history: Array.from({ length: 29 }, (_, night) => ({
      scan: night + 1,
      startedAt: new Date(STARTED.getTime() - (29 - night) * NIGHT),
      kind: 'full' as const,
      whole: true,
      complete: night !== 4,
      exitCode: 0,
      findings: { critical: 0, high: 0, medium: night % 3, low: 2, info: 0 },
    })),
    changes: {
      since: { scan: 29, startedAt: BEFORE },
      modules: [
        { module: module('core', 'good').name, kinds: ['verdict'], before: state('good'), after: state('tampered') },
        { module: module('old', 'good').name, kinds: ['vanished'], before: state('good'), after: null },
      ],
      added: [],
      gone: [{ module: null, finding: finding('gone.txt', { severity: 'low', class: 'other' }) }],
      still: 2,
    },
    modules: [
      module('backup', 'good', { listed: 400 }),
      module('cdr', 'good', {
        listed: 30,
        findings: [
          finding('notes.txt', { severity: 'low', class: 'other', firstSeen: BEFORE, ...stat }),
          finding('own.php', { exemption, ...stat, firstSeen: BEFORE }),
          finding('shell.php', planted),
        ],
      }),
      module('core', 'tampered', {
        listed: 120,
        reason: 'of 120 listed files: 1 altered, 1 missing',
        findings: [
          listed('functions.inc.php', 'altered', {
            ...stat,
            expected: SIGNED,
            actual: '7'.repeat(64),
            firstSeen: STARTED,
          }),
          listed('page.php', 'missing', { severity: 'high', expected: SIGNED, firstSeen: BEFORE }),
        ],
      }),
      module('ours', 'unsigned', { listed: 0, findings: [finding('ours.php', { uncovered: true, ...stat })] }),
    ],
    outside: [
      finding('admin/views/ajax.php', planted),
      finding('rest_phones/ajax.php', planted),
      finding('.htaccess', { class: 'server-config', severity: 'high', ...stat, firstSeen: STARTED }),
    ],
  });
}

function state(verdict: 'good' | 'tampered') {
  return { verdict, version: '17.0.1', signer: 'A'.repeat(40), signedAt: BEFORE, textSha256: '0'.repeat(64) };
}

/** A report in which nothing is to be said. */
export function cleanNight(): Report {
  return report({ modules: [module('backup', 'good'), module('cdr', 'good')], startedAt: STARTED });
}
