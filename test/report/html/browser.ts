import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import type { Report } from '../../../src/model.js';
import { htmlParts } from '../../../src/report/html/html.js';
import { tempFolder } from '../../helpers/temp.js';

const SCRIPTS = new URL('../../../bench/html/', import.meta.url);

/** The type checker does not look into scripts from here. */
const scripts = (await import(new URL('browser.mjs', SCRIPTS).href)) as {
  CHROMIUM_MISSING: string | undefined;
  startBrowser: () => Promise<Browser>;
};

export const { CHROMIUM_MISSING, startBrowser } = scripts;

/** Reports of generated size. */
export async function largeReport(findings: number, modules: number): Promise<Report> {
  const made = (await import(new URL('reports.mjs', SCRIPTS).href)) as {
    largeReport: (findings: number, modules: number) => Report;
  };
  return made.largeReport(findings, modules);
}

/** Scans a system on nights and gives the files of the reports. */
export async function scanNights(folder: string, options: object): Promise<{ clean: string; bad: string }> {
  const made = (await import(new URL('nights.mjs', SCRIPTS).href)) as {
    scanNights: (folder: string, options: object) => Promise<{ clean: string; bad: string }>;
  };
  return made.scanNights(folder, options);
}

export function htmlOfReport(report: Report): string {
  return [...htmlParts(report)].join('');
}

/** The report as a page in a browser, opened as a file, as whoever gets one does. */
export async function openReport(browser: Browser, report: Report, options: BrowserContextOptions = {}): Promise<Page> {
  const file = join(tempFolder(), 'report.html');
  writeFileSync(file, htmlOfReport(report));
  return openFile(browser, file, options);
}

/**
 * Opens a page that may do nothing but be there: by the end of the test it must have asked for no other file, said
 * nothing on the console, broken no rule of its policy and opened no dialog.
 */
export async function openFile(browser: Browser, file: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const own = pathToFileURL(file).href;
  const done: string[] = [];
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== own) done.push(`asked for ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    done.push(`opened a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => done.push(`said: ${message.text()}`));
  page.on('pageerror', (error) => done.push(`failed: ${error.message}`));
  page.on('popup', () => done.push('opened a window'));
  onTestFinished(async () => {
    await context.close();
    expect(done).toEqual([]);
  });
  await page.goto(own);
  return page;
}

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** What axe-core finds wrong with the page as it is now, in words; best: nothing. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate<string[]>(
    `axe.run().then(({ violations }) => violations.flatMap(({ id, impact, nodes }) => nodes.map(({ html }) => impact + ' ' + id + ': ' + html.slice(0, 200))))`,
  );
}
