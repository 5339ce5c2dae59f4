import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTempFolder, removeFolder } from '../../helpers/temp.js';
import { CHROMIUM_MISSING, openFile, scanNights, startBrowser } from './browser.js';

/** Of a system that was scanned in earnest, by the built program, on two nights: the second one after a break-in. */
describe('the pages of nights', () => {
  let folder: string;
  let nights: { clean: string; bad: string };
  let browser: Browser | undefined;
  beforeAll(async () => {
    folder = makeTempFolder();
    nights = await scanNights(folder, { modules: 24, listedFiles: 250, unlistedFiles: 30, before: 0 });
    if (CHROMIUM_MISSING === undefined) browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    removeFolder(folder);
  });

  it('hold what was found, remembered and read', () => {
    const [clean, bad] = [nights.clean, nights.bad].map((file) => readFileSync(file, 'utf8'));
    expect(clean).toContain('class="state-clean"');
    expect(clean).toContain('All 24 modules are as their signers published them');
    expect(bad).toContain('class="state-bad"');
    expect(bad).toMatch(/\d+ modules are not as their signers published them; \d+ files nobody signed can run as code/);
    expect(bad).toContain('First seen by this scan');
    expect(bad).toMatch(/aria-label="Findings of 2 scans/);
  });

  describe.skipIf(CHROMIUM_MISSING !== undefined)(`in a browser (${CHROMIUM_MISSING ?? 'Chromium'})`, () => {
    it('show the shell that lies in five places as one', async () => {
      const page = await openFile(browser as Browser, nights.bad);
      await page.getByRole('radio', { name: 'identical content' }).check();
      await page.getByRole('button', { name: '5 places, the first admin/views/ajax.php' }).click();
      expect(await page.locator('.places .name').allTextContents()).toEqual([
        'admin/views/ajax.php',
        'admin/views/some.php',
        'digium_phones/ajax.php',
        'phones/ajax.php',
        'rest_phones/ajax.php',
      ]);
    });

    it('say on a clean night that there is nothing to do', async () => {
      const page = await openFile(browser as Browser, nights.clean);
      await expect(page.getByRole('heading', { level: 1 }).textContent()).resolves.toContain('All 24 modules');
      await expect(page.getByRole('region', { name: 'What to do next' }).textContent()).resolves.toContain('Nothing.');
    });
  });
});
