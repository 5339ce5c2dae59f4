/** Results as tables of text: for a terminal, and for Markdown. */
import { byteCount, count, seconds, spread, throughput, times } from './format.mjs';

/** @typedef {import('../measure/bench.mjs').Results} Results */
/** @typedef {import('../measure/bench.mjs').Contest} Contest */
/** @typedef {import('../measure/bench.mjs').Measured} Measured */

/** @typedef {{ title: string, head: readonly string[], rows: readonly (readonly string[])[] }} Table */

/** @param {Results} results @returns {Table[]} */
export function tablesOf(results) {
  return [...results.contests.map((contest) => tableOf(contest, results)), targetTable(results)];
}

/** @param {Results} results @returns {Table} */
function targetTable({ targets }) {
  const met = (/** @type {boolean | null} */ value) => (value === null ? '–' : value ? 'yes' : 'no');
  return {
    title: 'Targets',
    head: ['', 'target', 'measured', 'met'],
    rows: targets.map((target) => [target.what, target.target, target.measured, met(target.met)]),
  };
}

/** @param {Contest} contest @param {Results} results @returns {Table} */
function tableOf(contest, results) {
  switch (contest.kind) {
    case 'peers':
      return peerTable(contest, results);
    case 'files':
      return filesTable(contest, results);
    case 'hashing':
      return hashingTable(contest, results);
    case 'cold':
      return coldTable(contest, results);
  }
}

/** @param {Contest} contest @param {Results} results @returns {Table} */
function peerTable(contest, results) {
  return {
    title: `Whole programs: ${titleOfTree(contest, results)}`,
    head: ['', 'files', 'time', 'sigsweep = 1', 'CPU time', 'peak memory'],
    rows: contest.outcomes.map((outcome) => [
      outcome.name,
      ...(withoutFigures(outcome, 5) ?? [
        files(outcome),
        spread(outcome.seconds, seconds),
        outcome.ratio === null ? '1' : spread(outcome.ratio, times),
        median(outcome.cpuSeconds, cpuTime),
        median(outcome.peakBytes, byteCount),
      ]),
    ]),
  };
}

/** @param {Contest} contest @param {Results} results @returns {Table} */
function filesTable(contest, { trees }) {
  return {
    title: 'Scans of trees that grow',
    head: ['', 'files', 'bytes', 'time', 'a tenth of the files = 1', 'peak memory'],
    rows: contest.outcomes.map((outcome) => [
      outcome.tree,
      ...(withoutFigures(outcome, 5) ?? [
        files(outcome),
        byteCount(trees[outcome.tree]?.allBytes ?? 0),
        spread(outcome.seconds, seconds),
        outcome.ratio === null ? '' : spread(outcome.ratio, times),
        median(outcome.peakBytes, byteCount),
      ]),
    ]),
  };
}

/** @param {Contest} contest @param {Results} results @returns {Table} */
function hashingTable(contest, results) {
  return {
    title: `Hashing every file, without any start-up: ${titleOfTree(contest, results)}`,
    head: ['', 'threads', 'time', 'throughput', 'limit = 1', 'peak memory'],
    rows: contest.outcomes.map((outcome) => [
      outcome.name,
      outcome.threads === null ? '' : String(outcome.threads),
      ...(withoutFigures(outcome, 4) ?? [
        spread(outcome.seconds, seconds),
        median(throughputOf(outcome), throughput),
        outcome.ratio === null ? '' : spread(outcome.ratio, times),
        median(outcome.peakBytes, byteCount),
      ]),
    ]),
  };
}

/** @param {Contest} contest @param {Results} results @returns {Table} */
function coldTable(contest, results) {
  return {
    title: `Whole programs with cold caches: ${titleOfTree(contest, results)}`,
    head: ['', 'threads', 'time', '1 thread = 1', 'CPU time', 'peak memory'],
    rows: contest.outcomes.map((outcome) => [
      outcome.name,
      String(outcome.threads),
      ...(withoutFigures(outcome, 4) ?? [
        spread(outcome.seconds, seconds),
        outcome.ratio === null ? '' : spread(outcome.ratio, times),
        median(outcome.cpuSeconds, cpuTime),
        median(outcome.peakBytes, byteCount),
      ]),
    ]),
  };
}

/** What stands in `columns` columns where there are no figures. @param {Measured} outcome @param {number} columns */
function withoutFigures({ status, why }, columns) {
  if (status === 'measured') return null;
  return [`${status}: ${why}`, ...Array.from({ length: columns - 1 }, () => '')];
}

/** @param {Contest} contest @param {Results} results */
function titleOfTree({ outcomes }, { trees }) {
  const name = outcomes[0]?.tree ?? '';
  const made = trees[name];
  if (made === undefined) return name;
  return `${name} (${count(made.modules)} modules, ${count(made.allFiles)} files, ${byteCount(made.allBytes)})`;
}

/** @param {Measured} outcome */
function files({ samples }) {
  return count(samples[0]?.files ?? 0);
}

/** @param {import('../measure/stats.mjs').Summary | null} summary @param {(value: number) => string} form */
function median(summary, form) {
  return summary === null ? 'not measured' : form(summary.median);
}

/** GNU time counts hundredths of a second. @param {number} value */
function cpuTime(value) {
  return value < 0.01 ? 'under 10 ms' : seconds(value);
}

/** @param {Measured} outcome */
function throughputOf({ samples, seconds: time }) {
  const bytes = samples[0]?.bytes ?? null;
  if (bytes === null || time === null) return null;
  return { median: bytes / time.median, min: bytes / time.max, max: bytes / time.min };
}

/** @param {Table} table */
export function asText({ title, head, rows }) {
  const remarks = rows.map((row) => row.slice(1).some((cell) => /^(failed|not measured): /.test(cell)));
  const widths = head.map((title, column) =>
    // A reason runs over the columns behind it, which are empty.
    Math.max(
      title.length,
      ...rows.map((row, index) => (remarks[index] && column > 0 ? 0 : (row[column]?.length ?? 0))),
    ),
  );
  const lines = [head, ...rows].map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return `${title}\n\n${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}\n`;
}

/** @param {Table} table */
export function asMarkdown({ title, head, rows }) {
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [`**${title}**`, '', line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}
