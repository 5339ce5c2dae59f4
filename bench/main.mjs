#!/usr/bin/env node
/**
 * The benchmark: sigsweep beside other programs, on generated trees. Needs the built program (`npm run build`).
 *
 *     node bench/main.mjs --quick
 *     node bench/main.mjs --trees system --peers sha256sum,aide --runs 5
 *
 * Exit codes: 0, also where a peer failed; 1 where sigsweep itself failed; 2 for wrong usage or a full disk; 130 and
 * 143 when interrupted.
 */
import { HELP, KEPT_RESULTS, readArguments, USAGE, UsageError } from './arguments.mjs';
import { BenchError, Interrupted } from './errors.mjs';
import { runBench } from './measure/bench.mjs';
import { Runner } from './measure/runner.mjs';
import { describe } from './report/readme.mjs';
import { asText, tablesOf } from './report/tables.mjs';

/** @param {string} text */
function say(text) {
  process.stderr.write(`${text}\n`);
}

/** @param {import('./arguments.mjs').BenchOptions} options @returns {Promise<number>} the exit code */
async function bench(options) {
  // Plots take their time to load: not for whoever asks for help, and not after half an hour of measuring.
  const { writeReadme, writeResults } = await import('./report/write.mjs');
  const runner = new Runner();
  let interrupted = 0;
  const signals = /** @type {const} */ ([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]);
  for (const [signal, code] of signals) {
    process.once(signal, () => {
      interrupted ||= code;
      runner.interrupt();
    });
  }
  try {
    const results = await runBench(options, runner, say);
    const plots = writeResults(results, options.out);
    if (options.writeReadme) writeReadme(results, plots);
    const tables = tablesOf(results).map(asText);
    const notes = results.notes.map((note) => `Note: ${note}\n`);
    process.stdout.write([`${describe(results)}\n`, ...tables, ...notes].join('\n'));
    say(`results and plots: ${options.out === KEPT_RESULTS ? 'bench/results' : options.out}`);
    const own = results.contests.flatMap(({ outcomes }) => outcomes).filter(({ name }) => name.startsWith('sigsweep'));
    return own.every(({ status }) => status === 'measured') ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    say('interrupted');
    return interrupted;
  } finally {
    runner.close();
  }
}

try {
  const options = readArguments(process.argv.slice(2));
  if (options === 'help') process.stdout.write(HELP);
  else process.exitCode = await bench(options);
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof BenchError)) throw error;
  process.stderr.write(`${error.message}\n${error instanceof UsageError ? USAGE : ''}`);
  process.exitCode = 2;
}
