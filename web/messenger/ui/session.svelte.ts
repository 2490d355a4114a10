// What all screens share: the client's state, the chats, the toast, and the time of day.
import { createContext } from 'svelte';
import { fromStore } from 'svelte/store';
import type { AppState, ChatSummary, MessengerClient } from '../client/api.ts';
import { isFull } from '../client/troubles.ts';
import { dayOf } from './model/dates.ts';
import { Pictures } from './model/pictures.ts';
import type { InstallPrompt } from './notifications/installing.ts';
import type { TakeOver } from './model/service_worker.ts';
import { t } from './preferences.svelte.ts';

export interface Toast {
  text: string;
  action: { label: string; run: () => void } | null;
  /** Stays until it is answered. */
  lasting: boolean;
}

/** How long after a connection is made what waited at the relay may still come in. */
const ARRIVAL = 800;

export class Session {
  readonly #app: { readonly current: AppState };
  readonly #chats: { readonly current: ChatSummary[] };
  readonly pictures: Pictures;
  toast = $state<Toast | null>(null);
  /** What has to be answered, while something short stands in its place. */
  #unanswered: Toast | null = null;
  /** Whether it is the time to ask about notifications; set by what keeps them. */
  offersNotifications = $state(false);
  /** How high that is, in pixels, what a thread has at its foot: no toast covers it. */
  foot = $state(0);
  /** The browser's own dialog to install the app, while there is one. */
  installPrompt = $state.raw<InstallPrompt | null>(null);
  /** Changes when a new day begins, so that "today" becomes "yesterday" by itself. */
  now = $state(Date.now());
  /** What comes in now was missed while away, not said just now. */
  #justConnected = $state(false);

  constructor(readonly client: MessengerClient, readonly build: { build: string; version: string }) {
    this.pictures = new Pictures(client);
    this.#app = fromStore(client.app);
    this.#chats = fromStore(client.chats);
    this.#watchConnection();
    setInterval(() => {
      if (dayOf(Date.now()) !== dayOf(this.now)) this.now = Date.now();
    }, 20_000);
  }

  get app(): AppState {
    return this.#app.current;
  }

  get chats(): ChatSummary[] {
    return this.#chats.current;
  }

  get arriving(): boolean {
    return this.#justConnected || this.app.catchingUp > 0;
  }

  chat(handle: string): ChatSummary | undefined {
    return this.chats.find(({ company }) => company.handle === handle);
  }

  say(text: string, action: Toast['action'] = null): void {
    if (this.toast?.lasting) this.#unanswered = this.toast;
    this.toast = { text, action, lasting: false };
  }

  /** Takes the notice away that is shown; one that still has to be answered comes back. */
  dismiss(): void {
    this.toast = this.#unanswered;
    this.#unanswered = null;
  }

  /** For a screen that will soon make keys: what makes them is loaded while it is read, once it is painted and the worker is there. */
  prepareKeys(): void {
    $effect(() => {
      // Said again when the worker comes to own the keys: before, nobody hears it.
      void this.app.owner;
      if (this.app.phase !== 'new') return;
      const painted = new PerformanceObserver((seen) => {
        if (seen.getEntriesByName('first-contentful-paint').length) this.client.tab.channel.postMessage({ what: 'prepare' });
      });
      painted.observe({ type: 'paint', buffered: true });
      return () => painted.disconnect();
    });
  }

  offerUpdate(takeOver: TakeOver): void {
    this.toast = { text: t().update.ready, action: { label: t().update.restart, run: takeOver }, lasting: true };
  }

  #watchConnection(): void {
    let online = false;
    let made = false;
    let timer: ReturnType<typeof setTimeout>;
    this.client.app.subscribe(({ connection, phase }) => {
      // An account that is made here has missed nothing before its first connection, however late that is.
      made ||= phase === 'new' && !online;
      if (connection === 'online' && !online) {
        this.pictures.askAgain();
        clearTimeout(timer);
        this.#justConnected = !made;
        timer = setTimeout(() => (this.#justConnected = false), ARRIVAL);
        made = false;
      }
      online = connection === 'online';
    });
  }

  /** Puts a text on the clipboard and says so, or that the browser does not let it. */
  async copy(text: string, said = t().message.copied): Promise<void> {
    this.say(await navigator.clipboard.writeText(text).then(() => said, () => t().errors.notCopied));
  }

  /** Runs what may fail for want of a network or of room, and says so instead of staying silent. */
  async attempt(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      this.say(t().errors[isFull(error) ? 'noRoom' : 'notDone']);
      return false;
    }
  }
}

export const [useSession, provideSession] = createContext<Session>();
