// Words of searching, loaded with it.
import type { Language } from '../../client/api.ts';
import { plural } from '../i18n/plural.ts';

const one = plural('en');
const eins = plural('de');

const en = {
  chats: 'Chats',
  messages: 'Messages',
  you: 'You',
  searching: 'Searching…',
  found: (chats: number, messages: number) =>
    `${one(chats, { one: '# chat', other: '# chats' })}, ${one(messages, { one: '# message', other: '# messages' })}`,
  nothing: (words: string) => `Nothing on this device says “${words}”.`,
  nothingHint: 'Try fewer or shorter words. Only what is on this device is searched.',
  more: 'Show more',
  inChat: (name: string) => `Search in the chat with ${name}`,
  placeholder: 'Search in this chat',
  place: (at: number, of: number) => `${at} of ${of}`,
  none: 'Not found',
  older: 'Older result',
  newer: 'Newer result',
  close: 'End the search',
};

const de = {
  chats: 'Chats',
  messages: 'Nachrichten',
  you: 'Sie',
  searching: 'Suche läuft …',
  found: (chats: number, messages: number) =>
    `${eins(chats, { one: '# Chat', other: '# Chats' })}, ${eins(messages, { one: '# Nachricht', other: '# Nachrichten' })}`,
  nothing: (words: string) => `Auf diesem Gerät steht nirgends „${words}“.`,
  nothingHint: 'Versuchen Sie es mit weniger oder kürzeren Wörtern. Gesucht wird nur auf diesem Gerät.',
  more: 'Mehr zeigen',
  inChat: (name: string) => `Im Chat mit ${name} suchen`,
  placeholder: 'In diesem Chat suchen',
  place: (at: number, of: number) => `${at} von ${of}`,
  none: 'Nicht gefunden',
  older: 'Älterer Treffer',
  newer: 'Neuerer Treffer',
  close: 'Suche beenden',
} satisfies typeof en;

export const texts: Record<Language, typeof en> = { en, de };
