// Files whose messages are gone go too: what was deleted or taken back shall not lie on this device.
import { fact, newestMessages, type Database, type StoredMessage } from '../store.ts';
import { piecesOf } from './pieces.ts';

/** In `facts`: companies of whose chats messages were deleted, and may be put back for a moment. */
const LEFT = 'files_left';
const PAGE = 500;

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

/** Removes the files of a chat that no message names and none is still to bring; looks no further once each is named. */
export async function sweepFiles(database: Database, company: string): Promise<void> {
  const [here, coming] = await Promise.all([database.getAllKeysFromIndex('files', 'company', company), database.getAll('wanted')]);
  const left = new Set([...here, ...coming.filter((one) => one.company === company).map(({ id }) => id)]);
  for (let from = Infinity; left.size;) {
    const page = await newestMessages(database, company, PAGE, from);
    for (const message of page) for (const id of fileIds(message)) left.delete(id);
    if (page.length < PAGE) break;
    // Several may be of one moment.
    from = page[0]!.at < from ? page[0]!.at : from - 1;
  }
  const transaction = database.transaction(['files', 'wanted', 'pieces', 'uploads'], 'readwrite');
  for (const { pointer } of await transaction.objectStore('uploads').getAll()) left.delete(pointer.id);
  for (const id of left) {
    await transaction.objectStore('files').delete(id);
    await transaction.objectStore('wanted').delete(id);
    await transaction.objectStore('pieces').delete(piecesOf(id));
  }
  await transaction.done;
}
