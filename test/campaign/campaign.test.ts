import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runNode } from '../helpers/node.js';
import { tempFolder } from '../helpers/temp.js';

const CAMPAIGN = fileURLToPath(new URL('../../campaign/main.mjs', import.meta.url));

// Few runs, in which every kind of change has its turn; `npm run campaign` makes thousands.
it('finds and names every one of 60 random changes, and reports nothing else', async () => {
  const TMPDIR = tempFolder();
  const { code, stdout, stderr } = await runNode(CAMPAIGN, ['--runs', '60', '--seed', '20261122'], { TMPDIR });
  expect(stderr).toBe('');
  expect(stdout, stdout).toMatch(/^runs 60, detected 4\d, missed 0, false alarms 0$/m);
  expect(code).toBe(0);
  expect(existsSync(TMPDIR) && readdirSync(TMPDIR), 'what it leaves behind').toEqual([]);
}, 180_000);

it('makes the same change again when it is asked for one run alone', async () => {
  const again = ['--seed', '7', '--only', '3'];
  const [first, second] = await Promise.all([runNode(CAMPAIGN, again), runNode(CAMPAIGN, again)]);
  const change = /^run 3: .+$/m;
  expect(change.exec(first.stdout)?.[0]).toBe(change.exec(second.stdout)?.[0]);
  expect(first.stdout).toMatch(/^runs 1, detected \d, missed 0, false alarms 0$/m);
});

it('says what is wrong with its arguments', async () => {
  const { code, stderr } = await runNode(CAMPAIGN, ['--runs', 'many']);
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^--runs takes a whole number\nusage: /),
  });
});
