// A chat as files: a text to read, JSON to work with, the media that are on this device, and what is missing.
import { messagesAfter, type Database, type StoredCompany, type StoredMessage } from '../store.ts';
import type { Part } from '../api.ts';
import { fileName, type ExportFile } from './saving.ts';

const PAGE = 500;

/** What stands in the readable text, in the person's language. */
export interface ChatWords {
  you: string;
  withheld: string;
  unopened: string;
  withdrawn: string;
  edited: string;
  missing: string;
  /** What a file, place or card is called. */
  part: (part: Part) => string;
  event: (event: NonNullable<StoredMessage['event']>) => string;
  /** A message's time; with its date. */
  time: (at: number) => string;
  /** About the folder: how many messages, which files are not there. */
  readme: (about: { name: string; messages: number; media: number; missing: string[] }) => string;
}

/** Under which name a file of the chat lies in the export; null for one that is not on this device. */
type MediaNames = Map<string, { name: string; here: boolean }>;

export async function* exportChat(database: Database, stored: StoredCompany, words: ChatWords, wrote: (messages: number) => void = () => {}): AsyncGenerator<ExportFile> {
  const { account, company } = stored;
  const media = await nameMedia(database, account);
  const here = [...media].filter(([, one]) => one.here);
  const count = await database.countFromIndex('messages', 'chat', IDBKeyRange.bound([account, 0], [account, Infinity]));
  const missing = [...media.values()].filter((one) => !one.here).map((one) => one.name);
  yield { name: 'README.txt', input: words.readme({ name: company.name, messages: count, media: here.length, missing }) };
  yield { name: 'chat.txt', input: readable(database, stored, words, media) };
  yield { name: 'messages.json', input: asJson(database, stored, media, wrote) };
  for (const [id, { name }] of here) {
    const found = await database.get('files', id);
    if (found) yield { name, input: found.file };
  }
}

export async function* messagesOf(database: Database, company: string): AsyncGenerator<StoredMessage> {
  for (let at = 0; ; ) {
    const page = await messagesAfter(database, company, at, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    at = page.at(-1)!.at;
  }
}

const partsOf = ({ part, extras }: StoredMessage): Part[] => [...(part ? [part] : []), ...(extras?.cards ?? []).map((card) => card.part)];

async function nameMedia(database: Database, company: string): Promise<MediaNames> {
  const kept = new Set(await database.getAllKeys('files'));
  const names: MediaNames = new Map();
  for await (const message of messagesOf(database, company)) {
    for (const { kind, name, file } of partsOf(message)) {
      if (!file || names.has(file.id)) continue;
      const number = String(names.size + 1).padStart(4, '0');
      const ending = /\.[a-z0-9]{1,5}$/i.test(name) ? '' : `.${endingOf(file.mime)}`;
      names.set(file.id, { name: `media/${number} ${fileName(name, kind)}${ending}`, here: kept.has(file.id) });
    }
  }
  return names;
}

const ENDINGS: Record<string, string> = { jpeg: 'jpg', mpeg: 'mp3', plain: 'txt', 'svg+xml': 'svg', quicktime: 'mov' };

function endingOf(mime: string): string {
  const kind = mime.split(';')[0]!.split('/')[1]?.toLowerCase() ?? '';
  return ENDINGS[kind] ?? (/^[a-z0-9]{1,5}$/.test(kind) ? kind : 'bin');
}

async function* readable(database: Database, { account, company }: StoredCompany, words: ChatWords, media: MediaNames): AsyncGenerator<string> {
  for await (const message of messagesOf(database, account)) {
    const who = message.event ? '' : `${message.direction === 'out' ? words.you : company.name}: `;
    yield `[${words.time(message.at)}] ${who}${said(message, words, media).replaceAll('\n', '\n    ')}\n`;
  }
}

function said(message: StoredMessage, words: ChatWords, media: MediaNames): string {
  if (message.event) return words.event(message.event);
  if (message.withdrawn) return words.withdrawn;
  if (message.type === 'withheld') return words.withheld;
  if (message.type === 'unopened' || message.type === 'unsupported') return words.unopened;
  const parts = partsOf(message).map((part) => {
    const file = part.file && media.get(part.file.id);
    return `<${[words.part(part), file && (file.here ? file.name : words.missing)].filter(Boolean).join(', ')}>`;
  });
  const lines = [message.quote && `> ${message.quote.text.slice(0, 200)}`, message.header, ...parts, message.text, message.footer];
  const ways = message.buttons.map(({ text, url }) => `${text}: ${url}`);
  const page = message.linkPreview && `<${[message.linkPreview.title, message.linkPreview.description].filter(Boolean).join(': ')}>`;
  return [...lines, page, ...ways].filter(Boolean).join('\n') + (message.editedAt ? ` (${words.edited})` : '');
}

async function* asJson(database: Database, { account, company }: StoredCompany, media: MediaNames, wrote: (messages: number) => void): AsyncGenerator<string> {
  yield `{"company":${JSON.stringify({ account, name: company.name, handle: company.handle })},"messages":[\n`;
  let written = 0;
  for await (const message of messagesOf(database, account)) {
    yield `${written++ ? ',\n' : ''}${JSON.stringify(plainMessage(message, media))}`;
    if (written % PAGE === 0) wrote(PAGE);
  }
  wrote(written % PAGE);
  yield '\n]}\n';
}

/** Everything of a message but what opens its files at the relay, and what only this device's book-keeping needs. */
function plainMessage(message: StoredMessage, media: MediaNames): Record<string, unknown> {
  const { company: _company, attempt: _attempt, unread, change: _change, at, body, ...rest } = message;
  const files = partsOf(message).flatMap(({ file }) => (file ? [{ ...media.get(file.id), bytes: file.size, mime: file.mime, sha256: file.sha256 }] : []));
  return { ...(JSON.parse(JSON.stringify(rest, withoutKeys)) as object), at: new Date(at).toISOString(), read: unread === 0, ...(files.length ? { files } : {}), content: JSON.parse(JSON.stringify(body, withoutKeys)) as unknown };
}

const withoutKeys = (name: string, value: unknown): unknown => (name === 'blob' || name === 'file' || name === 'franking' ? undefined : value);
