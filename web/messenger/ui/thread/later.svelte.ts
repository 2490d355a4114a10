// What a thread needs beside texts is loaded beside its first messages: places, cards, codes, the menu and its sheets.
class Later {
  parts = $state.raw<typeof import('./rich/all.ts') | null>(null);
  #loading: Promise<void> | null = null;

  /** Resolves when it is there; a part that cannot be loaded now is asked for again the next time. */
  async load(): Promise<void> {
    this.#loading ??= import('./rich/all.ts').then((parts) => { this.parts = parts; }).finally(() => { this.#loading = null; });
    return this.#loading;
  }
}

export const later = new Later();
