import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes files and the folders above them, counting. Synchronous: for 100,000 small files that is the fastest. */
export class TreeWriter {
  readonly #folders = new Set<string>();
  files = 0;
  bytes = 0;

  write(path: string, content: Uint8Array | string, mode = 0o644): void {
    this.#makeFolder(dirname(path));
    writeFileSync(path, content, { mode });
    this.files++;
    this.bytes += content.length;
  }

  link(path: string, target: string): void {
    this.#makeFolder(dirname(path));
    symlinkSync(target, path);
    this.files++;
  }

  #makeFolder(folder: string): void {
    if (this.#folders.has(folder)) return;
    mkdirSync(folder, { recursive: true });
    this.#folders.add(folder);
  }
}
