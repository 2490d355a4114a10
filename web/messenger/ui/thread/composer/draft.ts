// Keeps what is being written on disk, a moment after a key, and tells the company that somebody writes.
import type { MessengerClient } from '../../../client/api.ts';

const KEEP_AFTER = 300;
const AGAIN_AFTER = 5000;
const TYPING_EVERY = 5000;

export class Draft {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: string | null = null;
  #told = -Infinity;
  /** What this tab knows to be on disk. */
  #known: string;

  constructor(private readonly client: Pick<MessengerClient, 'setDraft' | 'typing'>, private readonly company: string, stored: string) {
    this.#known = stored;
  }

  /** Hears what is on disk now; returns whether another tab wrote or sent it, and nothing was written here since. */
  isNews(stored: string, text: string): boolean {
    const untouched = this.#waiting === null && text === this.#known;
    const news = stored !== this.#known;
    this.#known = stored;
    return news && untouched;
  }

  keep(text: string): void {
    this.#waiting = text;
    // Not put off by the next key: whoever types without a pause is kept up with too.
    this.#timer ??= setTimeout(() => this.flush(), KEEP_AFTER);
  }

  flush(): void {
    this.#stop();
    if (this.#waiting === null) return;
    const text = (this.#known = this.#waiting);
    this.#waiting = null;
    // Without room it is tried again, until something else is written.
    this.client.setDraft(this.company, text).catch(() => {
      this.#waiting ??= text;
      this.#timer ??= setTimeout(() => this.flush(), AGAIN_AFTER);
    });
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** It was sent: the client forgets the draft itself. */
  drop(): void {
    this.#stop();
    this.#waiting = null;
    this.#known = '';
  }

  tellTyping(): void {
    if (performance.now() - this.#told < TYPING_EVERY) return;
    this.#told = performance.now();
    this.client.typing(this.company);
  }
}
