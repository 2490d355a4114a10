// Stars: what a person wants to find again on this device.
import type { Message } from '../api.ts';
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
