/** Hands on the newest value, one at a time, and the next not before so many milliseconds. */
export class EverySoOften<Value> {
  #next = 0;
  #isBusy = false;

  constructor(
    private readonly milliseconds: number,
    private readonly act: (value: Value) => Promise<unknown>,
  ) {}

  offer(value: Value): void {
    const now = performance.now();
    if (this.#isBusy || now < this.#next) return;
    this.#isBusy = true;
    this.#next = now + this.milliseconds;
    this.act(value)
      // Progress that is lost is followed by more.
      .catch(() => undefined)
      .finally(() => {
        this.#isBusy = false;
      });
  }
}
