// A value that is watched; what it costs to keep it current is only paid while somebody watches.
import type { Observable } from './api.ts';

export class Cell<T> implements Observable<T> {
  #watchers = new Set<(value: T) => void>();
  #start: (() => () => void) | null = null;
  #stop: (() => void) | null = null;

  value: T;

  constructor(value: T) {
    this.value = value;
  }

  /** What to do while there is at least one watcher; returns what ends it. */
  onUse(start: () => () => void): void {
    this.#start = start;
  }

  set(value: T): void {
    this.value = value;
    for (const watcher of this.#watchers) watcher(value);
  }

  change(part: Partial<T>): void {
    this.set({ ...this.value, ...part });
  }

  subscribe(run: (value: T) => void): () => void {
    if (!this.#watchers.size) this.#stop = this.#start?.() ?? null;
    this.#watchers.add(run);
    run(this.value);
    return () => {
      this.#watchers.delete(run);
      if (!this.#watchers.size) this.#stop?.();
    };
  }
}
