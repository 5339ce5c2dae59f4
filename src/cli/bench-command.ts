import { type Command, InvalidArgumentError } from 'commander';
import { MAX_THREADS } from '../limits.js';
import { type MeasureOptions, measure } from '../measure/measure.js';
import { measurementJson, renderMeasurement } from '../report/measurement.js';
import { parsePath } from './arguments.js';
import { beGentle, type GentleArguments, withGentleOptions } from './gentle.js';
import { Interrupt } from './interrupt.js';
import { print } from './output.js';
import { fitted, screenOf } from './terminal/screen.js';

const DEFAULT_SECONDS = 15;
const MOST_SECONDS = 3600;

/** More numbers of threads leave no time for any of them. */
const MOST_THREAD_COUNTS = 16;

interface BenchArguments extends GentleArguments {
  readonly root?: string;
  readonly seconds: number;
  readonly threads?: readonly number[];
  readonly json?: true;
}

/** `sigsweep bench [web-root]`: how fast this machine reads its own web root. */
export function addBenchCommand(program: Command): void {
  const command = program
    .command('bench')
    .summary('measure how fast this machine reads a web root')
    .description(
      'Lists the folders of a web root and reads its files again and again, with different numbers of threads, the\n' +
        'way a scan does. Reads only. Nothing is verified.',
    )
    .argument('[web-root]', 'the web root, found as by scan; with --root, inside it', parsePath)
    .option('--root <dir>', 'the / of a system that is mounted or copied elsewhere', parsePath)
    .option('--seconds <n>', 'how long to measure, about', parseSeconds, DEFAULT_SECONDS)
    .option('--threads <list>', 'numbers of threads to compare, as 1,2,4 (default: up to the cores)', parseThreadCounts)
    .option('--json', 'print the figures as JSON');
  withGentleOptions(command).action(async (webRoot: string | undefined, given: BenchArguments) => {
    beGentle(given);
    await runBench(given, {
      seconds: given.seconds,
      ...(webRoot === undefined ? {} : { webRoot }),
      ...(given.root === undefined ? {} : { root: given.root }),
      ...(given.threads === undefined ? {} : { threadCounts: given.threads }),
    });
  });
}

async function runBench(given: BenchArguments, options: Omit<MeasureOptions, 'signal'>): Promise<void> {
  const interrupt = new Interrupt();
  try {
    // Whoever waits at a terminal wants to know for what.
    if (process.stderr.isTTY) process.stderr.write(`sigsweep: measuring for about ${options.seconds} s\n`);
    let measurement = await measure({ ...options, signal: interrupt.signal });
    if (interrupt.exitCode !== undefined) measurement = { ...measurement, exitCode: interrupt.exitCode };
    process.exitCode = measurement.exitCode;
    await print(given.json ? [measurementJson(measurement)] : fitted(lines(renderMeasurement(measurement))));
  } finally {
    interrupt.release();
  }
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || seconds < 1 || seconds > MOST_SECONDS) {
    throw new InvalidArgumentError(`give a whole number from 1 to ${MOST_SECONDS}.`);
  }
  return seconds;
}

function parseThreadCounts(text: string): number[] {
  const counts = [...new Set(text.split(','))];
  const isValid = counts.every((count) => /^[1-9]\d{0,3}$/.test(count) && Number(count) <= MAX_THREADS);
  if (!isValid || counts.length > MOST_THREAD_COUNTS) {
    throw new InvalidArgumentError(
      `give up to ${MOST_THREAD_COUNTS} whole numbers from 1 to ${MAX_THREADS}, with commas in between.`,
    );
  }
  return counts.map(Number);
}

/** The one character in it that is not ASCII has a form that is. */
function lines(text: string): string[] {
  return (screenOf().unicode ? text : text.replaceAll('±', '+-')).trimEnd().split('\n');
}
