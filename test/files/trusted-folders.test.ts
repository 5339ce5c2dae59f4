import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTrustedFile } from '../../src/files/trusted.js';
import { tempFolder } from '../helpers/temp.js';

function fileBelow(...folders: string[]): { root: string; file: string } {
  const root = tempFolder();
  const folder = join(root, ...folders);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'file');
  writeFileSync(file, 'text', { mode: 0o600 });
  return { root, file };
}

test('a folder that others may write is refused however far above the file: they could put another in its place', () => {
  const { root, file } = fileBelow('a', 'b', 'c');
  expect(readTrustedFile(file, { maxBytes: 10 })).toBe('text');
  chmodSync(join(root, 'a'), 0o777);
  expect(() => readTrustedFile(file, { maxBytes: 10 })).toThrow(`chmod go-w ${join(root, 'a')}`);
  // In a folder such as /tmp, nobody moves what belongs to another.
  chmodSync(join(root, 'a'), 0o1777);
  expect(readTrustedFile(file, { maxBytes: 10 })).toBe('text');
});

test('so it is where a link leads, of the file or of a folder above it', () => {
  const { root, file } = fileBelow('a', 'b');
  const links = tempFolder();
  symlinkSync(file, join(links, 'file'));
  symlinkSync(join(root, 'a', 'b'), join(links, 'folder'));
  for (const link of ['file', 'folder/file']) expect(readTrustedFile(join(links, link), { maxBytes: 10 })).toBe('text');
  chmodSync(join(root, 'a'), 0o777);
  for (const link of ['file', 'folder/file']) {
    expect(() => readTrustedFile(join(links, link), { maxBytes: 10 })).toThrow(`chmod go-w ${join(root, 'a')}`);
  }
});

test('the folder of a link that others may write is refused', () => {
  const { file } = fileBelow('a');
  const links = tempFolder();
  symlinkSync(file, join(links, 'file'));
  chmodSync(links, 0o777);
  expect(() => readTrustedFile(join(links, 'file'), { maxBytes: 10 })).toThrow(`chmod go-w ${links}`);
});
