import type { MultiBar, SingleBar } from 'cli-progress';
import type { Fleet } from '../../fleet/coordinator/fleet.js';
import { verifiedProgress } from '../../fleet/coordinator/status.js';
import { hostByName } from '../../fleet/store/hosts.js';
import { batches, begunOrders, openBatches } from '../../fleet/store/orders.js';
import type { FleetStore } from '../../fleet/store/store.js';
import { escapeControls } from '../../report/escape.js';
import { bytesInWords } from '../../words.js';

/** How far a fleet is. */
export interface Figures {
  /** Hosts that have answered, and all that were asked. */
  readonly done: number;
  readonly hosts: number;
  /** Of those that scan now. */
  readonly scanning: number;
  readonly filesRead: number;
  readonly files: number;
  readonly bytes: number;
}

/** Between two looks at what hosts say of themselves, in milliseconds. */
const INTERVAL = 1000;

/** Between two lines where there is no terminal, in milliseconds. */
const LINE_INTERVAL = 30_000;

/** So many scans are looked at, those that began first: each sign of progress is a signature to verify. */
const MOST_SCANS = 300;

/** What the longest line takes besides its bar. */
const FIGURES_COLUMNS = 40;

/** Shows how far a fleet is: bars on a terminal, else a line now and then. What is said stands above the bars. */
export class FleetDisplay {
  #next = 0;
  #nextLine = performance.now() + LINE_INTERVAL;
  #hosts: SingleBar | undefined;
  #files: SingleBar | undefined;
  readonly #onExit = () => this.close();

  private constructor(
    private readonly bars: MultiBar | undefined,
    private readonly lines: boolean,
  ) {
    process.once('exit', this.#onExit);
  }

  /** @param progress whether bars and lines of progress are wanted at all. */
  static async open(progress: boolean): Promise<FleetDisplay> {
    if (!progress || process.stderr.isTTY !== true) return new FleetDisplay(undefined, progress);
    // Loaded only where bars are shown.
    const { MultiBar, Presets } = await import('cli-progress');
    const bars = new MultiBar(
      {
        stream: process.stderr,
        clearOnComplete: true,
        hideCursor: true,
        barsize: Math.max(4, Math.min(24, process.stderr.columns - FIGURES_COLUMNS)),
        forceRedraw: true,
      },
      Presets.shades_classic,
    );
    return new FleetDisplay(bars, false);
  }

  /** One line, which may quote what a host said. */
  readonly say = (sentence: string): void => {
    const line = `sigsweep: ${escapeControls(sentence)}\n`;
    if (this.bars === undefined || this.#hosts === undefined) process.stderr.write(line);
    else this.bars.log(line);
  };

  /** Shows how far it is, where it is time. @param figures asks for it; not given where it cannot be known now. */
  async show(figures: (() => Promise<Figures>) | undefined): Promise<void> {
    const now = performance.now();
    const isDue = this.bars === undefined ? this.lines && now >= this.#nextLine : now >= this.#next;
    if (figures === undefined || !isDue) return;
    this.#next = now + INTERVAL;
    this.#nextLine = now + LINE_INTERVAL;
    const { done, hosts, scanning, filesRead, files, bytes } = await figures();
    if (this.bars === undefined) {
      this.say(`${done} of ${hosts} hosts have answered, ${scanning} scan`);
      return;
    }
    const shape = { label: 'hosts', more: '' };
    this.#hosts ??= this.bars.create(hosts, 0, shape, { format: '{label} {bar} {value}/{total}  {more}' });
    this.#files ??= this.bars.create(files, 0, shape, { format: '{label} {bar} {value}/{total}  {more}' });
    this.#hosts.setTotal(hosts);
    this.#hosts.update(done, { label: 'hosts', more: `${scanning} scan` });
    this.#files.setTotal(files);
    this.#files.update(filesRead, { label: 'files', more: bytesInWords(bytes) });
  }

  /** Takes the bars off the screen and gives the cursor back. */
  close(): void {
    process.off('exit', this.#onExit);
    this.bars?.stop();
  }
}

/** How far a batch is; all that is asked for without one. */
export async function fleetFigures(fleet: Fleet, batch?: string): Promise<Figures> {
  const { store } = fleet;
  const now = Date.now();
  const begun = begunOrders(store, new Date(now), MOST_SCANS, batch);
  const hosts = new Map(begun.flatMap(({ host }) => hostByName(store, host) ?? []).map((host) => [host.name, host]));
  const progress = [...(await verifiedProgress(fleet, begun, hosts, now)).values()];
  const sum = (of: (one: (typeof progress)[number]) => number) => progress.reduce((total, one) => total + of(one), 0);
  const { orders, open } = batch === undefined ? openBatches(store) : progressOf(store, batch);
  return {
    done: orders - open,
    hosts: orders,
    scanning: progress.length,
    filesRead: sum(({ filesRead }) => filesRead),
    files: sum(({ files }) => files),
    bytes: sum(({ bytes }) => bytes),
  };
}

function progressOf(store: FleetStore, batch: string): ReturnType<typeof openBatches> {
  const [state] = batches(store, 1, batch);
  return { orders: state?.orders ?? 0, open: state?.states.sent ?? 0 };
}
