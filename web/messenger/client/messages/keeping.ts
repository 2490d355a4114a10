// What a person does with messages on this device alone: stars them, deletes them here, and puts them back.
import type { Message } from '../api.ts';
import type { StoredMessage } from '../store.ts';
import type { Tab } from '../tab.ts';

export interface StarredMessage {
  message: Message;
  company: string;
}

export async function setStar(tab: Tab, ids: string[], starred: boolean): Promise<void> {
  const transaction = tab.store.transaction('messages', 'readwrite');
  const companies = new Set<string>();
  for (const id of ids) {
    const message = await transaction.store.get(id);
    if (!message || Boolean(message.starredAt) === starred) continue;
    const { starredAt: _, ...rest } = message;
    await transaction.store.put(starred ? { ...rest, starredAt: tab.now() } : rest);
    companies.add(message.company);
  }
  await transaction.done;
  for (const company of companies) tab.announce(company);
}

/** All starred messages, the newest star first. */
export async function starredMessages(tab: Tab): Promise<StarredMessage[]> {
  const found = (await tab.store.getAllFromIndex('messages', 'starred')).reverse();
  return found.map((message) => ({ message, company: message.company }));
}

/** Takes messages out of this device's chats and returns them, so that they can be put back; what still waited is not sent any more. */
export async function deleteHere(tab: Tab, ids: string[]): Promise<StoredMessage[]> {
  const transaction = tab.store.transaction('messages', 'readwrite');
  const found: StoredMessage[] = [];
  for (const id of ids) {
    const message = await transaction.store.get(id);
    if (!message) continue;
    found.push(message);
    await transaction.store.delete(id);
  }
  await transaction.done;
  for (const company of new Set(found.map((one) => one.company))) tab.announce(company);
  return found;
}

/** What still waited is sent now. */
export async function putBack(tab: Tab, messages: StoredMessage[]): Promise<void> {
  const transaction = tab.store.transaction(['messages', 'commands'], 'readwrite');
  for (const message of messages) {
    await transaction.objectStore('messages').put(message);
    if (message.status === 'waiting') await transaction.objectStore('commands').add({ kind: 'send', company: message.company, message: message.id });
  }
  await transaction.done;
  for (const company of new Set(messages.map((one) => one.company))) tab.announce(company);
}
