// What the messenger keeps in IndexedDB, shared by all tabs: the account, companies, messages, and what is still to be done.
//
// A message's life: the tab writes `messages` + `commands` in one transaction; the worker that owns the keys turns the command into an
// `outbox` row; the relay's result takes that away. Incoming: `messages` + `seen` + the last event number in one transaction, then the
// acknowledgement. Whatever is killed in between starts again from here.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { OutgoingEnvelope } from '../../shared/wire/envelope.ts';
import type { KeyObject } from '../../shared/wire/signed.ts';
import type { Offer, SignedRecord } from '../../shared/wire/types.ts';
import type { Company, Message, Purpose } from './api.ts';

export interface Account {
  account: string;
  device: string;
  name: string;
  language: 'en' | 'de';
  relayName: string;
  relayKey: string;
  /** Everything is at the relay: keys, identity. Until then the account is made again from the start. */
  complete: boolean;
}

export interface StoredCompany {
  account: string;
  company: Company;
  masterKey: string;
  offer: Offer | null;
  offerHash: string;
  /** The chain of grants and withdrawals between this customer and the company, oldest first. */
  records: SignedRecord[];
  receipts: Record<string, number>;
  purposes: Purpose[];
  blocked: boolean;
  draft: string;
  templates: Record<string, string>;
  introduced: boolean;
}

export interface StoredMessage extends Message {
  company: string;
  attempt: number;
  kind: 'service' | 'template' | 'system' | 'receipt';
  body: Record<string, unknown>;
  unread: 0 | 1;
}

export type Command =
  | { kind: 'join'; company: StoredCompany; name: string; purposes: Purpose[]; language: 'en' | 'de' }
  | { kind: 'send'; message: string }
  | { kind: 'read'; company: string; messages: string[] }
  | { kind: 'purposes'; company: string; purposes: Purpose[]; language: 'en' | 'de' }
  | { kind: 'block'; company: string; blocked: boolean }
  | { kind: 'introduce'; company: string };

export type StoredCommand = Command & { id: number };

interface Schema extends DBSchema {
  facts: { key: string; value: unknown };
  companies: { key: string; value: StoredCompany };
  messages: { key: string; value: StoredMessage; indexes: { chat: [string, number]; unread: [string, number] } };
  commands: { key: number; value: Command & { id?: number } };
  outbox: { key: string; value: { id: string; company: string; envelope: OutgoingEnvelope } };
  seen: { key: string; value: { key: string; at: number }; indexes: { at: number } };
}

export type Database = IDBPDatabase<Schema>;

export const DATABASE = 'handschlag';
export const KEYS_DATABASE = 'handschlag-keys';

export function openStore(): Promise<Database> {
  return openDB<Schema>(DATABASE, 1, {
    upgrade(database) {
      database.createObjectStore('facts');
      database.createObjectStore('companies', { keyPath: 'account' });
      const messages = database.createObjectStore('messages', { keyPath: 'id' });
      messages.createIndex('chat', ['company', 'at']);
      messages.createIndex('unread', ['company', 'unread']);
      database.createObjectStore('commands', { keyPath: 'id', autoIncrement: true });
      database.createObjectStore('outbox', { keyPath: 'id' });
      database.createObjectStore('seen', { keyPath: 'key' }).createIndex('at', 'at');
    },
  });
}

export async function fact<T>(database: Database, key: string): Promise<T | undefined> {
  return (await database.get('facts', key)) as T | undefined;
}

export const account = (database: Database): Promise<Account | undefined> => fact<Account>(database, 'account');

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

/** Where the crypto module keeps what this account signed of others' keys. */
export const trustIn = (database: Database) => ({
  load: async () => (await fact<Record<string, KeyObject>>(database, 'trust')) ?? {},
  save: async (trusted: Record<string, KeyObject>) => {
    await database.put('facts', trusted, 'trust');
  },
});

/** The newest messages of a chat, oldest first. */
export async function newestMessages(database: Database, company: string, limit: number): Promise<StoredMessage[]> {
  const range = IDBKeyRange.bound([company, 0], [company, Infinity]);
  const found: StoredMessage[] = [];
  let cursor = await database.transaction('messages').store.index('chat').openCursor(range, 'prev');
  while (cursor && found.length < limit) {
    found.push(cursor.value);
    cursor = await cursor.continue();
  }
  return found.reverse();
}

export const unreadMessages = (database: Database, company: string): Promise<StoredMessage[]> =>
  database.getAllFromIndex('messages', 'unread', IDBKeyRange.only([company, 1]));
