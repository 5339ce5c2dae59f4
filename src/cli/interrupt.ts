import { constants } from 'node:os';

/** What a shell expects of a process that a signal ended: 128 and the signal's number. */
const SIGNAL_EXIT = 128;

/** Somebody ended the program while it asked them something. Nothing need be said of it, everything put right. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(readonly signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
  }

  get exitCode(): number {
    return SIGNAL_EXIT + constants.signals[this.signal];
  }
}

/** Turns Ctrl-C and SIGTERM into an orderly early end; a second one ends the process at once. */
export class Interrupt {
  private readonly controller = new AbortController();
  private received: 'SIGINT' | 'SIGTERM' | undefined;
  private readonly listener = (signal: NodeJS.Signals) => this.take(signal as 'SIGINT' | 'SIGTERM');

  constructor() {
    process.on('SIGINT', this.listener);
    process.on('SIGTERM', this.listener);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** 130 or 143 when a signal came, otherwise `undefined`. */
  get exitCode(): number | undefined {
    return this.received === undefined ? undefined : SIGNAL_EXIT + constants.signals[this.received];
  }

  /** Stops listening, so that the next signal has its usual effect. */
  release(): void {
    process.off('SIGINT', this.listener);
    process.off('SIGTERM', this.listener);
  }

  private take(signal: 'SIGINT' | 'SIGTERM'): void {
    if (this.received !== undefined) {
      // Should a thread hang in the kernel, the next signal needs none of this to end the process.
      this.release();
      // Not by the signal itself: what has to be put right at the end (the cursor, the demonstration) is done on exit.
      process.exit(SIGNAL_EXIT + constants.signals[signal]);
    }
    this.received = signal;
    this.controller.abort(new Interrupted(signal));
  }
}

/** Does what Ctrl-C ends early: whatever the work then throws, it is an {@link Interrupted}. */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interrupt = new Interrupt();
  try {
    return await work(interrupt.signal);
  } catch (error) {
    throw interrupt.signal.aborted ? interrupt.signal.reason : error;
  } finally {
    interrupt.release();
  }
}
