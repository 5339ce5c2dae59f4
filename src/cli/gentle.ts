import { type Command, InvalidArgumentError } from 'commander';
import { MAX_RATE, MIN_RATE } from '../limits.js';
import { escapeControls } from '../report/escape.js';
import type { RunOptions } from '../scan/options.js';
import { lowerCpuPriority, lowerIoPriority } from './priority.js';

/** Calls come first; half of what `nice` has still leaves the scan a tenth of a busy core. */
const DEFAULT_NICE = 10;

const LOWEST_PRIORITY = 19;

/** How much of the machine the program leaves to others. */
export interface GentleArguments {
  readonly nice: number;
  readonly ioIdle?: true;
}

/** What `scan` and `verify` take besides. */
export interface LimitedArguments extends GentleArguments {
  readonly maxRate?: number;
}

/** Adds the options that leave the machine to others. */
export function withGentleOptions(command: Command): Command {
  return command
    .option('--nice <n>', 'CPU priority, 19 the lowest; 0 leaves it alone', parseNice, DEFAULT_NICE)
    .option('--io-idle', 'read only while no other program wants the disk (needs ionice)');
}

/** Adds the option that limits how fast files are read. */
export function withMaxRate(command: Command): Command {
  return command.option('--max-rate <MB/s>', 'most file content read per second (fractions allowed)', parseMaxRate);
}

/** The library's option for the limit. */
export function rateOptions({ maxRate }: LimitedArguments): Pick<RunOptions, 'maxRate'> {
  return maxRate === undefined ? {} : { maxRate };
}

/**
 * Lowers the priority of the whole process, before it makes threads. What the system does not allow is said on standard
 * error; the run goes on.
 */
export function beGentle({ nice, ioIdle }: GentleArguments): void {
  note('--nice has no effect', nice === 0 ? undefined : lowerCpuPriority(nice));
  note('--io-idle has no effect', ioIdle === true ? lowerIoPriority() : undefined);
}

function note(what: string, why: string | undefined): void {
  if (why !== undefined) process.stderr.write(`sigsweep: note: ${what}: ${escapeControls(why)}\n`);
}

function parseNice(text: string): number {
  if (!/^\d{1,2}$/.test(text) || Number(text) > LOWEST_PRIORITY) {
    throw new InvalidArgumentError(`give a whole number from 0 to ${LOWEST_PRIORITY}.`);
  }
  return Number(text);
}

function parseMaxRate(text: string): number {
  const rate = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || rate < MIN_RATE || rate > MAX_RATE) {
    throw new InvalidArgumentError(`give MB per second, from ${MIN_RATE} to ${MAX_RATE}.`);
  }
  return rate;
}
