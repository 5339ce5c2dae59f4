import { styleText } from 'node:util';
import type { Check, CheckStatus } from '../health-check.js';
import { escapeControls, safeJson } from './escape.js';
import { hang, type LayoutOptions } from './layout/hang.js';

const COLORS: Readonly<Record<CheckStatus, Parameters<typeof styleText>[0]>> = {
  ok: 'green',
  warn: 'yellow',
  fail: 'red',
};

/** Checks for a person, one a line, with what to do below. */
export function* doctorLines(checks: readonly Check[], look: LayoutOptions & { color: boolean }): Generator<string> {
  const widest = Math.max(...checks.map(({ name }) => name.length));
  for (const { name, status, found, todo } of checks) {
    const word = look.color ? styleText(COLORS[status], status, { validateStream: false }) : status;
    const start = `${word}${' '.repeat(6 - status.length)}${name.padEnd(widest)}  `;
    yield* hang(start, escapeControls(found), look);
    if (todo !== undefined) yield* hang(`${' '.repeat(widest + 8)}-> `, escapeControls(todo), look);
  }
  yield '';
  yield verdictOn(checks);
}

/** The same as one JSON document. */
export function doctorJson(checks: readonly Check[]): string {
  return `${safeJson({ schema: 'sigsweep/doctor@1', healthy: checks.every(isHealthy), checks })}\n`;
}

export function isHealthy({ status }: Check): boolean {
  return status !== 'fail';
}

function verdictOn(checks: readonly Check[]): string {
  const [failed, warned] = (['fail', 'warn'] as const).map((wanted) =>
    checks.filter(({ status }) => status === wanted),
  );
  if (failed?.length) return `${failed.length} of ${checks.length} checks failed: scans do not work as they should.`;
  return warned?.length ? `Scans work; ${warned.length} of ${checks.length} checks want a look.` : 'All is well.';
}
