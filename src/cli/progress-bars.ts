import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { Progress } from '../scan/options.js';
import { bytesInWords } from '../words.js';

const FORMAT = {
  modules: '{label} {bar} {value}/{total}',
  files: '{label} {bar} {value}/{total}  {read}  {rate}/s  {eta_formatted} left',
};

/** What the longest line takes besides its bar. */
const FIGURES_COLUMNS = 52;

/** Bars on standard error: modules verified; files and bytes read, rate, time left. On the screen until `stop`. */
export class ProgressBars {
  private readonly bars = new MultiBar(
    {
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      // What a narrow terminal has no room for is cut off: the figures say more than the bar.
      barsize: Math.max(4, Math.min(24, process.stderr.columns - FIGURES_COLUMNS)),
      etaBuffer: 50,
      forceRedraw: true,
    },
    Presets.shades_classic,
  );
  private readonly modules: SingleBar;
  private readonly files: SingleBar;
  private readonly startedAt = performance.now();
  private readonly onExit = () => this.bars.stop();

  constructor() {
    process.once('exit', this.onExit);
    this.modules = this.bars.create(0, 0, { label: 'modules' }, { format: FORMAT.modules });
    this.files = this.bars.create(0, 0, { label: 'files  ', read: '0 B', rate: '0 B' }, { format: FORMAT.files });
  }

  update(progress: Progress): void {
    const seconds = Math.max(0.001, (performance.now() - this.startedAt) / 1000);
    this.modules.setTotal(progress.modules);
    this.modules.update(progress.modulesVerified);
    this.files.setTotal(progress.files);
    this.files.update(progress.filesRead, {
      read: bytesInWords(progress.bytes),
      rate: bytesInWords(progress.bytes / seconds),
    });
  }

  /** Takes the bars off the screen and gives the cursor back. */
  stop(): void {
    process.off('exit', this.onExit);
    this.bars.stop();
  }
}
