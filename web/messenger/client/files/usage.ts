// How much room files take on this device, and giving it back; messages stay, and what the relay still has can be fetched again.
import type { Tab } from '../tab.ts';

export interface Usage {
  bytes: number;
  files: number;
}

/** By company, the whole under ''. */
export async function usage(tab: Tab): Promise<Map<string, Usage>> {
  const found = new Map<string, Usage>([['', { bytes: 0, files: 0 }]]);
  for (let cursor = await tab.store.transaction('files').store.openCursor(); cursor; cursor = await cursor.continue()) {
    const { company = '', file } = cursor.value;
    for (const name of new Set(['', company])) {
      const { bytes, files } = found.get(name) ?? { bytes: 0, files: 0 };
      found.set(name, { bytes: bytes + file.size, files: files + 1 });
    }
  }
  return found;
}

/** Removes the files of a chat, or of all; those of messages that have not left stay. */
export async function forget(tab: Tab, company?: string): Promise<void> {
  const transaction = tab.store.transaction(['files', 'uploads'], 'readwrite');
  const leaving = new Set((await transaction.objectStore('uploads').getAll()).map(({ pointer }) => pointer.id));
  const gone: string[] = [];
  for (let cursor = await transaction.objectStore('files').openCursor(); cursor; cursor = await cursor.continue()) {
    if (leaving.has(cursor.value.id) || (company !== undefined && cursor.value.company !== company)) continue;
    gone.push(cursor.value.id);
    await cursor.delete();
  }
  await transaction.done;
  for (const id of gone) tab.tell({ what: 'file', id });
}
