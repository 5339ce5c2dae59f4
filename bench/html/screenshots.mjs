#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
/**
 * Makes pictures of HTML reports, for somebody to look at: a clean night, a bad one, and a hundred thousand findings, at
 * several widths, in light and dark, grouped both ways, opened, and as paper. They go to `screenshots/`, which is ignored.
 *
 *     npm run screenshots [-- NAME...]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { htmlParts } from '../../dist/src/report/html/html.js';
import { CHROMIUM_MISSING, startBrowser } from './browser.mjs';
import { scanNights } from './nights.mjs';
import { largeReport } from './reports.mjs';

const FOLDER = fileURLToPath(new URL('../../screenshots/', import.meta.url));

/** Height of one picture of a page, and how many are made of one. */
const PART = 1300;
const MOST_PARTS = 4;

/** @typedef {import('playwright-core').Page} Page */

/** @type {readonly { name: string, of: 'clean' | 'bad' | 'many' | 'modules', width: number, dark?: true, whole?: true, act?: (page: Page) => Promise<void> }[]} */
const PICTURES = [
  { name: 'clean-1280', of: 'clean', width: 1280, whole: true },
  { name: 'clean-360', of: 'clean', width: 360, whole: true },
  { name: 'bad-1280', of: 'bad', width: 1280, whole: true },
  { name: 'bad-1920', of: 'bad', width: 1920, whole: true },
  { name: 'bad-360', of: 'bad', width: 360, whole: true },
  { name: 'bad-dark', of: 'bad', width: 1280, dark: true, whole: true, act: openFirst },
  { name: 'bad-open', of: 'bad', width: 1280, act: openFirst },
  { name: 'bad-open-360', of: 'bad', width: 360, act: openFirst },
  { name: 'bad-content', of: 'bad', width: 1280, act: groupByContent },
  { name: 'bad-content-360', of: 'bad', width: 360, act: groupByContent },
  { name: 'bad-content-dark', of: 'bad', width: 1280, dark: true, act: groupByContent },
  { name: 'many-1280', of: 'many', width: 1280, whole: true },
  { name: 'many-360', of: 'many', width: 360 },
  { name: 'many-content', of: 'many', width: 1280, act: groupByContent },
  { name: 'bad-modules', of: 'bad', width: 1280, act: (page) => page.locator('#modules').scrollIntoViewIfNeeded() },
  {
    name: 'bad-words',
    of: 'bad',
    width: 1280,
    act: async (page) => {
      await page.locator('.words summary').first().click();
      await page.locator('.words').scrollIntoViewIfNeeded();
    },
  },
  { name: 'modules-1280', of: 'modules', width: 1280 },
];

if (CHROMIUM_MISSING !== undefined) throw new Error(CHROMIUM_MISSING);
mkdirSync(FOLDER, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'sigsweep-screenshots-'));
const browser = await startBrowser();
try {
  const nights = await scanNights(folder);
  const files = { ...nights, many: write('many', 100_000, 60), modules: write('modules', 3000, 1000) };
  const wanted = process.argv.slice(2);
  for (const picture of PICTURES) {
    if (wanted.length > 0 && !wanted.some((name) => picture.name.startsWith(name))) continue;
    const page = await browser.newPage({
      viewport: { width: picture.width, height: picture.width < 500 ? 740 : 900 },
      colorScheme: picture.dark ? 'dark' : 'light',
    });
    await page.goto(pathToFileURL(files[picture.of]).href);
    await picture.act?.(page);
    await take(page, picture.name, picture.whole === true);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    process.stdout.write(`${picture.name}${overflow === 0 ? '' : `: ${overflow} pixels too wide`}\n`);
    await page.close();
  }
  if (wanted.length === 0 || wanted.includes('print')) await print(files.bad);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

/**
 * One picture of what a window shows, or several of all that it could: a page is taller than anybody looks at in one.
 * @param {Page} page
 * @param {string} name
 * @param {boolean} whole
 */
async function take(page, name, whole) {
  if (!whole) return void (await page.screenshot({ path: join(FOLDER, `${name}.png`) }));
  const width = Number(await page.evaluate('document.documentElement.clientWidth'));
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
  for (let part = 0; part < MOST_PARTS && part * PART < height; part += 1) {
    const clip = { x: 0, y: part * PART, width, height: Math.min(PART, height - part * PART) };
    await page.screenshot({ path: join(FOLDER, `${name}-${part + 1}.png`), fullPage: true, clip });
  }
}

/** @param {string} name @param {number} findings @param {number} modules */
function write(name, findings, modules) {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, [...htmlParts(largeReport(findings, modules))].join(''));
  return file;
}

/** @param {Page} page */
async function openFirst(page) {
  for (const opener of (await page.locator('.opener').all()).slice(0, 2)) await opener.click();
  await page.locator('.opener').first().scrollIntoViewIfNeeded();
}

/** @param {Page} page */
async function groupByContent(page) {
  await page.locator('label', { hasText: 'identical content' }).click();
  await page.locator('.opener').first().click();
  await page.locator('.controls').scrollIntoViewIfNeeded();
  await page.evaluate("document.querySelector('.controls').scrollIntoView()");
}

/** As paper, and as pictures of it where pdftoppm is installed. @param {string} file */
async function print(file) {
  const page = await browser.newPage();
  await page.goto(pathToFileURL(file).href);
  const pdf = join(FOLDER, 'print.pdf');
  await page.pdf({ path: pdf, format: 'A4' });
  spawnSync('pdftoppm', ['-png', '-r', '70', pdf, join(FOLDER, 'print')]);
  process.stdout.write('print\n');
  await page.close();
}
