// The tab's side: reads the store, writes commands, and hears from the owner what changed.
import { makeEnvelopeId, messageId } from '../../shared/wire/envelope.ts';
import { RelayHttp } from '../../shared/wire/relay_http.ts';
import { hashOf } from '../../shared/wire/canonical.ts';
import type { Grant, Withdrawal } from '../../shared/wire/types.ts';
import {
  InvitationError, type AppState, type ChatSummary, type ConsentEntry, type Invitation, type Language, type MessengerClient, type Observable,
  type Purpose, type Thread,
} from './api.ts';
import { openChannel, type Notice, type OwnerState } from './broadcast.ts';
import { Cell } from './cell.ts';
import { parseLink, resolveInvitation } from './invitations.ts';
import {
  account, DATABASE, KEYS_DATABASE, newestMessages, openStore, unreadMessages, type Command, type Database, type StoredCompany, type StoredMessage,
} from './store.ts';

const STARTING: AppState = { phase: 'starting', connection: 'connecting', owner: false, name: '', trouble: null, catchingUp: 0, persistent: null };

export class Client implements MessengerClient {
  readonly #app = new Cell<AppState>(STARTING);
  readonly #chats = new Cell<ChatSummary[]>([]);
  readonly #channel = openChannel();
  readonly #relay: RelayHttp;
  readonly #threads = new Set<() => Promise<void>>();
  readonly #done = new Map<number, (error?: string) => void>();
  #database: Database | null = null;
  #typing: string[] = [];
  #offered: StoredCompany | null = null;

  constructor(private readonly relayUrl: string, private readonly build: string, private readonly startWorker: () => Worker) {
    this.#relay = new RelayHttp(relayUrl);
  }

  get app(): Observable<AppState> {
    return this.#app;
  }

  get chats(): Observable<ChatSummary[]> {
    return this.#chats;
  }

