import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../helpers/temp.js';

/** A file that holds a secret, open to nobody else, as long as the test runs. */
export function secretFile(text: string, mode = 0o600): string {
  const file = join(tempFolder(), 'secret');
  writeFileSync(file, text, { mode });
  return file;
}
