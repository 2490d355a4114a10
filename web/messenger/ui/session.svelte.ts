// What all screens share: the client's state, the chats, the toast, and the time of day.
import { createContext } from 'svelte';
import { fromStore } from 'svelte/store';
import type { AppState, ChatSummary, MessengerClient } from '../client/api.ts';
import { dayOf } from './model/dates.ts';
import type { TakeOver } from './model/service_worker.ts';
import { t } from './preferences.svelte.ts';

export interface Toast {
  text: string;
  action: { label: string; run: () => void } | null;
  /** Stays until it is answered. */
  lasting: boolean;
}

export class Session {
  readonly #app: { readonly current: AppState };
  readonly #chats: { readonly current: ChatSummary[] };
  toast = $state<Toast | null>(null);
  /** Changes when a new day begins, so that "today" becomes "yesterday" by itself. */
  now = $state(Date.now());

  constructor(readonly client: MessengerClient, readonly build: { build: string; version: string }) {
    this.#app = fromStore(client.app);
    this.#chats = fromStore(client.chats);
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

  chat(handle: string): ChatSummary | undefined {
    return this.chats.find(({ company }) => company.handle === handle);
  }

  say(text: string, action: Toast['action'] = null): void {
    this.toast = { text, action, lasting: false };
  }

  offerUpdate(takeOver: TakeOver): void {
    this.toast = { text: t().update.ready, action: { label: t().update.restart, run: takeOver }, lasting: true };
  }

  /** Runs what may fail for want of a network, and says so instead of staying silent. */
  async attempt(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch {
      this.say(t().errors.notDone);
      return false;
    }
  }
}

export const [useSession, provideSession] = createContext<Session>();
