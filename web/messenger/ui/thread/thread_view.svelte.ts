// One open thread: which messages, where the unread begin, and what is said aloud.
//
// It shows the newest messages and grows upwards; who goes far up, jumps to an old message or has much to read, sees a window that
// moves, so that no chat is too long for the page. Where the window reaches the end, it is the newest messages again.
import { untrack } from 'svelte';
import type { Around, MessengerClient, Thread } from '../../client/api.ts';
import { timeText } from '../model/dates.ts';
import { daysOf } from '../model/rows.ts';
import { plainText } from '../chats/preview.ts';
import { preferences } from '../preferences.svelte.ts';

const FIRST = 60;
const MORE = 50;
const MARGIN = 20;
/** More than this are not on the page at once. */
const MOST = 400;
const KEPT = 250;

export class ThreadView {
  #limit = $state(FIRST);
  #around = $state.raw<Around | undefined>();
  thread = $state.raw<Thread | null>(null);
  firstUnread = $state.raw<Thread['firstUnread']>(null);
  unreadCount = $state(0);
  /** The newest incoming message, for those who listen. */
  announcement = $state('');
  loading = $state(false);
  days = $derived(daysOf(this.thread?.messages ?? [], this.firstUnread?.id ?? null));
  #known: string | null = null;
  #away = false;
  #loaded: (() => void)[] = [];
  /** What the next look at the chat has to show: one that was under way before is not it. */
  #wanted: Around | undefined;

  constructor(private readonly client: MessengerClient, private readonly company: string) {}

  /** Follows the thread; called again by itself when more of it is wanted. */
  watch(): () => void {
    const around = this.#around;
    return this.client.thread(this.company, this.#limit, around).subscribe((thread) => {
      if (thread && around === this.#wanted) untrack(() => this.#take(thread));
    });
  }

  /** Resolves when the older messages are there, whoever asked for them first. */
  async older(): Promise<void> {
    const oldest = this.thread?.messages[0];
    if (!oldest || !this.thread?.hasOlder) return;
    if (this.loading) return new Promise((resolve) => this.#loaded.push(resolve));
    if (!this.#around && this.#limit + MORE <= MOST) await this.#load(this.#limit + MORE);
    else await this.#load(MORE, { at: oldest.at, after: this.#kept });
  }

  /** Resolves when the newer messages are there, where not the newest are shown. */
  async newer(): Promise<void> {
    const newest = this.thread?.messages.at(-1);
    if (!this.loading && newest && this.thread?.hasNewer) await this.#load(this.#kept, { at: newest.at, after: MORE });
  }

  /** How many of those on the page stay when others come. */
  get #kept(): number {
    return Math.min(KEPT, this.thread?.messages.length ?? 0);
  }

  /** Back to the end of the chat. */
  async latest(): Promise<void> {
    if (!this.thread?.hasNewer) return;
    this.forgetUnread();
    await this.#load(FIRST);
  }

  /** Shows what stands around a message; returns whether it is there. */
  async show(id: string): Promise<boolean> {
    const message = await this.client.tab.store.get('messages', id);
    if (message?.company !== this.company) return false;
    await this.#load(FIRST / 2, { at: message.at, after: FIRST / 2 });
    return true;
  }

  async #load(limit: number, around?: Around): Promise<void> {
    this.loading = true;
    const loaded = new Promise<void>((resolve) => this.#loaded.push(resolve));
    this.#wanted = around;
    this.#around = around;
    this.#limit = limit;
    await loaded;
  }

  /** Nobody looks, or what was missed comes in: what arrives from now on stands below the unread bar. */
  setAway(away: boolean): void {
    this.#away = away;
  }

  forgetUnread(): void {
    this.firstUnread = null;
    this.unreadCount = 0;
  }

  #take(thread: Thread): void {
    const before = this.firstUnread;
    if (!this.thread) {
      this.firstUnread = thread.firstUnread;
      this.unreadCount = thread.chat.unread;
    } else if (!this.thread.hasNewer && !thread.hasNewer) {
      this.#hearNew(thread);
    } else if (before) {
      this.unreadCount = Math.max(this.unreadCount, thread.chat.unread);
    }
    const { firstUnread } = this;
    const stood = !this.thread || firstUnread !== before || this.thread.messages.some(({ id }) => id === firstUnread?.id);
    // The bar and everything since is too much for one page: it begins a little before the bar.
    if (stood && firstUnread && !this.#around && firstUnread.at < (thread.messages[0]?.at ?? 0)) return void this.#load(MARGIN, { at: firstUnread.at, after: FIRST });
    this.thread = thread;
    this.#known = thread.messages.at(-1)?.id ?? null;
    this.loading = false;
    // The end is reached: from here on it is followed.
    if (this.#around && !thread.hasNewer) {
      this.#limit = Math.max(FIRST, thread.messages.length);
      this.#wanted = this.#around = undefined;
    }
    for (const loaded of this.#loaded.splice(0)) loaded();
  }

  #hearNew({ chat, messages }: Thread): void {
    const since = messages.findIndex((one) => one.id === this.#known) + 1;
    const fresh = this.#known === null || since > 0 ? messages.slice(since) : [];
    const incoming = fresh.filter((one) => one.direction === 'in');
    if (fresh.some((one) => one.direction === 'out')) this.forgetUnread();
    const last = incoming.at(-1);
    if (!last) return;
    this.announcement = `${chat.company.name}, ${timeText(last.at, preferences.locale)}: ${plainText([last.header, last.text].filter(Boolean).join(': '))}`;
    if (!this.#away) return;
    this.firstUnread ??= incoming[0]!;
    this.unreadCount += incoming.length;
  }
}
