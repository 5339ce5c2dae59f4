import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** Where Debian's package puts it. */
export const CHROMIUM = '/usr/bin/chromium';

/** Why no page can be opened; `undefined` where one can. */
export const CHROMIUM_MISSING = existsSync(CHROMIUM)
  ? undefined
  : 'Chromium is not installed (apt-get install chromium)';

/** Debian's Chromium, without a window and without a network of its own. */
export function startBrowser() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
