import type { Progress } from './options.js';

/** Keeps count of how far a scan has come, and tells whoever asked. */
export class Meter {
  private progress: Progress;

  constructor(
    modules: number,
    private readonly listener: ((progress: Progress) => void) | undefined,
  ) {
    this.progress = { modules, modulesVerified: 0, files: 0, filesRead: 0, bytes: 0 };
  }

  /** One more signature is verified; `files` have been asked for by now. */
  verified(files: number): void {
    this.tell({ modulesVerified: this.progress.modulesVerified + 1, files });
  }

  read(filesRead: number, bytes: number): void {
    this.tell({ filesRead, bytes, files: Math.max(this.progress.files, filesRead) });
  }

  end(files: number): void {
    this.tell({ files });
  }

  private tell(change: Partial<Progress>): void {
    this.progress = { ...this.progress, ...change };
    this.listener?.(this.progress);
  }
}
