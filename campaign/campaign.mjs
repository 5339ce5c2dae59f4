/** Runs one change after the other and keeps count. */
import { Random } from '../dist/src/demo/prng.js';
import { scan } from '../dist/src/index.js';
import { ARMOR_CHANGES } from './armor-changes.mjs';
import { Edit } from './edit.mjs';
import { expectationOf, keyOf, severityOfVerdict } from './expect.mjs';
import { HARMLESS_CHANGES, LISTED_CHANGES } from './listed-changes.mjs';
import { SIGNATURE_CHANGES } from './signature-changes.mjs';
import { buildSystem } from './system.mjs';
import { UNLISTED_CHANGES } from './unlisted-changes.mjs';

/**
 * @typedef {import('./expect.mjs').Expectation} Expectation
 * @typedef {import('../dist/src/index.js').Report} Report
 * @typedef {{ missed: string[], alarms: string[] }} Difference
 */

export const CHANGES = [
  ...LISTED_CHANGES,
  ...HARMLESS_CHANGES,
  ...UNLISTED_CHANGES,
  ...SIGNATURE_CHANGES,
  ...ARMOR_CHANGES,
];

export class Campaign {
  /**
   * @type {Map<string, { runs: number, detected: number, harmless: number, missed: number, alarms: number, errors: number }>}
   */
  #kinds = new Map();
  /** What the last run changed, in words. */
  lastRun = '';

  /**
   * @param {import('./system.mjs').System} system @param {number} seed @param {Expectation} untouched
   * @param {typeof CHANGES} changes
   */
  constructor(system, seed, untouched, changes) {
    this.system = system;
    this.seed = seed;
    this.untouched = untouched;
    this.changes = changes;
  }

  /**
   * Builds the system and makes sure that a scan says of it what it should before anything is changed.
   *
   * @param {string} dir an empty folder @param {number} seed @param {string} kind only changes whose name contains this
   */
  static async prepare(dir, seed, kind) {
    const system = await buildSystem(dir, seed);
    const untouched = expectationOf(new Edit(system));
    for (const all of [true, false]) {
      const { missed, alarms } = compare(untouched, await scanSystem(system, all), all);
      if (missed.length + alarms.length > 0) {
        throw new Error(`the untouched system is not reported as it should be:\n${describe({ missed, alarms })}`);
      }
    }
    return new Campaign(
      system,
      seed,
      untouched,
      CHANGES.filter(({ name }) => name.includes(kind)),
    );
  }

