// Finds messages on this device: their folded text in memory, read once when somebody searches, and kept current by notices.
//
// Nothing of it is stored. A notice says which chat changed, not which message: its newest messages are read again, all of them if
// their number differs; and what is found is looked up once more before it is shown, so that nothing stands there that is gone.
import { openChannel, type Notice } from '../broadcast.ts';
import type { StoredMessage } from '../store.ts';
import type { Tab } from '../tab.ts';
import { fold, matches, wordsOf, type Folded } from './folding.ts';

interface Entry {
  at: number;
  text: Folded;
}

export interface Hit {
  id: string;
  company: string;
  at: number;
}

const PAGE = 500;
/** What may still be edited or taken back lies among so many. */
const NEWEST = 200;
const ALL = '';

/** What of a message can be found: its words, and the name of what it brings or of the page it links to. */
export const wordsIn = ({ header, text, footer, part, linkPreview }: Pick<StoredMessage, 'header' | 'text' | 'footer' | 'part' | 'linkPreview'>): string =>
  [header, part?.name, text, linkPreview?.title, footer].filter(Boolean).join('\n');

export class SearchIndex {
  readonly #chats = new Map<string, Map<string, Entry>>();
  readonly #changed = new Set<string>();
  readonly #ears = openChannel();
  #building: Promise<void> | null = null;

  constructor(private readonly tab: Tab) {
    this.#ears.onmessage = ({ data }: MessageEvent<Notice>) => {
      if (data.what === 'changed') this.#changed.add(data.company ?? ALL);
    };
  }

  /** The messages in which every word stands, the newest first; of one chat, or of all. */
  async find(search: string, company?: string): Promise<Hit[]> {
    const words = wordsOf(search);
    if (!words.length) return [];
    await this.ready();
    const found: Hit[] = [];
    for (const [chat, entries] of this.#chats) {
      if (company !== undefined && chat !== company) continue;
      for (const [id, { at, text }] of entries) if (matches(text, words)) found.push({ id, company: chat, at });
    }
    return found.sort((a, b) => b.at - a.at);
  }

  /** Reads what has to be read before a search; the first time, everything. */
  async ready(): Promise<void> {
    this.#building ??= this.#build();
    try {
      await this.#building;
    } catch (error) {
      this.#building = null;
      throw error;
    }
    while (this.#changed.size) {
      const changed = [...this.#changed];
      this.#changed.clear();
      const companies = changed.includes(ALL) ? await this.tab.store.getAllKeys('companies') : changed;
      if (changed.includes(ALL)) for (const known of this.#chats.keys()) if (!companies.includes(known)) this.#chats.delete(known);
      for (const company of companies) await this.#renew(company);
    }
  }

  /** The messages themselves, without those that are gone or say something else by now. */
  async look(hits: Hit[], search: string): Promise<StoredMessage[]> {
    const words = wordsOf(search);
    const transaction = this.tab.store.transaction('messages');
    const found = await Promise.all(hits.map(({ id }) => transaction.store.get(id)));
    return found.filter((one) => one !== undefined).filter((one) => matches(fold(wordsIn(one)), words));
  }

  async #build(): Promise<void> {
    let range: IDBKeyRange | null = null;
    for (;;) {
      const page: StoredMessage[] = await this.tab.store.getAll('messages', range, PAGE);
      for (const message of page) this.#take(message);
      if (page.length < PAGE) return;
      range = IDBKeyRange.lowerBound(page.at(-1)!.id, true);
    }
  }

  #take(message: StoredMessage): void {
    const { company, id, at } = message;
    const entries = this.#chats.get(company) ?? new Map<string, Entry>();
    this.#chats.set(company, entries);
    entries.set(id, { at, text: fold(wordsIn(message)) });
  }

  async #renew(company: string): Promise<void> {
    const range = IDBKeyRange.bound([company, 0], [company, Infinity]);
    const index = this.tab.store.transaction('messages').store.index('chat');
    const count = await index.count(range);
    let cursor = await index.openCursor(range, 'prev');
    for (let read = 0; cursor && read < NEWEST; read++) {
      this.#take(cursor.value);
      cursor = await cursor.continue();
    }
    if (count === (this.#chats.get(company)?.size ?? 0)) return;
    this.#chats.delete(company);
    for (const message of await this.tab.store.getAllFromIndex('messages', 'chat', range)) this.#take(message);
  }
}

let made: SearchIndex | null = null;

/** One index serves all fields of a tab. */
export const searchIndex = (tab: Tab): SearchIndex => (made ??= new SearchIndex(tab));
