// What the messenger keeps in IndexedDB, shared by all tabs: the account, companies, messages, and what is still to be done.
//
// A message's life: the tab writes `messages` + `commands` in one transaction; the worker that owns the keys turns the command into an
// `outbox` row, in the order of sealing; the relay's result takes that away. Incoming: what was opened (`opened`), the ids (`seen`),
// what to ask for again (`commands`) and the last event number in one transaction, then the acknowledgement; then `opened` becomes
// `messages`, row by row. Whatever is killed in between starts again from here. What cannot be known: what the crypto library opened
// and handed out just before a kill; those few are asked for again.
import { openDB, type DBSchema, type IDBPDatabase, type IDBPIndex, type StoreNames } from 'idb';
import type { Sha256State } from '../../shared/crypto/sha256.ts';
import type { Content, OutgoingEnvelope } from '../../shared/wire/envelope.ts';
import type { KnownList } from '../../shared/crypto/device_lists.ts';
import type { KeyObject } from '../../shared/wire/signed.ts';
import type { Header, Offer, Report, SignedRecord } from '../../shared/wire/types.ts';
import type { ChangeKind, Company, FilePointer, Message, Purpose, ReceivedForm } from './api.ts';
import type { NumberQuestion } from './numbers/proved_number.ts';
import type { Asked } from './bodies.ts';
import type { PasskeyBox } from './recovery/state.ts';

export interface Account {
  account: string;
  device: string;
  name: string;
  language: 'en' | 'de';
  relayName: string;
  /** Pinned with the first company: approvals and stamps are checked with the same key ever after. */
  relayKey: string;
  /** This device's public signing key: another one in the crypto library's store means that the store was lost. */
  deviceKey: string;
  /** Everything is at the relay: keys, identity. Until then the account is made again from the start. */
  complete: boolean;
}

export interface StoredCompany {
  account: string;
  company: Company;
  /** What `company.identity` was before the relay showed other keys. */
  identityBefore?: 'matched' | 'pinned';
  masterKey: string;
  offer: Offer | null;
  offerHash: string;
  /** The chain of grants and withdrawals between this customer and the company, oldest first. */
  records: SignedRecord[];
  receipts: Record<string, number>;
  purposes: Purpose[];
  blocked: boolean;
  draft: string;
  /** The message that the draft answers. */
  draftQuote?: string;
  templates: Record<string, string>;
  introduced: boolean;
  /** Whether this company is told the customer's telephone number. */
  sharesNumber?: boolean;
  /** When a person compared the safety number, in milliseconds; with which master key. */
  compared?: { at: number; masterKey: string };
  /** When the relay last took a message of this customer, in its seconds: the company may answer for a day. */
  wroteAt?: number;
  /** When the chat was pinned to the top of the list. */
  pinnedAt?: number;
  /** Until when it makes no noise, in milliseconds; `FOR_EVER` is a time nobody lives to see. */
  mutedUntil?: number;
  archived?: boolean;
  /** Put back by hand among what is to be read. */
  markedUnread?: boolean;
  /** The chat was deleted; the row goes once the relay has the withdrawal. */
  leaving?: boolean;
}

export interface StoredMessage extends Message {
  company: string;
  attempt: number;
  kind: Header['kind'];
  body: Record<string, unknown>;
  /** Of an incoming message: what shows the operator, if the customer reports it, that it is the company's. */
  franking?: { header: Header; salt?: string; stamp?: SignedRecord };
  /** Of a template whose button opens a form; that of another message stands in its body. */
  form?: ReceivedForm | null;
  unread: 0 | 1;
  /** A voice message that was listened to here. */
  played?: boolean;
}

/** What we say about a message, sealed as one of its own: kept so that it can be sealed again when a device asks. */
export interface StoredChange {
  id: string;
  company: string;
  what: ChangeKind;
  /** The message it is about. */
  message: string;
  body: Record<string, unknown>;
  at: number;
  attempt: number;
  status: 'waiting' | 'accepted' | 'failed';
}

