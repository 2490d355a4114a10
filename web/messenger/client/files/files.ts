// A message's file in a tab: whether it is here, on its way, or cannot be had; and asking for it.
import type { FilePointer, Observable } from '../api.ts';
import type { Notice } from '../broadcast.ts';
import { Cell } from '../cell.ts';
import type { Tab } from '../tab.ts';

export type FileState =
  /** Not here, and nobody asked for it. */
  | { is: 'absent' }
  /** Asked for; `done` bytes of it are here. */
  | { is: 'coming'; done: number }
  | { is: 'here'; file: Blob }
  | { is: 'problem'; problem: 'gone' | 'wrong' | 'full' };

type Progress = Extract<Notice, { what: 'file' }>;

/** Where a received file stands, live; null until it is known. */
export function fileState(tab: Tab, { id }: FilePointer): Observable<FileState | null> {
  return followed<FileState | null>(tab, id, null, async (before) => {
    const kept = await tab.store.get('files', id);
    if (kept) return { is: 'here', file: kept.file };
    const wanted = await tab.store.get('wanted', id);
    if (!wanted) return { is: 'absent' };
    if (wanted.problem) return { is: 'problem', problem: wanted.problem };
    return { is: 'coming', done: before?.is === 'coming' ? before.done : await doneOf(tab, id) };
  }, (before, { done = 0, problem }) => (before?.is === 'here' ? before : problem ? { is: 'problem', problem } : { is: 'coming', done }));
}

/** How much of an own message's file is at the relay, live; null when there is nothing to wait for, undefined until that is known. */
export function uploadState(tab: Tab, message: string, { id }: FilePointer): Observable<{ done: number } | null | undefined> {
  return followed<{ done: number } | null | undefined>(tab, id, undefined, async (before) => {
    const row = await tab.store.get('uploads', message);
    return row ? { done: before?.done ?? row.done } : null;
  }, (_, { done = 0 }) => ({ done }));
}

/** Asks for a file of a message, also once more for one that could not be had. */
export async function fetchFile(tab: Tab, message: string, pointer: FilePointer): Promise<void> {
  const company = (await tab.store.get('messages', message))?.company ?? '';
  const transaction = tab.store.transaction(['files', 'wanted'], 'readwrite');
  const wanted = await transaction.objectStore('wanted').get(pointer.id);
  const needed = !(await transaction.objectStore('files').getKey(pointer.id)) && (!wanted || wanted.problem);
  if (needed) await transaction.objectStore('wanted').put({ id: pointer.id, company, pointer, at: tab.now() });
  await transaction.done;
  if (needed) tab.tell({ what: 'file', id: pointer.id });
  tab.channel.postMessage({ what: 'fetch' } satisfies Notice);
}

/** Does not want a file any more; what came of it is dropped. */
export async function stopFetching(tab: Tab, { id }: FilePointer): Promise<void> {
  await tab.store.delete('wanted', id);
  tab.channel.postMessage({ what: 'stop_file', id } satisfies Notice);
  tab.tell({ what: 'file', id });
}

/** Takes back a message whose file is still on its way; false if it has left already. */
export async function cancelUpload(tab: Tab, message: string): Promise<boolean> {
  const transaction = tab.store.transaction(['messages', 'commands', 'uploads', 'files'], 'readwrite');
  const upload = await transaction.objectStore('uploads').get(message);
  if (upload) {
    await transaction.objectStore('uploads').delete(message);
    await transaction.objectStore('files').delete(upload.pointer.id);
    await transaction.objectStore('messages').delete(message);
    for (let cursor = await transaction.objectStore('commands').openCursor(); cursor; cursor = await cursor.continue()) {
      if (cursor.value.kind === 'send' && cursor.value.message === message) await cursor.delete();
    }
  }
  await transaction.done;
  if (!upload) return false;
  tab.channel.postMessage({ what: 'stop_file', id: upload.pointer.id, own: true } satisfies Notice);
  tab.announce(upload.company);
  return true;
}

async function doneOf(tab: Tab, id: string): Promise<number> {
  const last = await tab.store.transaction('pieces').store.openCursor(IDBKeyRange.bound([id, 0], [id, Infinity]), 'prev');
  return last?.value.end ?? 0;
}

/** Looks at the store when something changed, and hears of progress in between. */
function followed<T>(tab: Tab, id: string, first: T, look: (before: T) => Promise<T>, progress: (before: T, notice: Progress) => T): Observable<T> {
  const cell = new Cell<T>(first);
  let before: Promise<void> = Promise.resolve();
  // One after the other: an older look must not be shown after a newer one.
  const read = (): void => void (before = before.then(async () => {
    if (tab.isOpen) cell.set(await look(cell.value));
  }).catch(() => {}));
  const hear = (notice: Notice): void => {
    if (notice.what !== 'file' || notice.id !== id) return;
    if (notice.done === undefined && !notice.problem) read();
    else cell.set(progress(cell.value, notice));
  };
  cell.onUse(() => {
    tab.listeners.add(hear);
    read();
    return () => tab.listeners.delete(hear);
  });
  return cell;
}
