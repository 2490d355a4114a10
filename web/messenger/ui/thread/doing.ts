// What can be done in an open thread, for whatever stands in it: its messages ask here, the thread does it.
import { createContext } from 'svelte';
import type { Message } from '../../client/api.ts';

/** Windows in front of a thread. */
export type Sheet = 'list' | 'contacts' | 'info' | 'forward' | 'emoji' | 'delete' | 'report' | 'place';

export interface Doing {
  reply(message: Message): void;
  retry(message: Message): void;
  /** Sends one of a message's choices. */
  answer(message: Message, choice: number): void;
  react(message: Message, emoji: string): void;
  /** Writes a text anew. */
  edit(message: Message): void;
  showQuoted(id: string): void;
  menu(message: Message, target: HTMLElement): void;
  sheet(kind: Sheet, messages: Message[]): void;
}

export const [useDoing, provideDoing] = createContext<Doing>();
