import type { AlertEvent, AlertFinding } from '../../src/alert/event.js';

/** An event such as a night with a web shell makes. */
export function makeEvent(over: Partial<AlertEvent> = {}): AlertEvent {
  return {
    schema: 'sigsweep/alert@1',
    id: '5f0c8f6e-1b1d-4b59-9c6a-2a4a7c1f3d11',
    reasons: ['findings', 'verdict'],
    headline: '1 new finding, 1 critical',
    severity: 'critical',
    host: 'pbx.example.org',
    root: '/var/www/html',
    at: '2026-11-23T02:00:00.000Z',
    scan: 42,
    exitCode: 1,
    complete: true,
    findings: [makeFinding()],
    moreFindings: 0,
    gone: [],
    moreGone: 0,
    moreVerdicts: 0,
    verdicts: [
      { module: 'core', before: 'good', after: 'tampered', version: '17.0.1', reason: 'of 57 listed files: 1 altered' },
    ],
    notes: [],
    ...over,
  };
}

export function makeFinding(over: Partial<AlertFinding> = {}): AlertFinding {
  return {
    module: null,
    kind: 'unlisted',
    class: 'code',
    path: 'admin/views/some.php',
    file: '/var/www/html/admin/views/some.php',
    severity: 'critical',
    actual: 'ab'.repeat(32),
    firstSeen: '2026-11-23T02:00:01.000Z',
    ...over,
  };
}

/** Every string of an event replaced by a hostile one. */
export function hostileEvent(text: string): AlertEvent {
  const finding = { module: text, path: text, file: text, note: text, actual: text, expected: text, firstSeen: text };
  return makeEvent({
    id: text,
    headline: text,
    host: text,
    root: text,
    at: text,
    findings: [makeFinding(finding)],
    gone: [makeFinding(finding)],
    verdicts: [{ module: text, before: 'good', after: null, version: text, reason: text }],
    notes: [text],
  });
}
