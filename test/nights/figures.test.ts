import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Unattended } from './unattended.js';

it('figures of the whole are left alone by a scan of single modules, and by one of none', async () => {
  const unattended = await Unattended.begin();
  const figures = join(unattended.folder, 'figures');
  const single = ['--module', 'core', '--metrics', figures];
  await unattended.scan(0, single);
  expect(existsSync(figures)).toBe(false);

  unattended.intrude();
  await unattended.scan(1, ['--metrics', figures]);
  const look = () => ({ text: readFileSync(figures, 'utf8'), inode: statSync(figures).ino });
  const whole = look();
  expect(whole.text).toMatch(/^sigsweep_last_run_exit_code 1$/m);
  await unattended.scan(0, single);
  await unattended.scan(2, ['--module', 'no-such', '--metrics', figures]);
  expect(look()).toEqual(whole);
  await unattended.scan(1, ['--metrics', figures]);
  expect(look().inode).not.toBe(whole.inode);
});
