#!/usr/bin/env node
/**
 * Fuzzing, one target a parser. Needs the built program (`npm run build`).
 *
 *     node fuzz/main.mjs armor --seconds 60 --seed 7
 *     node fuzz/main.mjs all --seconds 20                   # all of them, side by side
 *     node fuzz/main.mjs armor --input fuzz/findings/armor-… # one input again
 *
 * Guided by coverage: V8's block coverage, read through Node's own inspector. Exits 1 when there are findings.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Coverage } from './coverage.mjs';

const TARGETS = ['armor', 'packet', 'keys', 'verify', 'manifest', 'text', 'package', 'message', 'fleet'];
/** A long run says now and then how far it has come, so that whoever ends it early has something of it. */
const STATUS_SECONDS = 60;

const USAGE = `usage: npm run fuzz -- TARGET [--seconds N] [--seed S] [--input FILE]\n       TARGET: ${TARGETS.join(', ')} or all\n`;

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '20' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      input: { type: 'string' },
    },
  });
  const [target = '', ...others] = positionals;
  if (others.length > 0 || !['all', ...TARGETS].includes(target)) throw new RangeError('one TARGET is needed');
  const seconds = Number(values.seconds);
  const seed = Number(values.seed);
  if (!(seconds > 0) || !Number.isSafeInteger(seed)) throw new RangeError('--seconds and --seed take numbers');
  return { target, seconds, seed, input: values.input };
}

/** Every target in a process of its own. @param {number} seconds @param {number} seed */
async function runAll(seconds, seed) {
  const codes = await Promise.all(
    TARGETS.map((target) => {
      const args = [fileURLToPath(import.meta.url), target, '--seconds', String(seconds), '--seed', String(seed)];
      const child = spawn(process.execPath, args, { stdio: 'inherit' });
      return new Promise((resolve, reject) => child.on('error', reject).on('exit', (code) => resolve(code ?? 1)));
    }),
  );
  return Math.max(...codes);
}

/** @param {string} name @param {number} seconds @param {number} seed @param {string | undefined} input */
async function runTarget(name, seconds, seed, input) {
  // Before the parsers are loaded: V8 counts only in functions that it compiled with counters.
  const coverage = new Coverage();
  const target = await import(`./targets/${name}.mjs`);
  const { Fuzzer } = await import('./engine.mjs');
  coverage.wanted = target.files;
  const fuzzer = new Fuzzer(target, coverage, seed);
  const start = performance.now();
  if (input !== undefined) {
    await fuzzer.runAll([readFileSync(input)]);
  } else {
    await fuzzer.start();
    const covered = coverage.size;
    const status = () => {
      const rate = Math.round((fuzzer.executions / (performance.now() - start)) * 1000);
      return (
        `${name}: ${fuzzer.executions} executions, ${rate} executions/s, ` +
        `corpus ${fuzzer.corpusSize} (${fuzzer.seeds} seeds), coverage ${coverage.size} characters of source ` +
        `(${coverage.size - covered} new), findings ${fuzzer.findings.length}, seed ${seed}, coverage-guided\n`
      );
    };
    for (let left = seconds; left > 0; left -= STATUS_SECONDS) {
      await fuzzer.run(Math.min(left, STATUS_SECONDS));
      if (left > STATUS_SECONDS) process.stderr.write(status());
    }
    process.stdout.write(status());
  }
  for (const { file, what } of fuzzer.findings) {
    process.stdout.write(
      `  ${file}: ${what.split('\n').slice(0, 4).join('\n    ')}\n  again: npm run fuzz -- ${name} --input ${file}\n`,
    );
  }
  return fuzzer.findings.length > 0 ? 1 : 0;
}

try {
  const { target, seconds, seed, input } = readArguments();
  process.exitCode = await (target === 'all' ? runAll(seconds, seed) : runTarget(target, seconds, seed, input));
} catch (error) {
  process.stderr.write(
    error instanceof RangeError || error instanceof TypeError ? `${error.message}\n${USAGE}` : `${error}\n`,
  );
  process.exitCode = 2;
}
