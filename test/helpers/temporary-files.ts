import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';

/**
 * A folder for all temporary files of a run, as open as `/tmp` is. ext4 walks past whatever was deleted within the last
 * minute before it makes a file in the same part of the disk, and tests delete thousands: with this attribute each folder
 * in it gets a part of its own, which was measured to save a fifth of the time.
 */
export default function setup(): () => void {
  const folder = process.env.TMPDIR ?? '';
  mkdirSync(folder);
  chmodSync(folder, 0o1777);
  // Elsewhere there is no such attribute, and no need of it.
  spawnSync('chattr', ['+T', folder], { stdio: 'ignore' });
  return () => rmSync(folder, { recursive: true, force: true });
}
