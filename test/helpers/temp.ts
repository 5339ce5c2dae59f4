import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new empty folder, by its real path. Whoever makes it removes it. */
export function makeTempFolder(): string {
  return mkdtempSync(join(realpathSync(tmpdir()), 'test-'));
}

/** A new empty folder that is removed when the running test ends. For use inside a test or `beforeEach`, not `beforeAll`. */
export function tempFolder(): string {
  const folder = makeTempFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
