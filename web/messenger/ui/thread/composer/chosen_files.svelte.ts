// The files that are looked at before they are sent: made ready one after the other, in their order, with their captions.
import { MOST_AT_ONCE, nameOf, typeOf } from '../../../client/composing/kinds.ts';
import { prepare, Unfit, type Prepared } from '../../../client/composing/prepare.ts';
import { FileRefused, sendFile } from '../../../client/files/send_file.ts';
import type { Tab } from '../../../client/tab.ts';

export const CAPTION_CHARACTERS = 1024;
let made = 0;

export class ChosenFile {
  readonly id = ++made;
  readonly name: string;
  /** Whether it may be sent drawn anew or as it is. */
  readonly convertible: boolean;
  original = $state(false);
  caption = $state('');
  prepared = $state.raw<Prepared | null>(null);
  problem = $state.raw<Unfit | null>(null);
  url = $state('');
  readonly over = $derived(Math.max(0, Array.from(this.caption.trim()).length - CAPTION_CHARACTERS));
  readonly mayHaveCaption = $derived(this.prepared !== null && this.prepared.kind !== 'audio');

  constructor(readonly file: File, original: boolean) {
    this.name = nameOf(file.name);
    this.convertible = /^(image|video|audio)\//.test(typeOf(file.type));
    this.original = original;
  }

  async prepare(): Promise<void> {
    const { original } = this;
    this.prepared = null;
    this.problem = null;
    try {
      const prepared = await prepare(this.file, original);
      if (original === this.original) this.#show(prepared);
    } catch (error) {
      if (original === this.original) this.problem = error instanceof Unfit ? error : new Unfit('unreadable', 'document', this.file.size, 0);
    }
  }

  #show(prepared: Prepared): void {
    this.forget();
    this.prepared = prepared;
    // Only what a browser draws or plays by itself; a drawing with scripts in it is no picture here.
    if (prepared.kind !== 'document' || /^image\/(jpeg|png|webp|gif)$/.test(prepared.file.type)) this.url = URL.createObjectURL(prepared.file);
  }

  forget(): void {
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = '';
  }
}

export class ChosenFiles {
  all = $state.raw<ChosenFile[]>([]);
  at = $state(0);
  /** How many were chosen, if those were too many. */
  tooMany = $state(0);
  sending = $state(false);
  readonly current = $derived(this.all[Math.min(this.at, this.all.length - 1)]);
  readonly ready = $derived(this.all.filter((one) => one.prepared && !one.over));
  readonly preparing = $derived(this.all.some((one) => !one.prepared && !one.problem));
  #work: Promise<void> = Promise.resolve();

  add(files: File[], originals: boolean): void {
    const room = MOST_AT_ONCE - this.all.length;
    this.tooMany = files.length > room ? this.all.length + files.length : 0;
    const added = files.slice(0, room).map((file) => new ChosenFile(file, originals));
    this.all = [...this.all, ...added];
    for (const one of added) this.#prepare(one);
  }

  /** One after the other: ten photos at once would need the memory of ten. */
  #prepare(one: ChosenFile): void {
    this.#work = this.#work.then(() => one.prepare());
  }

  asDocument(one: ChosenFile, original: boolean): void {
    one.original = original;
    this.#prepare(one);
  }

  remove(one: ChosenFile): void {
    one.forget();
    this.all = this.all.filter((other) => other !== one);
    this.at = Math.min(this.at, Math.max(0, this.all.length - 1));
    this.tooMany = 0;
  }

  move(by: -1 | 1): void {
    const to = this.at + by;
    if (to < 0 || to >= this.all.length) return;
    const all = [...this.all];
    [all[this.at], all[to]] = [all[to]!, all[this.at]!];
    this.all = all;
    this.at = to;
  }

  /** Sends what is ready, in order; the first one answers what is quoted. Returns what could not be written, in one word. */
  async send(tab: Tab, company: string, quoteId: string | undefined): Promise<'full' | 'failed' | null> {
    this.sending = true;
    let quote = quoteId;
    try {
      for (const one of this.ready) {
        const { kind, file, name } = one.prepared!;
        const caption = one.mayHaveCaption ? one.caption.trim() : '';
        await sendFile(tab, company, { kind, file, ...(name ? { name } : {}), ...(caption ? { caption } : {}) }, quote);
        quote = undefined;
        this.remove(one);
      }
      return null;
    } catch (error) {
      return error instanceof FileRefused && error.problem === 'full' ? 'full' : 'failed';
    } finally {
      this.sending = false;
    }
  }

  forget(): void {
    for (const one of this.all) one.forget();
  }
}
