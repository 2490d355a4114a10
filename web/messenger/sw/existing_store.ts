// Opens the app's store as it is, for the service worker: never made, never changed to another version, never held open.
import { openDB } from 'idb';
import { DATABASE, type Database } from '../client/store.ts';

export async function openExisting(): Promise<Database | null> {
  try {
    const database = (await openDB(DATABASE, undefined, {
      upgrade(_, __, ___, transaction) {
        transaction.abort();
      },
    })) as unknown as Database;
    database.addEventListener('versionchange', () => database.close());
    return database;
  } catch {
    return null;
  }
}
