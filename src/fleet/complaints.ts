/** The same is not said again for so long, in milliseconds. */
const SILENCE = 3_600_000;

/** Says of each reason once an hour at most that something was not believed: whoever reaches the queue can fill it. */
export class Complaints {
  readonly #last = new Map<string, number>();

  /** @param reason one of a few. @returns whether it is to be said now. */
  admits(reason: string, now: number): boolean {
    const last = this.#last.get(reason);
    // Where the clock was set back, it is not waited for.
    if (last !== undefined && last <= now && now - last < SILENCE) return false;
    this.#last.set(reason, now);
    return true;
  }
}
