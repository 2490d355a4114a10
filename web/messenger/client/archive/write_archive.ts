// Writes everything of an account as lines: who it is, companies with their records, messages. No keys, no files, nothing under way.
//
// The chunks are the same as last time wherever nothing changed: messages come in the order of their ids, and a chunk ends after an
// id that says so itself. A message that comes, changes or goes changes the chunk it lies in and no other.
import { toBytes } from '../../../shared/wire/canonical.ts';
import { account as loadAccount, fact, type Database, type StoredCompany, type StoredMessage } from '../store.ts';
import { ARCHIVE, ArchiveError, KEPT_FACTS, lineText } from './lines.ts';

// One id in 512 ends a chunk; a chunk that is long ends anyway.
const LAST_DIGITS = 3;
const ENDS_BELOW = 8;
const CHUNK_CHARACTERS = 400_000;
const PAGE = 500;

/** Without `history` it ends after the companies. */
export async function* writeArchive(database: Database, { history = true } = {}): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const me = await loadAccount(database);
  if (!me?.complete) throw new ArchiveError('incomplete', 'no account');
  const { account, name, language, relayName, relayKey } = me;
  let text = lineText({ archive: ARCHIVE }) + lineText({ account: { account, name, language, relayName, relayKey } });
  for (const key of KEPT_FACTS) {
    const value = await fact(database, key);
    if (value !== undefined) text += lineText({ fact: key, value });
  }
  const companies = await database.getAll('companies');
  for (const company of companies) text += lineText({ company: portable(company) });
  yield toBytes(text);
  text = '';
  let messages = 0;
  for await (const message of history ? allMessages(database) : []) {
    text += lineText({ message });
    messages++;
    if (!endsChunk(message.id) && text.length < CHUNK_CHARACTERS) continue;
    yield toBytes(text);
    text = '';
  }
  yield toBytes(text + lineText({ end: { companies: companies.length, messages } }));
}

/** Definitions of templates are fetched again when one is needed. */
const portable = (company: StoredCompany): StoredCompany => ({ ...company, templates: {} });

const endsChunk = (id: string): boolean => parseInt(id.slice(-LAST_DIGITS), 16) < ENDS_BELOW;

async function* allMessages(database: Database): AsyncGenerator<StoredMessage> {
  for (let after = ''; ;) {
    const page = await database.getAll('messages', IDBKeyRange.lowerBound(after, true), PAGE);
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
}
