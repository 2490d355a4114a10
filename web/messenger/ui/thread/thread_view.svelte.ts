// One open thread: which messages, where the unread begin, and what is said aloud.
import { untrack } from 'svelte';
import type { MessengerClient, Thread } from '../../client/api.ts';
import { timeText } from '../model/dates.ts';
import { daysOf } from '../model/rows.ts';
import { plainText } from '../chats/preview.ts';
import { preferences } from '../preferences.svelte.ts';

const FIRST = 60;
const MORE = 100;
const MARGIN = 20;

export class ThreadView {
  #limit = $state(FIRST);
  thread = $state.raw<Thread | null>(null);
  firstUnread = $state<string | null>(null);
  unreadCount = $state(0);
  /** The newest incoming message, for those who listen. */
  announcement = $state('');
  loading = $state(false);
  days = $derived(daysOf(this.thread?.messages ?? [], this.firstUnread));
  #known: string | null = null;
  #away = false;
  #loaded: (() => void)[] = [];

  constructor(private readonly client: MessengerClient, private readonly company: string, unread: number) {
    // The first unread one is among them, with a little of what was before.
    this.#limit = Math.max(FIRST, unread + MARGIN);
  }

  /** Follows the thread; called again by itself when more of it is wanted. */
  watch(): () => void {
    return this.client.thread(this.company, this.#limit).subscribe((thread) => {
      if (thread) untrack(() => this.#take(thread));
    });
  }

  /** Resolves when the older messages are there, whoever asked for them first. */
  async older(): Promise<void> {
    if (!this.thread?.hasOlder) return;
    const loaded = new Promise<void>((resolve) => this.#loaded.push(resolve));
    if (!this.loading) this.#limit += MORE;
    this.loading = true;
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
    const opened = this.thread === null;
    if (opened) {
      this.firstUnread = thread.firstUnread;
      this.unreadCount = thread.chat.unread;
    } else {
      this.#hearNew(thread);
    }
    this.thread = thread;
    if (this.firstUnread && thread.hasOlder && !thread.messages.some((one) => one.id === this.firstUnread)) this.#limit += MORE;
    this.#known = thread.messages.at(-1)?.id ?? null;
    this.loading = false;
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
    this.firstUnread ??= incoming[0]!.id;
    this.unreadCount += incoming.length;
  }
}