  /** One change, one scan. @param {number} index @returns {Promise<string | null>} what went wrong, in words */
  async run(index) {
    const random = new Random(Math.imul(this.seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
    const change = random.pick(this.changes);
    const all = random.below(2) === 0;
    const edit = new Edit(this.system);
    const kind = this.#kindOf(change.name);
    kind.runs++;
    this.lastRun = change.name;
    try {
      this.lastRun = `${change.name}: ${change.apply(edit, random)}`;
      const expected = expectationOf(edit);
      const isHarmful = this.#isHarmful(expected);
      if (change.expects !== 'either' && isHarmful !== (change.expects === 'harmful')) {
        throw new Error(`the campaign is wrong: that is not ${change.expects}`);
      }
      const difference = compare(expected, await scanSystem(this.system, all), all);
      if (difference.missed.length > 0) kind.missed++;
      else if (isHarmful) kind.detected++;
      else kind.harmless++;
      if (difference.alarms.length > 0) kind.alarms++;
      if (difference.missed.length + difference.alarms.length === 0) return null;
      return this.#failure(index, describe(difference));
    } catch (error) {
      kind.errors++;
      return this.#failure(index, `  ${error instanceof Error ? error.stack : error}\n`);
    } finally {
      edit.revert();
    }
  }

  get failed() {
    return [...this.#kinds.values()].some(({ missed, alarms, errors }) => missed + alarms + errors > 0);
  }

  /** @param {number} index @param {string} what */
  #failure(index, what) {
    return `run ${index}, ${this.lastRun}\n${what}  again: npm run campaign -- --seed ${this.seed} --only ${index}`;
  }

  /** @param {number} seconds */
  summary(seconds) {
    const kinds = [...this.#kinds].sort(([a], [b]) => (a < b ? -1 : 1));
    const total = (/** @type {'runs' | 'detected' | 'harmless' | 'missed' | 'alarms' | 'errors'} */ field) =>
      kinds.reduce((sum, [, kind]) => sum + kind[field], 0);
    const lines = kinds.map(
      ([name, { runs, detected, harmless, missed, alarms }]) =>
        `  ${name}: runs ${runs}, detected ${detected}, harmless ${harmless}, missed ${missed}, false alarms ${alarms}`,
    );
    const totals = `runs ${total('runs')}, detected ${total('detected')}, missed ${total('missed')}, false alarms ${total('alarms')}`;
    const rest = `harmless ${total('harmless')}, errors ${total('errors')}, seed ${this.seed}, ${seconds.toFixed(1)} s`;
    return `${[...lines, totals, rest].join('\n')}\n`;
  }

  /**
   * Whether the change leads to another verdict, or to a finding that is more than counted.
   *
   * @param {Expectation} expected
   */
  #isHarmful({ verdicts, findings }) {
    for (const [name, verdict] of verdicts) if (this.untouched.verdicts.get(name) !== verdict) return true;
    for (const [key, { severity }] of findings)
      if (severity !== 'info' && !this.untouched.findings.has(key)) return true;
    return false;
  }

  /** @param {string} name */
  #kindOf(name) {
    const kind = this.#kinds.get(name) ?? { runs: 0, detected: 0, harmless: 0, missed: 0, alarms: 0, errors: 0 };
    this.#kinds.set(name, kind);
    return kind;
  }
}

/** @param {import('./system.mjs').System} system @param {boolean} all */
function scanSystem({ dir, now, anchor }, all) {
  return scan({ root: dir, anchors: [anchor.fingerprint], now, all, threads: 1 });
}

/**
 * What was not reported and should have been, and the other way round.
 *
 * @param {Expectation} expected @param {Report} report @param {boolean} all
 */
function compare(expected, report, all) {
  /** @type {Difference} */
  const difference = { missed: [], alarms: [] };
  const reported = reportedKeys(report);
  for (const [key, { severity }] of expected.findings) {
    if ((all || severity !== 'info') && !reported.has(key)) difference.missed.push(key);
  }
  for (const key of reported) if (!expected.findings.has(key)) difference.alarms.push(key);
  const verdicts = new Map(report.modules.map(({ name, verdict }) => [text(name), verdict]));
  for (const name of new Set([...verdicts.keys(), ...expected.verdicts.keys()])) {
    const [wanted, got] = [expected.verdicts.get(name), verdicts.get(name)];
    if (wanted === got) continue;
    (wanted === 'good' ? difference.alarms : difference.missed).push(
      `${name} is ${got ?? 'not named'}, not ${wanted ?? 'absent'}`,
    );
  }
  const outcome = `exit code ${report.exitCode}, ${report.complete ? 'complete' : 'incomplete'}`;
  const wanted = `exit code ${expected.exitCode}, ${expected.complete ? 'complete' : 'incomplete'}`;
  if (outcome !== wanted)
    (expected.exitCode === 0 ? difference.alarms : difference.missed).push(`${outcome}, not ${wanted}`);
  compareCounts(expected, report, difference);
  return difference;
}

/**
 * The summary counts everything, whatever is listed.
 *
 * @param {Expectation} expected @param {Report} report @param {Difference} difference
 */
function compareCounts({ verdicts, findings }, report, difference) {
  const severities = [...findings.values()].map(({ severity }) => severity);
  for (const [name, verdict] of verdicts) severities.push(severityOfVerdict(verdict, name) ?? 'none');
  for (const [severity, count] of Object.entries(report.summary.findings)) {
    const wanted = severities.filter((one) => one === severity).length;
    if (count < wanted) difference.missed.push(`${count} counted as ${severity}, not ${wanted}`);
    if (count > wanted) difference.alarms.push(`${count} counted as ${severity}, not ${wanted}`);
  }
}

/** @param {Report} report */
function reportedKeys(report) {
  const keys = new Set();
  const modules = [...report.modules, { name: '', findings: report.tree.findings }];
  for (const { name, findings } of modules) {
    for (const { kind, path, severity, class: found, uncovered } of findings) {
      const where = { module: text(name), kind, path: text(path), severity };
      keys.add(
        keyOf({ ...where, ...(found === undefined ? {} : { class: found }), ...(uncovered ? { uncovered } : {}) }),
      );
    }
  }
  return keys;
}

/** @param {string} path one character a byte */
function text(path) {
  return Buffer.from(path, 'latin1').toString();
}

/** @param {Difference} difference */
function describe({ missed, alarms }) {
  return [...missed.map((key) => `  missed: ${key}\n`), ...alarms.map((key) => `  false alarm: ${key}\n`)]
    .slice(0, 20)
    .join('');
}
