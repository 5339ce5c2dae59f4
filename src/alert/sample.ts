import { randomUUID } from 'node:crypto';
import type { AlertEvent } from './event.js';

/** What `sigsweep alert test` sends: nothing happened, but it has everything that a receiver may have to read. */
export function sampleEvent(host: string, at: Date): AlertEvent {
  const root = '/var/www/html';
  return {
    schema: 'sigsweep/alert@1',
    id: randomUUID(),
    reasons: ['test'],
    headline: 'this is a test, nothing happened',
    severity: 'info',
    host,
    root,
    at: at.toISOString(),
    scan: null,
    exitCode: 0,
    complete: true,
    findings: [
      {
        module: 'sample',
        kind: 'unlisted',
        class: 'other',
        path: 'sample.txt',
        file: `${root}/admin/modules/sample/sample.txt`,
        severity: 'info',
        note: 'a sample: there is no such file',
        firstSeen: at.toISOString(),
      },
    ],
    moreFindings: 0,
    gone: [],
    moreGone: 0,
    verdicts: [],
    moreVerdicts: 0,
    notes: [],
  };
}
