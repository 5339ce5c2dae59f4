#!/usr/bin/env node
/**
 * The mutation campaign: one random change per run to a signed system, one scan, and what the scan has to say of it.
 * Needs the built program (`npm run build`).
 *
 *     node campaign/main.mjs --runs 200 --seed 1            # run after run
 *     node campaign/main.mjs --seed 1 --only 117            # one of them again
 *
 * The same seed gives the same changes to the same bytes, keys and signatures included. Exits 1 when a change was
 * missed, named wrong, or something else was reported.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Campaign } from './campaign.mjs';

const STATUS_RUNS = 500;

const USAGE = 'usage: npm run campaign -- [--runs N] [--seed S] [--only K] [--kind TEXT]\n';

/** @param {string} name @param {string | undefined} value */
function wholeNumber(name, value) {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`--${name} takes a whole number`);
  return number;
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      kind: { type: 'string', default: '' },
    },
  });
  const runs = wholeNumber('runs', values.runs);
  const only = values.only === undefined ? null : wholeNumber('only', values.only);
  return {
    seed: wholeNumber('seed', values.seed),
    kind: values.kind,
    first: only ?? 0,
    end: only === null ? runs : only + 1,
  };
}

/** @param {ReturnType<typeof readArguments>} options */
async function main({ seed, kind, first, end }) {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'sigsweep-campaign-'));
  try {
    const start = performance.now();
    const campaign = await Campaign.prepare(dir, seed, kind);
    for (let index = first; index < end; index++) {
      const failure = await campaign.run(index);
      if (failure !== null) process.stdout.write(`${failure}\n`);
      if ((index + 1) % STATUS_RUNS === 0) process.stderr.write(`${index + 1} of ${end} runs\n`);
      if (end - first === 1) process.stdout.write(`run ${index}: ${campaign.lastRun}\n`);
    }
    const seconds = (performance.now() - start) / 1000;
    process.stdout.write(campaign.summary(seconds));
    process.exitCode = campaign.failed ? 1 : 0;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

let options;
try {
  options = readArguments();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exitCode = 2;
}
if (options !== undefined) await main(options);
