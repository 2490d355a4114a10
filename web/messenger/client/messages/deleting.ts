// Messages that a person deletes on this device alone: what still waited is not sent any more, and files go once nobody can undo it.
import type { Notice } from '../broadcast.ts';
import { noteDeleted, sweepDeleted, sweepFiles } from '../files/sweeping.ts';
import { isAbout } from './about.ts';
import { deletedKey, forgetDeleted } from './deleted.ts';
import type { Database, StoredMessage, StoredUpload } from '../store.ts';
import type { Tab } from '../tab.ts';

/** Longer than anybody is offered to undo it, also who keeps the pointer there. */
const UNDO = 10 * 60_000;

/** A message that was deleted, whether it was sealed to leave, and the file it still had to bring. */
export interface Deleted {
  message: StoredMessage;
  sealed: boolean;
  upload?: StoredUpload;
}

/** Takes messages out of this device's chats and returns them, so that they can be put back. */
export async function deleteHere(tab: Tab, ids: string[]): Promise<Deleted[]> {
  const found = await takeOut(tab.store, ids, true);
  const companies = new Set(found.map(({ message }) => message.company));
  await noteDeleted(tab.store, companies);
  setTimeout(() => void forgetAll(tab.store).catch(() => {}), UNDO);
  stopUploads(tab, found);
  for (const company of companies) tab.announce(company);
  return found;
}

/** What still waited is sent now. */
export async function putBack(tab: Tab, deleted: Deleted[]): Promise<void> {
  const transaction = tab.store.transaction(['messages', 'commands', 'uploads', 'facts'], 'readwrite');
  for (const { message: before, sealed, upload } of deleted) {
    const known = ((await transaction.objectStore('facts').get(deletedKey(before.id))) as StoredMessage | undefined) ?? before;
    // It may have left under its first attempt before it was deleted.
    const message = sealed && known.status === 'waiting' ? { ...known, attempt: known.attempt + 1 } : known;
    await transaction.objectStore('facts').delete(deletedKey(message.id));
    await transaction.objectStore('messages').put(message);
    if (upload) await transaction.objectStore('uploads').put(upload);
    if (message.status === 'waiting') await transaction.objectStore('commands').add({ kind: 'send', company: message.company, message: message.id });
  }
  await transaction.done;
  for (const company of new Set(deleted.map(({ message }) => message.company))) tab.announce(company);
}

/** What was deleted earlier cannot be put back any more. */
export async function forgetAll(database: Database): Promise<void> {
  await forgetDeleted(database);
  await sweepDeleted(database);
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

/** One commit: messages by their ids, or all of a chat, and what would make those leave that still wait; they may be kept aside. */
export async function takeOut(database: Database, which: string[] | IDBKeyRange, aside = false): Promise<Deleted[]> {
  const transaction = database.transaction(['messages', 'changes', 'outbox', 'uploads', 'facts'], 'readwrite');
  const [messages, changes, uploads] = [transaction.objectStore('messages'), transaction.objectStore('changes'), transaction.objectStore('uploads')];
  const found = Array.isArray(which) ? await Promise.all(which.map((id) => messages.get(id))) : await messages.index('chat').getAll(which);
  const deleted: Deleted[] = [];
  for (const message of found) {
    if (!message) continue;
    void messages.delete(message.id);
    if (aside) void transaction.objectStore('facts').put(message, deletedKey(message.id));
    const one: Deleted = { message, sealed: false };
    deleted.push(one);
    if (message.status !== 'waiting') continue;
    const upload = await uploads.get(message.id);
    if (upload) {
      one.upload = upload;
      await uploads.delete(message.id);
    }
    for (const change of await changes.index('message').getAllKeys(message.id)) await changes.delete(change);
    for (let row = await transaction.objectStore('outbox').openCursor(); row; row = await row.continue()) {
      if (!isAbout(row.value, message.id)) continue;
      one.sealed ||= row.value.id === message.id;
      await row.delete();
    }
  }
  await transaction.done;
  return deleted;
}
