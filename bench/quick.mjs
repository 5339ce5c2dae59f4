#!/usr/bin/env node
/**
 * Measures what a history costs a scan, and what a quick scan saves: scans of one tree in turns, warm and, as root with
 * `--cold`, with empty caches. Needs the built program and a tree that `bench/generate.mjs` made more than two minutes
 * ago: what is younger is always read. Prints a table in Markdown.
 *
 *     node bench/quick.mjs WEBROOT --anchor FINGERPRINT [--runs 7] [--cold]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dropCaches } from './measure/cold.mjs';
import { contest } from './measure/contest.mjs';
import { Runner } from './measure/runner.mjs';
import { ratios } from './measure/stats.mjs';

const USAGE = 'usage: node bench/quick.mjs WEBROOT --anchor FINGERPRINT [--runs N] [--cold]\n';
const PROGRAM = fileURLToPath(new URL('../dist/program/cli/main.js', import.meta.url));

/** @typedef {import('./measure/contest.mjs').Outcome} Outcome */

/** What the text report says of a quick scan. */
const REUSED = /([\d,]+) unchanged since \(quick scan\)/;

const { values, positionals } = readArguments();
const [webRoot] = positionals;
if (webRoot === undefined || values.anchor === undefined) {
  process.stderr.write(USAGE);
  process.exit(2);
}
const runner = new Runner();
const folder = mkdtempSync(join(tmpdir(), 'sigsweep-quick-'));
try {
  const scan = [process.execPath, PROGRAM, 'scan', webRoot, '--anchor', values.anchor];
  const state = ['--state', join(folder, 'state')];
  await runner.run([...scan, ...state]);
  for (const cold of values.cold ? [false, true] : [false]) {
    const outcomes = await contest(
      [
        contestant('scan --no-state', [...scan, '--no-state'], false, cold),
        contestant('scan', [...scan, ...state], false, cold),
        contestant('scan --quick', [...scan, ...state, '--quick'], true, cold),
      ],
      Number(values.runs),
      (text) => process.stderr.write(`${text}\n`),
    );
    process.stdout.write(tableOf(cold ? 'cold cache' : 'warm cache', outcomes));
  }
} finally {
  runner.close();
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} name @param {readonly string[]} argv @param {boolean} quick @param {boolean} cold */
function contestant(name, argv, quick, cold) {
  const run = async () => {
    const { code, stdout, stderr, seconds, cpuSeconds, peakBytes } = await runner.run(argv, { measured: true });
    if (code !== 0) throw new Error(`ended with ${code}: ${stderr}`);
    const files = Number(REUSED.exec(stdout)?.[1]?.replaceAll(',', '') ?? 0);
    if (quick !== files > 0) throw new Error(`${files} files were not read: is the tree older than two minutes?`);
    return { seconds, cpuSeconds, peakBytes, files, bytes: null };
  };
  const before = cold ? () => dropCaches(runner) : undefined;
  return { name, tree: 'system', threads: null, argv, run, ...(before === undefined ? {} : { before }) };
}

/** @param {string} title @param {readonly Outcome[]} outcomes */
function tableOf(title, outcomes) {
  const first = outcomes[0]?.samples.map(({ seconds }) => seconds) ?? [];
  const rows = outcomes.map(({ name, samples, seconds, cpuSeconds, peakBytes, why }) => {
    if (seconds === null) return `| \`${name}\` | ${why} | | | |`;
    const ratio =
      ratios(
        samples.map((sample) => sample.seconds),
        first,
      )?.median ?? Number.NaN;
    const memory = Math.round((peakBytes?.median ?? Number.NaN) / 1e6);
    return `| \`${name}\` | ${seconds.median.toFixed(2)} s | ${ratio.toFixed(2)} | ${cpuSeconds?.median.toFixed(2)} s | ${memory} MB |`;
  });
  return [`| ${title} | time | ratio | CPU | memory |`, '| --- | ---: | ---: | ---: | ---: |', ...rows, '', ''].join(
    '\n',
  );
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        anchor: { type: 'string' },
        runs: { type: 'string', default: '7' },
        cold: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    return process.exit(2);
  }
}
