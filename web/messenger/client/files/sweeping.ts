// Files whose messages are gone go too: what was deleted or taken back shall not lie on this device.
import { fact, type Database, type StoredMessage } from '../store.ts';
import { piecesOf } from './pieces.ts';

/** In `facts`: companies of whose chats messages were deleted, and may be put back for a moment. */
const LEFT = 'files_left';

export const fileIds = ({ part, extras }: StoredMessage): string[] =>
  [part, ...(extras?.cards ?? []).map((card) => card.part)].flatMap((one) => (one?.file ? [one.file.id] : []));

export const noteDeleted = (database: Database, companies: Iterable<string>): Promise<void> => changeLeft(database, (left) => [...new Set([...left, ...companies])]);

export async function sweepDeleted(database: Database): Promise<void> {
  const companies = (await fact<string[]>(database, LEFT)) ?? [];
  for (const company of companies) await sweepFiles(database, company);
  if (companies.length) await changeLeft(database, (left) => left.filter((one) => !companies.includes(one)));
}

async function changeLeft(database: Database, change: (left: string[]) => string[]): Promise<void> {
  const transaction = database.transaction('facts', 'readwrite');
  const changed = change(((await transaction.store.get(LEFT)) as string[] | undefined) ?? []);
  await (changed.length ? transaction.store.put(changed, LEFT) : transaction.store.delete(LEFT));
  await transaction.done;
}

/** Removes the files of a chat that no message names and none is still to bring. */
export async function sweepFiles(database: Database, company: string): Promise<void> {
  const transaction = database.transaction(['messages', 'files', 'wanted', 'pieces', 'uploads'], 'readwrite');
  const [files, wanted] = [transaction.objectStore('files'), transaction.objectStore('wanted')];
  const [here, coming, leaving] = await Promise.all([files.index('company').getAllKeys(company), wanted.getAll(), transaction.objectStore('uploads').getAll()]);
  const named = new Set(leaving.map(({ pointer }) => pointer.id));
  const range = IDBKeyRange.bound([company, 0], [company, Infinity]);
  for (const message of await transaction.objectStore('messages').index('chat').getAll(range)) for (const id of fileIds(message)) named.add(id);
  for (const id of here) if (!named.has(id)) await files.delete(id);
  for (const { id } of coming.filter((one) => one.company === company && !named.has(one.id))) {
    await wanted.delete(id);
    await transaction.objectStore('pieces').delete(piecesOf(id));
  }
  await transaction.done;
}
