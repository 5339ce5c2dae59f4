import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readExemptions } from '../../src/exempt/read.js';
import { tempFolder } from '../helpers/temp.js';
import { NOW } from './entries.js';

const IS_ROOT = process.getuid?.() === 0;

const fails = (file: string) =>
  readExemptions(file, NOW).then(
    () => 'read',
    (error: { code: string; message: string }) => {
      expect(error.message).toContain(file);
      return error.code;
    },
  );

it('a file that was named must be there and be one', async () => {
  const folder = tempFolder();
  expect(await fails(join(folder, 'nowhere.yaml'))).toBe('EXEMPTIONS_UNREADABLE');
  mkdirSync(join(folder, 'folder.yaml'));
  expect(await fails(join(folder, 'folder.yaml'))).toBe('FILE_UNSAFE');
  writeFileSync(join(folder, 'file'), '');
  expect(await fails(join(folder, 'file/below.yaml'))).toBe('EXEMPTIONS_UNREADABLE');
});

it.skipIf(IS_ROOT)('one that may not be read is named (root may read everything)', async () => {
  const file = join(tempFolder(), 'e.yaml');
  writeFileSync(file, '', { mode: 0 });
  expect(await fails(file)).toBe('EXEMPTIONS_UNREADABLE');
});

it('one that others could have written is refused', async () => {
  const file = join(tempFolder(), 'e.yaml');
  writeFileSync(file, 'exemptions: []\n');
  chmodSync(file, 0o664);
  expect(await fails(file)).toBe('FILE_UNSAFE');
});

it('one that is no YAML is malformed, in the words of its name', async () => {
  const file = join(tempFolder(), 'e.yaml');
  writeFileSync(file, 'exemptions: [\n');
  expect(await fails(file)).toBe('EXEMPTIONS_MALFORMED');
});

it('names whose bytes were lost are not taken for others', async () => {
  const file = join(tempFolder(), 'e.yaml');
  const head = 'exemptions:\n  - {module: a, reason: r, author: a, expires: 2027-01-01, path: "caf';
  writeFileSync(file, Buffer.concat([Buffer.from(head), Buffer.from([0xe9]), Buffer.from('"}\n')]));
  expect(await fails(file)).toBe('FILE_UNSAFE');
});
