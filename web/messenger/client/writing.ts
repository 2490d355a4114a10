// What a person writes: message and command are one commit, in whichever tab; the owner of the keys seals and sends.
import { makeEnvelopeId, messageId } from '../../shared/wire/envelope.ts';
import { IDS_PER_RECEIPT, TEXT_CHARACTERS } from './bodies.ts';
import { characters } from './content/characters.ts';
import { quoteOf } from './content/quote.ts';
import { broughtBack } from './chats/keeping.ts';
import type { FilePointer } from './api.ts';
import { newestTime, type StoredFile, type StoredMessage } from './store.ts';
import type { Tab } from './tab.ts';

// A header's limit.
const MOST_ATTEMPTS = 9;

export interface Writing {
  company: string;
  /** What stands in the bubble here. */
  text: string;
  body: Record<string, unknown>;
  quoteId?: string;
  /** Which choice of the quoted message this is: each is sent once. */
  answers?: number;
  /** What the composer holds from then on. */
  draft?: string;
  /** What this device keeps beside it. */
  more?: Partial<StoredMessage>;
  /** A file that has to be at the relay before the message leaves. */
  file?: { stored: StoredFile; pointer: FilePointer };
}

export async function writeText(tab: Tab, company: string, text: string, quoteId?: string, draft = ''): Promise<void> {
  if (!text || characters(text) > TEXT_CHARACTERS) throw new RangeError(`text: got ${characters(text)} characters, 1 to ${TEXT_CHARACTERS}`);
  await write(tab, { company, text, body: { type: 'text', text: { body: text } }, draft, ...(quoteId ? { quoteId } : {}) });
}

/** Puts a message into its chat and its sending among the commands; returns its id, '' for an answer that was sent before. */
export async function write(tab: Tab, { company, text, body, quoteId, answers, draft, more = {}, file }: Writing): Promise<string> {
  const now = tab.now();
  const id = makeEnvelopeId(now);
  const transaction = tab.store.transaction(['messages', 'commands', 'companies', ...(file ? ['files' as const, 'uploads' as const] : [])], 'readwrite');
  const quoted = quoteId ? await transaction.objectStore('messages').get(quoteId) : undefined;
  const answered = quoted?.answered ?? [];
  if (answers !== undefined && answered.includes(answers)) return '';
  // Whoever was asked where they are has answered with any place.
  const choice = answers ?? (quoted?.asksForPlace && body.type === 'location' && !answered.length ? 0 : undefined);
  if (quoted && choice !== undefined) await transaction.objectStore('messages').put({ ...quoted, answered: [...answered, choice] });
  const newest = await newestTime(transaction.objectStore('messages').index('chat'), company);
  const message: StoredMessage = {
    id, company, direction: 'out', at: Math.max(now, newest + 1), type: 'text', text, header: '', footer: '', buttons: [],
    category: null, status: 'waiting', attempt: 0, kind: 'service', unread: 0,
    quote: quoted ? quoteOf(quoted) : null,
    body: { ...body, ...(quoted ? { context: { id: messageId(quoted.id) } } : {}) },
    ...(body.type === 'interactive' || body.type === 'button' ? { tapped: true } : {}), ...more,
  };
  await transaction.objectStore('messages').add(message);
  await transaction.objectStore('commands').add({ kind: 'send', company, message: id });
  if (file) {
    await transaction.objectStore('files').put(file.stored);
    await transaction.objectStore('uploads').put({ message: id, company, pointer: file.pointer, done: 0 });
  }
  const stored = await transaction.objectStore('companies').get(company);
  if (stored) await transaction.objectStore('companies').put({ ...broughtBack(stored, now), ...(draft === undefined ? {} : { draft }) });
  await transaction.done;
  tab.announce(company);
  return id;
}

/** Sends a message that failed once more. */
export async function writeAgain(tab: Tab, id: string): Promise<void> {
  const transaction = tab.store.transaction(['messages', 'commands'], 'readwrite');
  const message = await transaction.objectStore('messages').get(id);
  if (message?.status === 'failed') {
    await transaction.objectStore('messages').put({ ...message, status: 'waiting', attempt: Math.min(message.attempt + 1, MOST_ATTEMPTS) });
    await transaction.objectStore('commands').add({ kind: 'send', company: message.company, message: id });
  }
  await transaction.done;
  tab.announce(message?.company);
}

/** Everything of a chat is read; a company that is blocked is told nothing. */
export async function markRead(tab: Tab, company: string): Promise<void> {
  const transaction = tab.store.transaction(['messages', 'commands', 'companies'], 'readwrite');
  const messages = transaction.objectStore('messages');
  const unread = await messages.index('unread').getAll(IDBKeyRange.only([company, 1]));
  for (const message of unread) await messages.put({ ...message, unread: 0 });
  const stored = await transaction.objectStore('companies').get(company);
  if (stored?.markedUnread) await transaction.objectStore('companies').put({ ...stored, markedUnread: false });
  const told = stored?.blocked ? [] : unread.filter((one) => one.type !== 'unopened');
  for (let start = 0; start < told.length; start += IDS_PER_RECEIPT) {
    const ids = told.slice(start, start + IDS_PER_RECEIPT).map((one) => one.id);
    await transaction.objectStore('commands').add({ kind: 'read', company, messages: ids });
  }
  await transaction.done;
  if (unread.length || stored?.markedUnread) tab.announce(company);
}