  async start(): Promise<void> {
    this.#channel.onmessage = ({ data }: MessageEvent<Notice>) => void this.#hear(data);
    try {
      this.#database = await openStore();
    } catch {
      return this.#app.change({ phase: 'broken', trouble: 'no_storage' });
    }
    // Another tab erases everything: let it.
    this.#database.addEventListener('versionchange', () => this.#database?.close());
    await this.#readApp();
    await this.#readChats();
    const worker = this.startWorker();
    worker.postMessage({ relayUrl: this.relayUrl, build: this.build });
    this.#channel.postMessage({ what: 'ask_state' });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#channel.postMessage({ what: 'ask_state' });
    });
    const persistent = (await navigator.storage?.persisted?.().catch(() => null)) ?? null;
    this.#app.change({ persistent });
  }

  thread(company: string, limit: number): Observable<Thread | null> {
    const cell = new Cell<Thread | null>(null);
    let firstUnread: string | null | undefined;
    const read = async () => {
      const chat = this.#chats.value.find((one) => one.company.account === company) ?? (await this.#summary(company));
      const messages = await newestMessages(this.#store, company, limit + 1);
      firstUnread ??= messages.find((one) => one.unread)?.id ?? null;
      cell.set(chat ? { chat, messages: messages.slice(-limit), hasOlder: messages.length > limit, firstUnread } : null);
    };
    cell.onUse(() => {
      this.#threads.add(read);
      void read();
      return () => this.#threads.delete(read);
    });
    return cell;
  }

  async consentHistory(company: string): Promise<ConsentEntry[]> {
    const stored = await this.#store.get('companies', company);
    return Promise.all((stored?.records ?? []).map(async ({ record, signature }) => {
      const parsed = JSON.parse(record) as Grant | Withdrawal;
      const granted = parsed.type === 'handschlag.grant.v1';
      const notice = granted ? (stored?.offer?.notice[parsed.language] ?? '') : '';
      return {
        kind: granted ? 'grant' as const : 'withdrawal' as const,
        at: parsed.at * 1000,
        purposes: parsed.purposes === '*' ? [] : [...parsed.purposes],
        // An older offer's text is not at hand any more; its hash is in the record.
        notice: granted && (await hashOf(notice)) === parsed.notice ? notice : '',
        acceptedByRelayAt: stored?.receipts[signature] ? stored.receipts[signature] * 1000 : null,
      };
    }));
  }

  async openInvitation(link: string, language: Language): Promise<Invitation> {
    const { invitation, stored } = await resolveInvitation(this.#store, this.#relay, parseLink(link), language);
    this.#offered = stored;
    return invitation;
  }

  async join(invitation: Invitation, { name, purposes, language }: { name: string; purposes: Purpose[]; language: Language }): Promise<void> {
    const company = this.#offered;
    if (company?.account !== invitation.company.account) throw new InvitationError('not_a_link');
    await this.#command({ kind: 'join', company, name: name.trim().slice(0, 100), purposes, language });
    await this.#readApp();
    await this.#readChats();
  }

  async send(company: string, text: string, quoteId?: string): Promise<void> {
    const id = makeEnvelopeId(Date.now());
    const quoted = quoteId ? await this.#store.get('messages', quoteId) : undefined;
    const transaction = this.#store.transaction(['messages', 'commands', 'companies'], 'readwrite');
    const range = IDBKeyRange.bound([company, 0], [company, Infinity]);
    const newest = (await transaction.objectStore('messages').index('chat').openCursor(range, 'prev'))?.value;
    const message: StoredMessage = {
      id, company, direction: 'out', at: Math.max(Date.now(), (newest?.at ?? 0) + 1), type: 'text', text, header: '', footer: '', buttons: [],
      category: null, status: 'waiting', attempt: 0, kind: 'service', unread: 0,
      quote: quoted ? { id: quoted.id, text: quoted.text, direction: quoted.direction } : null,
      body: { type: 'text', text: { body: text }, ...(quoted ? { context: { id: messageId(quoted.id) } } : {}) },
    };
    await transaction.objectStore('messages').add(message);
    await transaction.objectStore('commands').add({ kind: 'send', message: id });
    const stored = await transaction.objectStore('companies').get(company);
    if (stored) await transaction.objectStore('companies').put({ ...stored, draft: '' });
    await transaction.done;
    this.#announce(company);
    if (this.#app.value.persistent === false) this.#app.change({ persistent: await navigator.storage.persist().catch(() => false) });
  }

  async retry(messageId: string): Promise<void> {
    const transaction = this.#store.transaction(['messages', 'commands'], 'readwrite');
    const message = await transaction.objectStore('messages').get(messageId);
    if (message?.status === 'failed') {
      await transaction.objectStore('messages').put({ ...message, status: 'waiting', attempt: message.attempt + 1 });
      await transaction.objectStore('commands').add({ kind: 'send', message: messageId });
    }
    await transaction.done;
    this.#announce(message?.company);
  }

  typing(company: string): void {
    this.#channel.postMessage({ what: 'typing', company });
  }

  async markRead(company: string): Promise<void> {
    const unread = await unreadMessages(this.#store, company);
    if (!unread.length) return;
    const transaction = this.#store.transaction(['messages', 'commands'], 'readwrite');
    for (const message of unread) await transaction.objectStore('messages').put({ ...message, unread: 0 });
    await transaction.objectStore('commands').add({ kind: 'read', company, messages: unread.filter((one) => one.type !== 'unopened').map((one) => one.id) });
    await transaction.done;
    this.#announce(company);
  }

  async setDraft(company: string, text: string): Promise<void> {
    const stored = await this.#store.get('companies', company);
    if (!stored || stored.draft === text) return;
    await this.#store.put('companies', { ...stored, draft: text });
    await this.#readChats();
  }

  async setName(name: string): Promise<void> {
    const me = await account(this.#store);
    if (!me) return;
    await this.#store.put('facts', { ...me, name: name.trim().slice(0, 100) }, 'account');
    for (const company of await this.#store.getAllKeys('companies')) await this.#store.add('commands', { kind: 'introduce', company });
    this.#channel.postMessage({ what: 'command' });
    await this.#readApp();
  }

  setPurposes = (company: string, purposes: Purpose[], language: Language): Promise<void> => this.#command({ kind: 'purposes', company, purposes, language });
  block = (company: string): Promise<void> => this.#command({ kind: 'block', company, blocked: true });
  unblock = (company: string): Promise<void> => this.#command({ kind: 'block', company, blocked: false });

  async reset(): Promise<void> {
    this.#channel.postMessage({ what: 'reset' });
    this.#database?.close();
    const names = [DATABASE, KEYS_DATABASE, ...(await indexedDB.databases()).map((one) => one.name ?? '').filter((name) => name.startsWith(DATABASE))];
    await Promise.all(names.map((name) => new Promise<void>((resolve) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = request.onerror = request.onblocked = () => resolve();
    })));
  }

  get #store(): Database {
    if (!this.#database) throw new Error('the store is not open');
    return this.#database;
  }

  /** Stores a command and waits until the owner, in whichever tab, has carried it out. */
  async #command(command: Command): Promise<void> {
    const id = await this.#store.add('commands', command);
    const outcome = new Promise<void>((resolve, reject) => this.#done.set(id, (error) => (error ? reject(new Error(error)) : resolve())));
    this.#channel.postMessage({ what: 'command' });
    await outcome;
  }

  /** Tells the owner and the other tabs; a channel does not speak to itself, so this tab reads too. */
  #announce(company?: string): void {
    this.#channel.postMessage({ what: 'command' });
    const notice: Notice = company ? { what: 'changed', company } : { what: 'changed' };
    this.#channel.postMessage(notice);
    void this.#hear(notice);
  }

  async #hear(notice: Notice): Promise<void> {
    if (notice.what === 'state') await this.#takeState(notice.state);
    else if (notice.what === 'done') {
      this.#done.get(notice.command)?.(notice.error);
      this.#done.delete(notice.command);
    } else if (notice.what === 'changed') {
      await this.#readChats();
      for (const read of this.#threads) await read();
    }
  }

  async #takeState({ connection, catchingUp, typing, trouble }: OwnerState): Promise<void> {
    const before = this.#app.value;
    this.#app.change({ connection, catchingUp, trouble, ...(trouble ? { phase: 'broken' as const } : {}) });
    if (before.trouble && !trouble) await this.#readApp();
    if (typing.join() !== this.#typing.join()) {
      this.#typing = typing;
      await this.#hear({ what: 'changed' });
    }
  }

  async #readApp(): Promise<void> {
    const me = await account(this.#store);
    this.#app.change({ phase: me?.complete ? 'ready' : 'new', name: me?.name ?? '' });
  }

  async #readChats(): Promise<void> {
    const companies = await this.#store.getAllKeys('companies');
    const chats = (await Promise.all(companies.map((one) => this.#summary(one)))).filter((one) => one !== null);
    this.#chats.set(chats.sort((a, b) => (b.lastMessage?.at ?? 0) - (a.lastMessage?.at ?? 0)));
  }

  async #summary(account: string): Promise<ChatSummary | null> {
    const stored = await this.#store.get('companies', account);
    if (!stored) return null;
    const [lastMessage] = await newestMessages(this.#store, account, 1);
    const unread = await this.#store.countFromIndex('messages', 'unread', IDBKeyRange.only([account, 1]));
    const { company, draft, blocked, purposes } = stored;
    return { company, lastMessage: lastMessage ?? null, unread, draft, blocked, purposes, typing: this.#typing.includes(account) };
  }
}
