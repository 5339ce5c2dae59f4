import { Presets, SingleBar } from 'cli-progress';
import { bytesInWords } from '../words.js';

/** What the line takes besides its bar. */
const FIGURES_COLUMNS = 40;

/** Between two lines where nobody sees one change into the next, in milliseconds. */
const LINE_INTERVAL = 2000;

/** One bar on standard error, for work on the files of a module; lines instead where that is no terminal. */
export class FileBar {
  private readonly bar: SingleBar;

  constructor(label: string) {
    const columns = process.stderr.columns ?? 80;
    this.bar = new SingleBar(
      {
        stream: process.stderr,
        format: `${label} {bar} {value}/{total}  {read}`,
        clearOnComplete: true,
        hideCursor: true,
        barsize: Math.max(4, Math.min(24, columns - FIGURES_COLUMNS)),
        noTTYOutput: true,
        notTTYSchedule: LINE_INTERVAL,
      },
      Presets.shades_classic,
    );
    process.once('exit', this.stop);
  }

  readonly update = (files: number, total: number, bytes: number): void => {
    const read = { read: bytesInWords(bytes) };
    if (this.bar.isActive) this.bar.setTotal(total);
    else this.bar.start(total, 0, read);
    this.bar.update(files, read);
  };

  /** Takes the bar off the screen and gives the cursor back. */
  readonly stop = (): void => {
    process.off('exit', this.stop);
    this.bar.stop();
  };
}
