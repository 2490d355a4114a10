// When a backup is made: some minutes after something changed, not too often, again and again until it got through.
const AFTER_CHANGE = 2 * 60_000;
const APART = 10 * 60_000;
const AFTER_START = 60_000;
const TRIES_APART = [15_000, 60_000, 5 * 60_000, 15 * 60_000];

export class Rhythm {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Infinity;
  #last = -Infinity;
  #failures = 0;
  #running: Promise<void> | null = null;
  readonly #make: () => Promise<void>;

  /** `make` says by `succeeded` or `failed` how it went. */
  constructor(make: () => Promise<void>) {
    this.#make = make;
  }

  /** Another owner may have ended in the middle. */
  start(): void {
    this.#within(AFTER_START);
  }

  /** Something changed that a backup should have. */
  note(): void {
    this.#within(Math.max(AFTER_CHANGE, this.#last + APART - performance.now()));
  }

  /** The network is back. */
  wake(): void {
    if (this.#failures) this.#within(1000);
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#within(TRIES_APART[Math.min(this.#failures++, TRIES_APART.length - 1)]!);
  }

  /** Makes one at once, or after the one that is being made: that one may have begun before what this one is wanted for. */
  async now(): Promise<void> {
    while (this.#running) await this.#running.catch(() => {});
    this.#last = performance.now();
    await (this.#running = this.#make().finally(() => (this.#running = null)));
  }

  #within(milliseconds: number): void {
    const at = performance.now() + milliseconds;
    if (at >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = at;
    this.#timer = setTimeout(() => {
      this.#due = Infinity;
      void this.now().catch(() => {});
    }, milliseconds);
  }
}
