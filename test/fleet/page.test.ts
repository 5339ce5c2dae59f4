import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fleetReport } from '../../src/fleet/findings/fleet-report.js';
import { writeFleetPages } from '../../src/fleet/report/pages.js';
import { tempFolder } from '../helpers/temp.js';
import { CHROMIUM_MISSING, openFile, startBrowser, violations } from '../report/html/browser.js';
import { exampleFleet } from './example.js';
import { HOUR, NOW, newStore } from './store.js';

/** Writes a fleet's pages; the page of the fleet. */
function written(store = exampleFleet()): string {
  const folder = tempFolder();
  writeFleetPages(folder, store, fleetReport(store, { now: NOW, silentAfter: 48 * HOUR }));
  return join(folder, 'index.html');
}

describe.skipIf(CHROMIUM_MISSING !== undefined)(`the page of a fleet (${CHROMIUM_MISSING ?? 'in Chromium'})`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  it('says the verdict first, and axe finds nothing wrong in light and dark and on a phone', async () => {
    const page = await openFile(browser, written(), { colorScheme: 'light' });
    await expect(page.getByRole('heading', { level: 1 }).textContent()).resolves.toBe('3 of 15 hosts are not clean.');
    expect(await violations(page), 'light').toEqual([]);
    for (const summary of await page.locator('summary').all()) await summary.click();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page), 'dark, all open').toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await violations(page), 'on a phone').toEqual([]);
    for (const width of [360, 640, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
  });

  it('shows names as names, and leads nowhere but to itself and the reports of its hosts', async () => {
    const page = await openFile(browser, written());
    expect(await page.locator('#hosts ~ .scroll tbody tr').count()).toBe(15);
    const verdictOf = (host: string) =>
      page.locator('#hosts ~ .scroll tr', { hasText: host }).locator('.verdict').innerText();
    expect(await verdictOf('pbx-7.west.example')).toBe('clean');
    // One of its modules lost its signature.
    expect(await verdictOf('stripped')).toBe('needs a look');
    expect(await page.locator('img, iframe, object, embed, base, script, [src]').count()).toBe(0);
    const links = await page
      .locator('a')
      .evaluateAll((all) => all.map((link) => (link as { href: string } & object).href));
    for (const link of links) expect(link).toMatch(/\/index\.html#hosts$|\/hosts\/[a-z0-9.-]+\.html$/);
    await expect(page.locator('body').innerText()).resolves.toContain('"><img src=x onerror=alert(1)>\\u{202e}\\xff');
  });

  it('is a page for nobody, too', async () => {
    const page = await openFile(browser, written(newStore()));
    await expect(page.getByRole('heading', { level: 1 }).textContent()).resolves.toBe('No host is enrolled.');
    expect(await violations(page)).toEqual([]);
  });
});
