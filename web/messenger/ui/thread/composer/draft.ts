// Keeps what is being written on disk, a moment after a key, and tells the company that somebody writes.
import type { MessengerClient } from '../../../client/api.ts';

const KEEP_AFTER = 300;
const TYPING_EVERY = 5000;

export class Draft {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: string | null = null;
  #told = -Infinity;

  constructor(private readonly client: Pick<MessengerClient, 'setDraft' | 'typing'>, private readonly company: string) {}

  keep(text: string): void {
    this.#waiting = text;
    // Not put off by the next key: whoever types without a pause is kept up with too.
    this.#timer ??= setTimeout(() => this.flush(), KEEP_AFTER);
  }

  flush(): void {
    this.#stop();
    if (this.#waiting === null) return;
    const text = this.#waiting;
    this.#waiting = null;
    void this.client.setDraft(this.company, text);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** It was sent: the client forgets the draft itself. */
  drop(): void {
    this.#stop();
    this.#waiting = null;
  }

  tellTyping(): void {
    if (performance.now() - this.#told < TYPING_EVERY) return;
    this.#told = performance.now();
    this.client.typing(this.company);
  }
}
