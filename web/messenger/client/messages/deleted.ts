// Messages that were deleted a moment ago: kept aside while that can be undone, with what becomes of them meanwhile.
import type { Database, StoredMessage } from '../store.ts';

/** In `facts`, by the message's id. */
export const deletedKey = (id: string): string => `deleted:${id}`;

export async function changeDeleted(database: Database, id: string, change: (message: StoredMessage) => StoredMessage | null): Promise<void> {
  const transaction = database.transaction('facts', 'readwrite');
  const message = (await transaction.store.get(deletedKey(id))) as StoredMessage | undefined;
  const changed = message && change(message);
  if (changed) await transaction.store.put(changed, deletedKey(id));
  await transaction.done;
}

/** Nobody can undo it any more. */
export const forgetDeleted = (database: Database): Promise<void> => database.delete('facts', IDBKeyRange.bound('deleted:', 'deleted;', false, true));
