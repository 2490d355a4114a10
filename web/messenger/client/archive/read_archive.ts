// Brings an archive into a browser's store: rows that are here and know more stay, so it may be read again; what is refused leaves nothing.
import { isObject } from '../../../shared/wire/frames.ts';
import { account as loadAccount, changeAccount, type Database, type StoredCompany, type StoredMessage } from '../store.ts';
import { ARCHIVE, ArchiveError, parseLine, type Line } from './lines.ts';

const LINES_PER_COMMIT = 250;

export interface ArchiveResult {
  companies: number;
  messages: number;
}

/** Reads chunks of lines, cut anywhere; `progress` hears how many messages there are so far. Throws ArchiveError, and then nothing was changed. */
export async function readArchive(
  database: Database, chunks: AsyncIterable<Uint8Array<ArrayBuffer>>, progress: (messages: number) => void = () => {},
): Promise<ArchiveResult> {
  const undo: (() => Promise<void>)[] = [];
  try {
    return await read(database, chunks, progress, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

async function read(
  database: Database, chunks: AsyncIterable<Uint8Array<ArrayBuffer>>, progress: (messages: number) => void, undo: (() => Promise<void>)[],
): Promise<ArchiveResult> {
  const seen: ArchiveResult = { companies: 0, messages: 0 };
  let begun = false;
  let ended = false;
  for await (const lines of batches(chunks)) {
    for (const line of lines) {
      if (ended) throw new ArchiveError('broken', 'lines after the end');
      if ('archive' in line === begun) throw new ArchiveError('broken', begun ? 'two beginnings' : `the first line is not ${ARCHIVE}`);
      begun = true;
      if ('company' in line) seen.companies++;
      if ('message' in line) seen.messages++;
      if ('end' in line) {
        ended = true;
        if (line.end.companies !== seen.companies || line.end.messages !== seen.messages) throw new ArchiveError('incomplete', 'another number of rows than its end says');
      }
    }
    await keep(database, lines, undo);
    progress(seen.messages);
  }
  if (!ended) throw new ArchiveError('incomplete', 'the end is missing');
  return seen;
}

/** The parsed lines, many at a time; a chunk may end in the middle of a letter. */
async function* batches(chunks: AsyncIterable<Uint8Array<ArrayBuffer>>): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let lines: Line[] = [];
  for await (const chunk of chunks) {
    const pieces = (rest + decode(decoder, chunk)).split('\n');
    rest = pieces.pop()!;
    for (const piece of pieces) {
      lines.push(parseLine(piece));
      if (lines.length < LINES_PER_COMMIT) continue;
      yield lines;
      lines = [];
    }
  }
  if (rest) throw new ArchiveError('incomplete', 'the last line is cut');
  if (lines.length) yield lines;
}

function decode(decoder: TextDecoder, chunk: Uint8Array<ArrayBuffer>): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw new ArchiveError('broken', 'not UTF-8');
  }
}

/** One commit for many lines; what it changed can be undone. */
async function keep(database: Database, lines: Line[], undo: (() => Promise<void>)[]): Promise<void> {
  for (const line of lines) if ('account' in line) await keepAccount(database, line.account, undo);
  const transaction = database.transaction(['companies', 'messages', 'facts'], 'readwrite');
  const [companies, messages, facts] = [transaction.objectStore('companies'), transaction.objectStore('messages'), transaction.objectStore('facts')];
  const added: string[] = [];
  const companiesBefore: [string, StoredCompany | undefined][] = [];
  const factsBefore: [string, unknown][] = [];
  for (const line of lines) {
    if ('message' in line) {
      const known = await messages.get(line.message.id);
      if (known && !(known.type === 'unopened' && line.message.type !== 'unopened')) continue;
      await messages.put(settled(line.message));
      if (!known) added.push(line.message.id);
    } else if ('company' in line) {
      const known = await companies.get(line.company.account);
      companiesBefore.push([line.company.account, known]);
      await companies.put(known ? merged(known, line.company) : line.company);
    } else if ('fact' in line) {
      const known = await facts.get(line.fact);
      factsBefore.push([line.fact, known]);
      await facts.put(mergedFact(known, line.value), line.fact);
    }
  }
  await transaction.done;
  undo.push(async () => {
    const back = database.transaction(['companies', 'messages', 'facts'], 'readwrite');
    for (const id of added) await back.objectStore('messages').delete(id);
    for (const [key, row] of companiesBefore) await (row ? back.objectStore('companies').put(row) : back.objectStore('companies').delete(key));
    for (const [key, value] of factsBefore) await (value === undefined ? back.objectStore('facts').delete(key) : back.objectStore('facts').put(value, key));
    await back.done;
  });
}

async function keepAccount(database: Database, archived: Extract<Line, { account: unknown }>['account'], undo: (() => Promise<void>)[]): Promise<void> {
  const me = await loadAccount(database);
  if (!me) return;
  if (me.account !== archived.account) throw new ArchiveError('other_account', archived.account);
  await changeAccount(database, { name: me.name || archived.name, relayKey: me.relayKey || archived.relayKey });
  undo.push(() => changeAccount(database, { name: me.name, relayKey: me.relayKey }));
}

/** What still waited on the other device never left it from here on: a person decides whether to send it again. */
const settled = (message: StoredMessage): StoredMessage => (message.status === 'waiting' ? { ...message, status: 'failed' } : message);

/** Entries that are known here stay; a value without entries stays as a whole. */
const mergedFact = (known: unknown, archived: unknown): unknown => (known === undefined ? archived : isObject(known) && isObject(archived) ? { ...archived, ...known } : known);

/** The longer chain of records knows more; what was written here stays. */
function merged(known: StoredCompany, archived: StoredCompany): StoredCompany {
  const newer = known.records.length >= archived.records.length ? known : archived;
  const wroteAt = Math.max(known.wroteAt ?? 0, archived.wroteAt ?? 0);
  return { ...archived, ...known, records: newer.records, purposes: newer.purposes, receipts: { ...archived.receipts, ...known.receipts }, draft: known.draft || archived.draft, wroteAt };
}
