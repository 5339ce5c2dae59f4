/** Contestants run in turn, A B C A B C …: whatever the machine does meanwhile, it does to all of them. */
import { Interrupted } from '../errors.mjs';
import { summarize } from './stats.mjs';

/** @typedef {import('./stats.mjs').Summary} Summary */

/**
 * One run that did all its work.
 *
 * @typedef {object} Sample
 * @property {number} seconds
 * @property {number | null} cpuSeconds
 * @property {number | null} peakBytes
 * @property {number} files that it says it has looked at
 * @property {number | null} bytes
 */

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {string} tree
 * @property {number | null} threads that it was told to use; `null` where it decides by itself
 * @property {readonly string[]} argv for the record
 * @property {() => Promise<Sample>} run throws where it did not do all its work
 * @property {() => Promise<void>} [before] done before each run, not timed
 */

/**
 * What came of one contestant. Whoever failed once has no figures: half of the work takes half of the time.
 *
 * @typedef {object} Outcome
 * @property {string} name
 * @property {string} tree
 * @property {number | null} threads
 * @property {readonly string[]} argv
 * @property {'measured' | 'failed' | 'not measured'} status
 * @property {string} why '' when measured
 * @property {Sample[]} samples
 * @property {Summary | null} seconds
 * @property {Summary | null} cpuSeconds
 * @property {Summary | null} peakBytes
 */

/**
 * One round to warm up, which counts only for whoever fails in it, then `runs` rounds.
 *
 * @param {readonly Contestant[]} contestants @param {number} runs @param {(text: string) => void} say
 * @returns {Promise<Outcome[]>}
 */
export async function contest(contestants, runs, say) {
  /** @type {Sample[][]} */
  const samples = contestants.map(() => []);
  /** @type {Map<number, string>} */
  const failures = new Map();
  for (let round = 0; round <= runs; round++) {
    for (const [index, contestant] of contestants.entries()) {
      if (failures.has(index)) continue;
      const label = `${round === 0 ? 'warm-up' : `run ${round}/${runs}`}  ${titleOf(contestant)}`;
      try {
        await contestant.before?.();
        const sample = await contestant.run();
        if (round > 0) samples[index]?.push(sample);
        say(`${label}  ${sample.seconds.toFixed(3)} s`);
      } catch (error) {
        if (error instanceof Interrupted) throw error;
        const why = error instanceof Error ? error.message : String(error);
        failures.set(index, why);
        say(`${label}  failed: ${why}`);
      }
    }
  }
  return contestants.map((contestant, index) => outcomeOf(contestant, samples[index] ?? [], failures.get(index)));
}

/** @param {Pick<Contestant, 'name' | 'tree' | 'threads'>} contestant */
function titleOf({ name, tree, threads }) {
  return `${tree}  ${name}${threads === null ? '' : `, threads ${threads}`}`;
}

/** @param {Contestant} contestant @param {Sample[]} samples @param {string | undefined} failure @returns {Outcome} */
function outcomeOf({ name, tree, threads, argv }, samples, failure) {
  const common = { name, tree, threads, argv };
  if (failure !== undefined) return withoutFigures(common, 'failed', failure);
  return {
    ...common,
    status: 'measured',
    why: '',
    samples,
    seconds: summarize(samples.map((sample) => sample.seconds)),
    cpuSeconds: summaryOf(samples.map((sample) => sample.cpuSeconds)),
    peakBytes: summaryOf(samples.map((sample) => sample.peakBytes)),
  };
}

/**
 * @param {Pick<Outcome, 'name' | 'tree' | 'threads' | 'argv'>} common
 * @param {'failed' | 'not measured'} status @param {string} why
 * @returns {Outcome}
 */
export function withoutFigures({ name, tree, threads, argv }, status, why) {
  const none = { samples: [], seconds: null, cpuSeconds: null, peakBytes: null };
  return { name, tree, threads, argv, status, why, ...none };
}

/** @param {readonly (number | null)[]} values @returns {Summary | null} null where one of them was not measured */
function summaryOf(values) {
  const measured = values.filter((value) => value !== null);
  return measured.length === values.length ? summarize(measured) : null;
}
