#!/usr/bin/env node
/**
 * Measures an HTML report of many findings: how long it takes to write, how large it is, how long Chromium takes from
 * the beginning of its way to the page until the list can be used, how long a filter takes until its result is drawn,
 * and what memory the page holds. Needs the built program and Chromium. Prints a line for each.
 *
 *     node bench/html/timing.mjs [--findings 100000] [--modules 60] [--runs 5]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { writeWhole } from '../../dist/src/files/write.js';
import { htmlParts } from '../../dist/src/report/html/html.js';
import { summarize } from '../measure/stats.mjs';
import { CHROMIUM_MISSING, startBrowser } from './browser.mjs';
import { largeReport } from './reports.mjs';

/** What is chosen, as an expression that chooses it. */
const CHOICES = {
  'search for a path': `choose('#words', 'views/part3')`,
  'search for a name': `choose('#words', 'ajax.php')`,
  'search for a hash': `choose('#words', '5d4140')`,
  'no search': `choose('#words', '')`,
  'one severity less': `press('input[name=severity]')`,
  'identical content': `press('input[value=content]')`,
  'by module again': `press('input[value=module]')`,
};

/** Resolves with the milliseconds until the next frame after a choice was drawn. */
const MEASURE = `
  const drawn = async (act) => {
    const began = performance.now();
    act();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - began;
  };
  const choose = (what, value) => drawn(() => {
    const field = document.querySelector(what);
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  const press = (what) => drawn(() => document.querySelector(what).click());
`;

const { values } = parseArgs({
  options: {
    findings: { type: 'string', default: '100000' },
    modules: { type: 'string', default: '60' },
    runs: { type: 'string', default: '5' },
  },
});
if (CHROMIUM_MISSING !== undefined) throw new Error(CHROMIUM_MISSING);
const runs = Array.from({ length: Number(values.runs) });
const report = largeReport(Number(values.findings), Number(values.modules));
const folder = mkdtempSync(join(tmpdir(), 'sigsweep-html-'));
const browser = await startBrowser();
try {
  const file = join(folder, 'report.html');
  say(
    'write',
    runs.map(() => written(file)),
  );
  process.stdout.write(`size      ${(statSync(file).size / 1e6).toFixed(1)} MB\n`);
  const page = await browser.newPage();
  /** @type {number[]} */
  const opened = [];
  for (const _ of runs) {
    await page.goto(pathToFileURL(file).href);
    opened.push(Number(await page.evaluate(`performance.getEntriesByName('usable')[0].startTime`)));
  }
  say('open', opened);
  /** @type {Map<string, number[]>} */
  const times = new Map(Object.keys(CHOICES).map((name) => [name, []]));
  // In turns: what is chosen already would take no time.
  for (const _ of runs) {
    for (const [name, choice] of Object.entries(CHOICES)) {
      times.get(name)?.push(Number(await page.evaluate(`(async () => { ${MEASURE} return ${choice}; })()`)));
    }
  }
  for (const [name, each] of times) say(name, each);
  const heap = Number(await page.evaluate('performance.memory.usedJSHeapSize'));
  process.stdout.write(`memory    ${(heap / 1e6).toFixed(0)} MB of objects of the script\n`);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} file */
function written(file) {
  const began = performance.now();
  writeWhole(file, htmlParts(report));
  return performance.now() - began;
}

/** @param {string} what @param {readonly number[]} times */
function say(what, times) {
  const { median, min, max } = summarize(times);
  const [middle, least, most] = [median, min, max].map((time) => Math.round(time));
  process.stdout.write(`${what.padEnd(20)}${middle} ms (${least} to ${most})\n`);
}
