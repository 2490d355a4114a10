// A message's file as its bubble shows it: asked for when it comes near, lent to the page under a blob: address, taken back after.
import type { Part } from '../../../client/api.ts';
import { fetchFile, fileState, stopFetching, uploadState, type FileState } from '../../../client/files/files.ts';
import type { Tab } from '../../../client/tab.ts';

/** Larger ones are loaded when somebody asks. */
const UNASKED_BYTES = 1024 * 1024;
const NEAR = '600px';

export class FileView {
  state = $state.raw<FileState | null>(null);
  /** Of an own file: how much of it is at the relay; null when nothing is to come, undefined until that is known. */
  upload = $state.raw<{ done: number } | null | undefined>(undefined);
  url = $state<string | null>(null);
  readonly file = $derived(this.state?.is === 'here' ? this.state.file : null);
  readonly #tab: Tab;
  readonly #message: string;
  readonly #part: Part;
  #near = false;

  constructor(tab: Tab, message: string, part: Part) {
    [this.#tab, this.#message, this.#part] = [tab, message, part];
  }

  /** Follows the file while it is shown. */
  watch(): () => void {
    const pointer = this.#part.file!;
    const stops = [
      fileState(this.#tab, pointer).subscribe((state) => this.#take(state)),
      uploadState(this.#tab, this.#message, pointer).subscribe((upload) => (this.upload = upload)),
    ];
    return () => {
      for (const stop of stops) stop();
      if (this.url) URL.revokeObjectURL(this.url);
      this.url = null;
    };
  }

  /** Attached to what shows the file: one that is small is asked for when it comes near. */
  near = (element: HTMLElement): (() => void) => {
    const observer = new IntersectionObserver(([entry]) => {
      this.#near = Boolean(entry?.isIntersecting);
      this.#fetchUnasked();
    }, { rootMargin: NEAR });
    observer.observe(element);
    return () => observer.disconnect();
  };

  fetch(): Promise<void> {
    return fetchFile(this.#tab, this.#message, this.#part.file!);
  }

  stop(): Promise<void> {
    return stopFetching(this.#tab, this.#part.file!);
  }

  #take(state: FileState | null): void {
    // One that is here stays the same: what is shown does not flicker.
    if (state?.is === 'here' && this.state?.is === 'here') return;
    this.state = state;
    if (state?.is === 'here') this.url = URL.createObjectURL(state.file);
    this.#fetchUnasked();
  }

  #fetchUnasked(): void {
    if (this.#near && this.state?.is === 'absent' && this.#part.file!.size <= UNASKED_BYTES && !isMetered()) void this.fetch();
  }
}

/** Whether the person pays for what is loaded, as far as the browser tells. */
function isMetered(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean; type?: string } };
  return Boolean(connection?.saveData || connection?.type === 'cellular');
}
