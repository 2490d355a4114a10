// Emptying a chat, and taking it from the list.
import { emptyChat, stopUploads } from '../messages/deleting.ts';
import type { Tab } from '../tab.ts';

/** Removes every message of a chat from this device. */
export async function clearChat(tab: Tab, company: string): Promise<void> {
  stopUploads(tab, await emptyChat(tab.store, company));
  tab.announce(company);
}

/** Takes a chat from the list at once; what was agreed to is withdrawn as soon as the relay can be reached. */
export async function deleteChat(tab: Tab, company: string): Promise<void> {
  const transaction = tab.store.transaction(['companies', 'commands'], 'readwrite');
  const stored = await transaction.objectStore('companies').get(company);
  if (stored) {
    await transaction.objectStore('companies').put({ ...stored, leaving: true, draft: '' });
    await transaction.objectStore('commands').add({ kind: 'leave', company });
  }
  await transaction.done;
  await clearChat(tab, company);
}