export type Command =
  | { kind: 'join'; company: StoredCompany; relayKey: string; name: string; purposes: Purpose[]; language: 'en' | 'de' }
  | { kind: 'send'; company: string; message: string }
  | { kind: 'change'; company: string; change: string }
  | { kind: 'read'; company: string; messages: string[] }
  /** Voice messages that were listened to. */
  | { kind: 'played'; company: string; messages: string[] }
  | { kind: 'purposes'; company: string; purposes: Purpose[]; language: 'en' | 'de' }
  | { kind: 'block'; company: string; blocked: boolean }
  | { kind: 'introduce'; company: string }
  | { kind: 'number'; question: NumberQuestion }
  | { kind: 'share_number'; company: string; share: boolean }
  | { kind: 'look_devices' }
  | { kind: 'name_device'; device: string; name: string }
  | { kind: 'remove_device'; device: string }
  /** For the own other devices alone. */
  | { kind: 'sync'; body: Record<string, unknown> }
  /** Which master keys both sides show now. */
  | { kind: 'look_identity'; company: string }
  | { kind: 'accept_identity'; company: string; masterKey: string; compared: boolean }
  | { kind: 'report'; company: string; reason: Report['reason']; message: string | null }
  | { kind: 'make_recovery'; backup: string; key: CryptoKey; hasCode: boolean; passkey: PasskeyBox | null }
  | { kind: 'end_recovery' }
  | { kind: 'back_up' }
  /** Tell the relay where and when this browser can be woken; have it woken once. */
  | { kind: 'push' }
  | { kind: 'push_test' }
  | { kind: 'come_back'; backup: string; key: CryptoKey }
  /** Withdraw everything, then forget the company. */
  | { kind: 'leave'; company: string }
  /** End the account at the relay. */
  | { kind: 'erase_account' }
  /** Ask the company to seal these again, or once more; its devices are looked up before if one is not known to be its own. */
  | { kind: 'resend'; company: string; asked: Asked[]; stranger: boolean; again?: boolean };

export type StoredCommand = Command & { id: number };

/** An envelope that still has no answer; whatever is in it can be sealed again. */
export interface OutboxRow {
  order: number;
  id: string;
  company: string;
  kind: Header['kind'];
  body: Record<string, unknown>;
  /** How often the relay said that it was sealed for other devices than the company has. */
  stale: number;
  envelope: OutgoingEnvelope;
}

/** An envelope that was opened and is not a message yet; without content: one that cannot be opened any more. */
export interface OpenedRow {
  order: number;
  header: Header;
  content: Content | null;
  stamp: SignedRecord | null;
}

/** The store numbers the rows. */
type New<Row extends { order: number }> = Omit<Row, 'order'> & { order?: number };

/** A file of a message, opened: what is here needs no network. `id` is that of its sealed bytes at the relay. */
export interface StoredFile {
  id: string;
  /** In whose chat it came or left; a file without is of an older version. */
  company?: string;
  file: Blob;
  at: number;
}

/** A file that is to be fetched from the relay, or could not be: it is not there any more, it is not the one that was sealed, the disk is full. */
export interface WantedFile {
  id: string;
  company: string;
  pointer: FilePointer;
  at: number;
  problem?: 'gone' | 'wrong' | 'full';
}

/** What is opened of a file that is not whole yet, up to the byte `end`, and the hash of everything before. */
export interface FilePiece {
  file: string;
  number: number;
  data: Blob;
  end: number;
  hash: Sha256State;
}

/** A file of an own message on its way to the relay; the message waits for it. */
export interface StoredUpload {
  message: string;
  company: string;
  pointer: FilePointer;
  /** Sealed bytes that are at the relay, as far as is known. */
  done: number;
}

interface Schema extends DBSchema {
  facts: { key: string; value: unknown };
  companies: { key: string; value: StoredCompany };
  messages: { key: string; value: StoredMessage; indexes: { chat: [string, number]; unread: [string, number]; starred: number } };
  changes: { key: string; value: StoredChange; indexes: { at: number; message: string } };
  commands: { key: number; value: Command & { id?: number } };
  outbox: { key: number; value: New<OutboxRow>; indexes: { id: string } };
  opened: { key: number; value: New<OpenedRow> };
  files: { key: string; value: StoredFile; indexes: { company: string } };
  wanted: { key: string; value: WantedFile };
  pieces: { key: [string, number]; value: FilePiece };
  uploads: { key: string; value: StoredUpload };
  seen: { key: string; value: { key: string; at: number }; indexes: { at: number } };
}

export type Database = IDBPDatabase<Schema>;

export const DATABASE = 'handschlag';
export const KEYS_DATABASE = 'handschlag-keys';

export function openStore(): Promise<Database> {
  return openDB<Schema>(DATABASE, 2, {
    // Each step once, in order: a browser may come from any of them.
    upgrade(database, from, _to, transaction) {
      if (from < 1) makeFirstStores(database);
      if (from < 2) {
        database.createObjectStore('files', { keyPath: 'id' }).createIndex('company', 'company');
        database.createObjectStore('wanted', { keyPath: 'id' });
        database.createObjectStore('pieces', { keyPath: ['file', 'number'] });
        database.createObjectStore('uploads', { keyPath: 'message' });
        const changes = database.createObjectStore('changes', { keyPath: 'id' });
        changes.createIndex('at', 'at');
        changes.createIndex('message', 'message');
        // A message without a star has no place in it.
        transaction.objectStore('messages').createIndex('starred', 'starredAt');
      }
    },
  });
}

