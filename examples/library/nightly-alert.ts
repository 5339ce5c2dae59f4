/**
 * Tells a service of one's own, once, of each finding that counts. What was told is kept in a file, a line each.
 * `node nightly-alert.js WEB_ROOT FILE URL [ANCHOR …]`
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Finding, scan, toText } from 'sigsweep';

const [webRoot = '', file = '', url = '', ...anchors] = process.argv.slice(2);

/** What makes two findings the same: what is wrong, where, and with which content. */
function keyOf({ kind, file, actual = '' }: Finding): string {
  return JSON.stringify([kind, toText(file), actual]);
}

const told = new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);
// Signalled in any case: a scan that hangs must not stand in the way of the next one.
const report = await scan({ webRoot, anchors, signal: AbortSignal.timeout(3_600_000) });
const findings = [...report.modules, report.tree].flatMap((place) => place.findings);
const bad = findings.filter(({ severity }) => severity === 'critical' || severity === 'high');
const news = bad.filter((finding) => !told.has(keyOf(finding)));

if (news.length > 0 || !report.complete) {
  const body = JSON.stringify({
    complete: report.complete,
    findings: news.map(({ kind, severity, file }) => ({ kind, severity, file: toText(file) })),
  });
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  // Not noted as told: the next night tries again.
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
}
writeFileSync(file, bad.map(keyOf).join('\n'));
process.exitCode = report.exitCode;
