// Emptying a chat, and leaving a company: everything agreed to is withdrawn, then nothing of it is left here.
import { RelayRefused } from '../../../shared/wire/relay_http.ts';
import { setPurposes } from '../joining.ts';
import type { Owner } from '../owner.ts';
import { changeCompany, pictureKey, type Database } from '../store.ts';
import type { Tab } from '../tab.ts';

/** Removes every message of a chat from this device. */
export async function clearChat(tab: Tab, company: string): Promise<void> {
  await removeMessages(tab.store, company);
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
  await removeMessages(tab.store, company);
  tab.announce(company);
}

/** Withdraws everything from a company that was left, then forgets it. */
export async function leave(owner: Owner, company: string): Promise<void> {
  const { database } = owner;
  const stored = await database.get('companies', company);
  // Somebody who came back in between stays.
  if (!stored?.leaving) return;
  try {
    await setPurposes(owner, company, [], owner.me!.language);
  } catch (error) {
    // What could not be withdrawn must be seen, and tried again by hand.
    if (error instanceof RelayRefused) {
      await changeCompany(database, company, (one) => ({ ...one, leaving: false }));
      owner.tell({ what: 'changed', company });
    }
    throw error;
  }
  await removeMessages(database, company);
  const transaction = database.transaction(['companies', 'outbox', 'facts'], 'readwrite');
  const current = await transaction.objectStore('companies').get(company);
  if (current?.leaving) {
    await transaction.objectStore('companies').delete(company);
    await transaction.objectStore('facts').delete(pictureKey(company));
    for (let row = await transaction.objectStore('outbox').openCursor(); row; row = await row.continue()) {
      if (row.value.company === company) await row.delete();
    }
  }
  await transaction.done;
  owner.tell({ what: 'changed', company });
}

async function removeMessages(database: Database, company: string): Promise<void> {
  const transaction = database.transaction('messages', 'readwrite');
  const ids = await transaction.store.index('chat').getAllKeys(IDBKeyRange.bound([company, 0], [company, Infinity]));
  for (const id of ids) void transaction.store.delete(id);
  await transaction.done;
}
