// Messages that a person deletes on this device alone: what still waited is not sent any more, and files go once nobody can undo it.
import type { Notice } from '../broadcast.ts';
import { noteDeleted, sweepDeleted, sweepFiles } from '../files/sweeping.ts';
import type { Database, StoredMessage, StoredUpload } from '../store.ts';
import type { Tab } from '../tab.ts';

/** Longer than anybody is offered to undo it, also who keeps the pointer there. */
const UNDO = 10 * 60_000;

/** A message that was deleted, and the file it still had to bring. */
export interface Deleted {
  message: StoredMessage;
  upload?: StoredUpload;
}

/** Takes messages out of this device's chats and returns them, so that they can be put back. */
export async function deleteHere(tab: Tab, ids: string[]): Promise<Deleted[]> {
  const found = await takeOut(tab.store, ids);
  const companies = new Set(found.map(({ message }) => message.company));
  await noteDeleted(tab.store, companies);
  setTimeout(() => void sweepDeleted(tab.store).catch(() => {}), UNDO);
  stopUploads(tab, found);
  for (const company of companies) tab.announce(company);
  return found;
}

/** What still waited is sent now. */
export async function putBack(tab: Tab, deleted: Deleted[]): Promise<void> {
  const transaction = tab.store.transaction(['messages', 'commands', 'uploads'], 'readwrite');
  for (const { message, upload } of deleted) {
    await transaction.objectStore('messages').put(message);
    if (upload) await transaction.objectStore('uploads').put(upload);
    if (message.status === 'waiting') await transaction.objectStore('commands').add({ kind: 'send', company: message.company, message: message.id });
  }
  await transaction.done;
  for (const company of new Set(deleted.map(({ message }) => message.company))) tab.announce(company);
}

/** Removes every message of a chat and its files. */
export async function emptyChat(database: Database, company: string): Promise<Deleted[]> {
  const found = await takeOut(database, IDBKeyRange.bound([company, 0], [company, Infinity]));
  await sweepFiles(database, company);
  return found;
}

/** Lets go of what is being brought for messages that were deleted. */
export function stopUploads(tab: Tab, deleted: Deleted[]): void {
  for (const { upload } of deleted) if (upload) tab.channel.postMessage({ what: 'stop_file', id: upload.pointer.id, own: true } satisfies Notice);
}

/** One commit: messages by their ids, or all of a chat, and what would make those leave that still wait. */
async function takeOut(database: Database, which: string[] | IDBKeyRange): Promise<Deleted[]> {
  const transaction = database.transaction(['messages', 'outbox', 'uploads'], 'readwrite');
  const [messages, outbox, uploads] = [transaction.objectStore('messages'), transaction.objectStore('outbox'), transaction.objectStore('uploads')];
  const found = Array.isArray(which) ? await Promise.all(which.map((id) => messages.get(id))) : await messages.index('chat').getAll(which);
  const deleted: Deleted[] = [];
  for (const message of found) {
    if (!message) continue;
    void messages.delete(message.id);
    const upload = message.status === 'waiting' ? await uploads.get(message.id) : undefined;
    deleted.push({ message, ...(upload ? { upload } : {}) });
    if (message.status !== 'waiting') continue;
    if (upload) await uploads.delete(message.id);
    for (const order of await outbox.index('id').getAllKeys(message.id)) await outbox.delete(order);
  }
  await transaction.done;
  return deleted;
}
