// What a person chose about notifications on this device, and when it is not the time for one.
import { fact, type Database } from '../store.ts';
import type { Language } from '../api.ts';
import type { Tab } from '../tab.ts';

export interface QuietHours {
  /** Minutes of the day by this device's own clock; over midnight too. */
  start: number;
  end: number;
}

export interface Choices {
  on: boolean;
  /** Who wrote, or nothing but that somebody did. Never what. */
  show: 'sender' | 'nothing';
  sound: boolean;
  quiet: QuietHours | null;
  /** In which language the service worker speaks: it has no other way to know. */
  language: Language;
}

/** Where a browser's push service reaches this browser, as the relay is told it. */
export interface Address {
  endpoint: string;
  p256dh: string;
  auth: string;
}

export const CHOICES = 'notifications';
export const ADDRESS = 'push_address';
/** The relay's key for push services, for the service worker, which may need it without a tab. */
export const PUSH_KEY = 'push_key';
/** What the relay was told last, as text; unknown while it is being told. */
export const TOLD = 'push_told';
const UNCHOSEN: Choices = { on: false, show: 'sender', sound: false, quiet: null, language: 'en' };

export async function readChoices(database: Database): Promise<Choices> {
  return { ...UNCHOSEN, ...(await fact<Partial<Choices>>(database, CHOICES)) };
}

/** Stores a choice together with the command that tells the relay. */
export async function choose(tab: Tab, change: Partial<Choices>, address?: Address | null): Promise<Choices> {
  const transaction = tab.store.transaction(['facts', 'commands'], 'readwrite');
  const facts = transaction.objectStore('facts');
  const choices: Choices = { ...UNCHOSEN, ...((await facts.get(CHOICES)) as Partial<Choices> | undefined), ...change };
  await facts.put(choices, CHOICES);
  if (address !== undefined) await facts.put(address, ADDRESS);
  await transaction.objectStore('commands').add({ kind: 'push' });
  await transaction.done;
  tab.channel.postMessage({ what: 'command' });
  return choices;
}

export function isQuiet(quiet: QuietHours | null, at: Date): boolean {
  if (!quiet) return false;
  const minute = at.getHours() * 60 + at.getMinutes();
  return quiet.start > quiet.end ? minute >= quiet.start || minute < quiet.end : minute >= quiet.start && minute < quiet.end;
}