function makeFirstStores(database: Database): void {
  database.createObjectStore('facts');
  database.createObjectStore('companies', { keyPath: 'account' });
  const messages = database.createObjectStore('messages', { keyPath: 'id' });
  messages.createIndex('chat', ['company', 'at']);
  messages.createIndex('unread', ['company', 'unread']);
  database.createObjectStore('commands', { keyPath: 'id', autoIncrement: true });
  database.createObjectStore('outbox', { keyPath: 'order', autoIncrement: true }).createIndex('id', 'id');
  database.createObjectStore('opened', { keyPath: 'order', autoIncrement: true });
  database.createObjectStore('seen', { keyPath: 'key' }).createIndex('at', 'at');
}

export async function fact<T>(database: Database, key: string): Promise<T | undefined> {
  return (await database.get('facts', key)) as T | undefined;
}

/** Where the picture of a company lies among the facts. */
export const pictureKey = (company: string): string => `picture:${company}`;

export const account = (database: Database): Promise<Account | undefined> => fact<Account>(database, 'account');

/** Changes a company's row; whoever changes another field at the same time does not undo this. Returns whether there is such a row. */
export async function changeCompany(database: Database, company: string, apply: (stored: StoredCompany) => StoredCompany): Promise<boolean> {
  const transaction = database.transaction('companies', 'readwrite');
  const stored = await transaction.store.get(company);
  if (stored) await transaction.store.put(apply(stored));
  await transaction.done;
  return stored !== undefined;
}

/** Changes the account's row, if there is one. */
export async function changeAccount(database: Database, change: Partial<Account>): Promise<void> {
  const transaction = database.transaction('facts', 'readwrite');
  const stored = (await transaction.store.get('account')) as Account | undefined;
  if (stored) await transaction.store.put({ ...stored, ...change }, 'account');
  await transaction.done;
}

/** The 32 bytes that open the crypto library's store: random, and wrapped by a key that cannot leave this browser. */
export async function storeKey(database: Database): Promise<Uint8Array> {
  interface Wrapped { key: CryptoKey; iv: Uint8Array<ArrayBuffer>; sealed: ArrayBuffer }
  let wrapped = await fact<Wrapped>(database, 'store_key');
  if (!wrapped) {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, crypto.getRandomValues(new Uint8Array(32)));
    wrapped = { key, iv, sealed };
    await database.put('facts', wrapped, 'store_key');
  }
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: wrapped.iv }, wrapped.key, wrapped.sealed));
}

/** Where the crypto module keeps what this account signed of others' keys, and the newest lists of devices. */
export const trustIn = (database: Database) => ({
  load: async () => (await fact<Record<string, KeyObject>>(database, 'trust')) ?? {},
  save: async (trusted: Record<string, KeyObject>) => {
    await database.put('facts', trusted, 'trust');
  },
  loadLists: async () => (await fact<Record<string, KnownList>>(database, 'device_lists')) ?? {},
  saveLists: async (lists: Record<string, KnownList>) => {
    await database.put('facts', lists, 'device_lists');
  },
});

type ChatIndex = IDBPIndex<Schema, ArrayLike<StoreNames<Schema>>, 'messages', 'chat', IDBTransactionMode>;

/** When the newest message of a chat was written; 0 if there is none. */
export const newestTime = async (index: ChatIndex, company: string): Promise<number> =>
  (await index.openKeyCursor(IDBKeyRange.bound([company, 0], [company, Infinity]), 'prev'))?.key[1] ?? 0;

/** The newest messages of a chat, or the newest until a time, oldest first. */
export async function newestMessages(database: Database, company: string, limit: number, until = Infinity): Promise<StoredMessage[]> {
  const index = database.transaction('messages').store.index('chat');
  const range = IDBKeyRange.bound([company, 0], [company, until]);
  // One step to the first of them and one reading: a cursor that stops at each takes many times as long.
  let first = await index.openKeyCursor(range, 'prev');
  if (first && limit > 1) first = await first.advance(limit - 1);
  return index.getAll(first ? IDBKeyRange.bound(first.key, [company, until]) : range);
}

/** The messages of a chat after a time, oldest first. */
export const messagesAfter = (database: Database, company: string, at: number, limit: number): Promise<StoredMessage[]> =>
  database.getAllFromIndex('messages', 'chat', IDBKeyRange.bound([company, at], [company, Infinity], true), limit);
