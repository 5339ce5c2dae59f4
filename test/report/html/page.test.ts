import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytes, finding, module, report } from '../fixtures.js';
import { CHROMIUM_MISSING, largeReport, openReport, startBrowser, violations } from './browser.js';
import { badNight, SHELL } from './example.js';

const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

describe.skipIf(CHROMIUM_MISSING !== undefined)(`the page (${CHROMIUM_MISSING ?? 'in Chromium'})`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  /** Paths of the list, from its top. */
  const paths = (page: Page) => page.locator('#explorer .opener .name').allTextContents();
  const status = (page: Page) => page.getByRole('status').textContent();
  /** The list is drawn in the next frame: who acts before acts on the old one. */
  const groupByContent = async (page: Page) => {
    await page.getByRole('radio', { name: 'identical content' }).check();
    await expect.poll(() => status(page)).toContain('content');
  };

  describe('of a bad night', () => {
    it('says the verdict first and lists what counts, the worst first', async () => {
      const page = await openReport(browser, badNight());
      await expect(page.getByRole('heading', { level: 1 }).textContent()).resolves.toContain('can run as code');
      expect(await status(page)).toBe('9 findings in 3 modules and outside of them');
      expect(await paths(page)).toEqual([
        'admin/views/ajax.php',
        'rest_phones/ajax.php',
        '.htaccess',
        'shell.php',
        'notes.txt',
        'functions.inc.php',
        'page.php',
        'ours.php',
        'ours',
      ]);
    });

    it('finds by path and by hash, and filters by severity, kind, novelty and exemption', async () => {
      const page = await openReport(browser, badNight());
      const search = page.getByRole('searchbox', { name: 'Search' });
      await search.fill('AJAX');
      await expect.poll(() => paths(page)).toEqual(['admin/views/ajax.php', 'rest_phones/ajax.php']);
      await search.fill('66666');
      await expect.poll(() => paths(page)).toEqual(['functions.inc.php', 'page.php']);
      await search.fill('');
      await page.getByRole('checkbox', { name: 'critical' }).uncheck();
      await page.getByLabel('Kind').selectOption('missing');
      await expect.poll(() => paths(page)).toEqual(['page.php']);
      await page.getByRole('checkbox', { name: 'only new' }).check();
      await expect.poll(() => status(page)).toContain('0 findings');
      await page.getByRole('button', { name: 'Show everything' }).click();
      await expect.poll(() => paths(page)).toContain('own.php');
      await page.getByRole('checkbox', { name: 'exempted too (1)' }).uncheck();
      await expect.poll(() => paths(page)).not.toContain('own.php');
    });

    it('shows one content in three places as one line, with its places', async () => {
      const page = await openReport(browser, badNight());
      await groupByContent(page);
      const shell = page.getByRole('button', { name: '3 places, the first admin/views/ajax.php' });
      await shell.click();
      await expect(page.locator('.places .name').allTextContents()).resolves.toEqual([
        'admin/views/ajax.php',
        'rest_phones/ajax.php',
        'cdr/shell.php',
      ]);
      await page.getByRole('radio', { name: 'module', exact: true }).check();
      await page.getByRole('button', { name: 'shell.php', exact: true }).click();
      await page.getByRole('button', { name: 'Show all 3 places with this content' }).click();
      await expect.poll(() => status(page)).toBe('3 findings with one content');
    });

    it('tells everything that is known of a finding', async () => {
      const page = await openReport(browser, badNight());
      await page.getByRole('button', { name: 'functions.inc.php' }).click();
      const details = await page.locator('.details').innerText();
      for (const known of [
        '/w/admin/modules/cdr/functions.inc.php',
        '6'.repeat(64),
        '7'.repeat(64),
        '1.2 kB (1,234 B)',
        '33:48',
        'rw-r----- 0640',
        '2023-11-14 22:13:20 UTC',
        '2026-11-18 11:06:40 UTC',
        '2026-11-28 02:31:00 UTC',
      ]) {
        expect(details).toContain(known);
      }
      await page.getByRole('link', { name: 'what altered means' }).click();
      await expect.poll(() => page.locator('#word-altered').getAttribute('open')).toBe('');
    });

    it('leads from numbers, steps, modules and the map to their findings', async () => {
      const page = await openReport(browser, badNight());
      await page.locator('.counts').getByRole('link', { name: 'high' }).click();
      expect(await paths(page)).toEqual(['.htaccess', 'page.php']);
      await page.locator('.steps').getByRole('link', { name: 'core' }).click();
      expect(await paths(page)).toEqual(['functions.inc.php', 'page.php']);
      await page.getByRole('link', { name: '2 critical' }).and(page.locator('[title$=" cdr"]')).click();
      expect(await paths(page)).toEqual(['shell.php', 'notes.txt']);
      await page.locator('.cell', { hasText: '/rest_phones/' }).click();
      expect(await paths(page)).toEqual(['rest_phones/ajax.php']);
      await page.getByRole('button', { name: 'Show everywhere' }).click();
      expect(await paths(page)).toHaveLength(9);
    });

    it('is used with the keyboard alone', async () => {
      const page = await openReport(browser, badNight());
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      await page.keyboard.type('shell');
      await expect.poll(() => paths(page)).toEqual(['shell.php']);
      const opener = page.getByRole('button', { name: 'shell.php' });
      const isOnIt = () => page.evaluate<boolean>('document.activeElement.className === "opener"');
      for (let tabs = 0; tabs < 20 && !(await isOnIt()); tabs += 1) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expect(page.locator('.details').innerText()).resolves.toContain(SHELL);
      expect(await opener.getAttribute('aria-expanded')).toBe('true');
      await page.keyboard.press('Enter');
      expect(await page.locator('.details').count()).toBe(0);
    });

    it('sorts its modules', async () => {
      const page = await openReport(browser, badNight());
      const names = () => page.locator('.modules tbody th > .name').allTextContents();
      expect(await names()).toEqual(['core', 'ours', 'cdr', 'backup']);
      await page.getByRole('button', { name: 'Listed files' }).click();
      expect(await names()).toEqual(['ours', 'cdr', 'core', 'backup']);
      await page.getByRole('button', { name: 'Listed files' }).click();
      expect(await names()).toEqual(['backup', 'core', 'cdr', 'ours']);
      expect(await page.getByRole('columnheader', { name: 'Listed files' }).getAttribute('aria-sort')).toBe(
        'descending',
      );
    });

    it('prints its verdict and findings, and none of its controls', async () => {
      const page = await openReport(browser, badNight());
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('#explorer').isVisible()).toBe(false);
      expect(await page.locator('.static').isVisible()).toBe(true);
      expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
      expect(await page.locator('table.modules').isVisible()).toBe(true);
    });

    it('says the verdict and the worst findings where no script runs', async () => {
      const page = await openReport(browser, badNight(), { javaScriptEnabled: false });
      expect(await page.locator('.static').isVisible()).toBe(true);
      expect(await page.locator('.static .name', { hasText: 'functions.inc.php' }).isVisible()).toBe(true);
      expect(await page.locator('#explorer').isVisible()).toBe(false);
    });
  });

  describe('for everybody', () => {
    it('axe finds nothing wrong in light and dark, on a phone, with all open, grouped both ways', async () => {
      const page = await openReport(browser, badNight(), { colorScheme: 'light' });
      for (const opener of (await page.locator('.opener').all()).slice(0, 2)) await opener.click();
      expect(await violations(page), 'light').toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      await groupByContent(page);
      await page.locator('.opener').first().click();
      for (const summary of await page.locator('summary').all()) await summary.click();
      expect(await violations(page), 'dark, by content').toEqual([]);
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await violations(page), 'on a phone').toEqual([]);
    });

    it('nothing lies outside of a narrow window, however long a name is', async () => {
      const long = utf8('ü'.repeat(2000));
      const names = { path: bytes(long), file: bytes(long), note: long };
      const what = badNight();
      const outside = [...what.tree.findings, finding('', names)];
      const page = await openReport(browser, { ...what, notes: [long], tree: { findings: outside } });
      await page.locator('.opener', { hasText: 'üüü' }).click();
      for (const width of [360, 640, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      }
    });
  });

  it('shows names as names, whatever they are made to do, and does nothing', async () => {
    const names = [
      '</script><script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      'javascript:alert(1)',
      utf8('\u202egnp.php'),
      '\u00ff\u00fe\u0000\u001b[2J',
      utf8('日'.repeat(1400)),
      '__proto__',
    ].map(bytes);
    const hostile = names.map((name) => finding('', { path: name, file: name, note: name, actual: SHELL }));
    const modules = names.map((name) =>
      module('x', 'unsigned', { name, path: name, version: name, reason: name, findings: hostile.slice(0, 1) }),
    );
    const page = await openReport(
      browser,
      report({ root: bytes(names.join('')), notes: names, outside: hostile, modules }),
    );
    for (const opener of await page.locator('.opener').all()) await opener.click();
    expect(await paths(page)).toContain('"><img src=x onerror=alert(1)>');
    expect(await paths(page)).toContain('\\u{202e}gnp.php');
    await groupByContent(page);
    await page.locator('.opener').first().click();
    expect(await page.locator('.places .name').count()).toBe(14);
    expect(await page.locator('img, iframe, object, embed, base, [src], [href]:not([href^="#"])').count()).toBe(0);
  });

  it('turns the pages of many findings, and keeps to what was chosen', async () => {
    const page = await openReport(browser, await largeReport(2500, 9));
    expect(await status(page)).toContain('2,500 findings in 9 modules and outside of them, 1 to 100 shown');
    await page.getByRole('button', { name: 'Next' }).click();
    expect(await status(page)).toContain('101 to 200 shown');
    await page.getByRole('button', { name: 'Last' }).click();
    expect(await status(page)).toContain('2,401 to 2,500 shown');
    expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
    await page.getByRole('searchbox').fill('views/part1/');
    await expect.poll(() => status(page)).toMatch(/^\d+ findings/);
    expect(new Set((await paths(page)).map((path) => path.slice(0, 12)))).toEqual(new Set(['views/part1/']));
  });
});
