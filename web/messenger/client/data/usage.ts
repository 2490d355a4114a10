// How much room each chat takes on this device, and giving back what its files take.
import { fileIds } from '../files/sweeping.ts';
import type { Database, StoredMessage } from '../store.ts';
import type { Tab } from '../tab.ts';

export interface Usage {
  company: string;
  messages: number;
  /** Bytes of the files that are here; they can be fetched again for as long as the relay keeps them. */
  files: number;
  fileCount: number;
}

export async function usageOf(database: Database): Promise<Usage[]> {
  const sizes = await sizesOfFiles(database);
  const found = new Map<string, Usage>();
  for (let range: IDBKeyRange | null = null; ; ) {
    const page: StoredMessage[] = await database.getAll('messages', range, 500);
    for (const message of page) {
      const usage = found.get(message.company) ?? { company: message.company, messages: 0, files: 0, fileCount: 0 };
      found.set(message.company, usage);
      usage.messages++;
      for (const id of fileIds(message)) {
        const size = sizes.get(id);
        if (size === undefined) continue;
        usage.files += size;
        usage.fileCount++;
        sizes.delete(id);
      }
    }
    if (page.length < 500) break;
    range = IDBKeyRange.lowerBound(page.at(-1)!.id, true);
  }
  return [...found.values()].sort((a, b) => b.files - a.files || b.messages - a.messages);
}

async function sizesOfFiles(database: Database): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (let cursor = await database.transaction('files').store.openCursor(); cursor; cursor = await cursor.continue()) sizes.set(cursor.value.id, cursor.value.file.size);
  return sizes;
}

/** Removes the files of a chat, or of all, from this device; the messages stay, and what has not left yet. */
export async function freeSpace(tab: Tab, company?: string): Promise<void> {
  const transaction = tab.store.transaction(['files', 'uploads'], 'readwrite');
  const files = transaction.objectStore('files');
  const leaving = new Set((await transaction.objectStore('uploads').getAll()).map(({ pointer }) => pointer.id));
  const found = company === undefined ? await files.getAllKeys() : await files.index('company').getAllKeys(company);
  const gone = found.filter((id) => !leaving.has(id));
  for (const id of gone) await files.delete(id);
  await transaction.done;
  for (const id of gone) tab.tell({ what: 'file', id });
}
