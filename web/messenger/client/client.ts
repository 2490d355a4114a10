// The tab's side: reads the store, writes commands, and hears from the owner what changed.
import { hashOf } from '../../shared/wire/canonical.ts';
import type { Grant, Withdrawal } from '../../shared/wire/types.ts';
import {
  InvitationError, type AppState, type Around, type ChatSummary, type Company, type ConsentEntry, type FormAnswer, type FormQuestion, type Invitation, type Language, type Message,
  type MessengerClient, type Observable, type Purpose, type ReceivedForm, type Thread,
} from './api.ts';
import type { Notice, OwnerState } from './broadcast.ts';
import { Cell } from './cell.ts';
import { byPlace } from './chats/keeping.ts';
import { formOfMessage, Questions } from './forms.ts';
import { describeOffer, parseLink, resolveInvitation } from './companies/invitations.ts';
import { Pictures } from './companies/pictures.ts';
import { Renewal } from './companies/renewal.ts';
import { account, changeAccount, changeCompany, DATABASE, fact, KEYS_DATABASE, messagesAfter, newestMessages, type Command, type Database, type StoredCompany } from './store.ts';
import { Tab } from './tab.ts';
import { isFull } from './troubles.ts';
import { markRead, write, writeAgain, writeText } from './writing.ts';

/** When the account ended that was here: all that outlives it, until somebody begins anew. */
const ERASED_AT = 'erased_at';
/** Stands for every company. */
const ALL = '';
const STARTING: AppState = { phase: 'starting', connection: 'connecting', owner: false, name: '', trouble: null, deviceNews: 0, catchingUp: 0, persistent: null };

export class Client implements MessengerClient {
  readonly #app = new Cell<AppState>(STARTING);
  readonly #chats = new Cell<ChatSummary[]>([]);
  readonly tab: Tab;
  readonly #questions = new Questions((notice) => this.tab.channel.postMessage(notice));
  readonly #pictures: Pictures;
  readonly #renewal: Renewal;
  readonly #threads = new Map<() => Promise<void>, string>();
  readonly #changed = new Set<string>();
  #worker: Worker | null = null;
  #reading: Promise<void> | null = null;
  #typing: string[] = [];
  #offered: { stored: StoredCompany; relayKey: string } | null = null;

  constructor(private readonly relayUrl: string, private readonly build: string, private readonly startWorker: () => Worker) {
    this.tab = new Tab(relayUrl);
    this.tab.onNotice = (notice) => this.#hear(notice);
    this.#pictures = new Pictures(this.tab.relay, () => this.#store);
    this.#renewal = new Renewal(this.tab.relay, () => this.#store);
  }

  get app(): Observable<AppState> {
    return this.#app;
  }

  get chats(): Observable<ChatSummary[]> {
    return this.#chats;
  }

  async start(): Promise<void> {
    const erasedAt = endedHere();
    if (erasedAt) {
      // Once more: the tab may have been closed in the middle of it.
      await deleteStores().catch(() => {});
      return this.#app.change({ phase: 'broken', trouble: 'erased', erasedAt });
    }
    try {
      await this.tab.open();
    } catch (error) {
      return this.#app.change({ phase: 'broken', trouble: isFull(error) ? 'no_room' : 'no_storage' });
    }
    // Chats first: whoever is ready is shown none only if there are none.
    await this.#readChats();
    await this.#readApp();
    this.#worker = this.startWorker();
    this.#worker.onmessage = ({ data }) => data === 'owner' && this.#app.change({ owner: true });
    this.#worker.onerror = () => this.#app.change({ phase: 'broken', trouble: 'no_crypto' });
    this.#worker.postMessage({ relayUrl: this.relayUrl, build: this.build });
    this.tab.channel.postMessage({ what: 'ask_state' });
    // A worker does not hear of either in every browser.
    const wake = () => this.tab.channel.postMessage({ what: 'wake' });
    addEventListener('online', wake);
    addEventListener('offline', () => this.tab.channel.postMessage({ what: 'offline' }));
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake());
    const persistent = (await navigator.storage?.persisted?.().catch(() => null)) ?? null;
    this.#app.change({ persistent });
  }

  thread(company: string, limit: number, around?: Around): Observable<Thread | null> {
    const cell = new Cell<Thread | null>(null);
    let firstUnread: Thread['firstUnread'] | undefined;
    let known = new Map<string, Message>();
    let before: Promise<void> = Promise.resolve();
    const readNow = async () => {
      if (!this.tab.isOpen) return;
      const chat = this.#chats.value.find((one) => one.company.account === company) ?? (await this.#summaries([company]))[0];
      const messages = await newestMessages(this.#store, company, limit + 1, around?.at);
      const newer = around ? await messagesAfter(this.#store, company, around.at, around.after + 1) : [];
      // Ids grow with time, so the first of the index is the oldest; what comes later is not unread "when opened".
      if (firstUnread === undefined) firstUnread = (await this.#store.getFromIndex('messages', 'unread', IDBKeyRange.only([company, 1]))) ?? null;
      // What did not change stays the same object, so that only what did is drawn again.
      const shown: Message[] = [...messages.slice(-limit), ...newer.slice(0, around?.after)].map((one) => (isSame(one, known.get(one.id)) ? known.get(one.id)! : one));
      known = new Map(shown.map((one) => [one.id, one]));
      cell.set(chat ? { chat, messages: shown, hasOlder: messages.length > limit, hasNewer: newer.length > (around?.after ?? 0), firstUnread } : null);
    };
    // One after the other: an older look must not be shown after a newer one.
    const read = () => (before = before.then(readNow));
    cell.onUse(() => {
      this.#threads.set(read, company);
      void read();
      void this.#renew(company);
      return () => this.#threads.delete(read);
    });
    return cell;
  }

  picture(company: Pick<Company, 'account' | 'picture'>): Promise<Blob | null> {
    return this.#pictures.of(company);
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

  async offer(company: string, language: Language): Promise<Invitation | null> {
    const stored = await this.#store.get('companies', company);
    return stored ? describeOffer(stored, language, { text: '', known: true }) : null;
  }

  async openInvitation(link: string, language: Language): Promise<Invitation> {
    const { invitation, ...offered } = await resolveInvitation(this.#store, this.tab.relay, parseLink(link), language);
    this.#offered = offered;
    const { account, company, offer, offerHash } = offered.stored;
    this.#renewal.note(account);
    if (invitation.known) {
      // What the company says of itself and asks for is verified anew; everything else of the row stays.
      await changeCompany(this.#store, account, (one) => ({ ...one, company, offer, offerHash }));
      await this.#refresh(account);
    }
    return invitation;
  }

  async join(invitation: Invitation, { name, purposes, language }: { name: string; purposes: Purpose[]; language: Language }): Promise<void> {
    if (this.#offered?.stored.account !== invitation.company.account) throw new InvitationError('not_a_link');
    const { stored: company, relayKey } = this.#offered;
    await this.#command({ kind: 'join', company, relayKey, name: name.trim().slice(0, 100), purposes, language });
    await this.#readApp();
    // What the invitation showed is kept from now on.
    void this.picture(invitation.company);
  }

  async send(company: string, text: string, quoteId?: string, draft = ''): Promise<void> {
    await writeText(this.tab, company, text, quoteId, draft);
    await this.#askToPersist();
  }

  async answer(id: string, choice: number): Promise<void> {
    const message = await this.#store.get('messages', id);
    const chosen = message?.choices?.[choice];
    if (message && chosen) await write(this.tab, { company: message.company, text: chosen.text, body: chosen.answer, quoteId: id, answers: choice });
  }

  async form(id: string): Promise<ReceivedForm | null> {
    const message = await this.#store.get('messages', id);
    return message?.direction === 'in' ? (message.form ?? formOfMessage(message.body)) : null;
  }

  async askForm(id: string, question: FormQuestion): Promise<FormAnswer> {
    const message = await this.#store.get('messages', id);
    return this.#questions.ask(message?.company ?? '', id, question, this.tab.now());
  }

  async finishForm(id: string, response: Record<string, unknown>, text: string): Promise<void> {
    const message = await this.#store.get('messages', id);
    const reply = { name: 'flow', body: 'Sent', response_json: JSON.stringify(response) };
    const body = { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: reply } };
    if (message) await write(this.tab, { company: message.company, text, body, quoteId: id });
  }

  async #askToPersist(): Promise<void> {
    if (this.#app.value.persistent === false) this.#app.change({ persistent: await navigator.storage.persist().catch(() => false) });
  }

  retry = (messageId: string): Promise<void> => writeAgain(this.tab, messageId);
  markRead = (company: string): Promise<void> => markRead(this.tab, company);

  typing(company: string): void {
    this.tab.channel.postMessage({ what: 'typing', company });
  }

  async setDraft(company: string, text: string): Promise<void> {
    await changeCompany(this.#store, company, (stored) => ({ ...stored, draft: text }));
    // The same chat may stand in another tab.
    this.tab.channel.postMessage({ what: 'changed', company });
    // A look at the store that is under way may have missed it; else nothing is read for a letter.
    if (this.#reading) return this.#refresh(company);
    this.#chats.set(this.#chats.value.map((one) => (one.company.account === company ? { ...one, draft: text } : one)));
  }

  async setName(name: string): Promise<void> {
    await changeAccount(this.#store, { name: name.trim().slice(0, 100) });
    for (const company of await this.#store.getAllKeys('companies')) await this.#store.add('commands', { kind: 'introduce', company });
    this.tab.channel.postMessage({ what: 'command' });
    await this.#readApp();
  }

  setPurposes = (company: string, purposes: Purpose[], language: Language): Promise<void> => this.#command({ kind: 'purposes', company, purposes, language });
  block = (company: string): Promise<void> => this.#command({ kind: 'block', company, blocked: true });
  unblock = (company: string): Promise<void> => this.#command({ kind: 'block', company, blocked: false });

  reset = (): Promise<void> => this.#removeEverything();

  async #removeEverything(endedAt = 0): Promise<void> {
    this.#letGo();
    await deleteStores();
    localStorage.clear();
    // Before the other tabs look for it.
    if (endedAt) localStorage.setItem(ERASED_AT, String(endedAt));
    this.tab.channel.postMessage({ what: 'erased' });
  }

  /** Removes everything here, once, because the account says that it ended; what is left is when, for whoever looks at this device. */
  async #end(at: number): Promise<void> {
    if (endedHere()) return;
    localStorage.setItem(ERASED_AT, String(at));
    await this.#removeEverything(at);
    history.replaceState(null, '', '#/');
    location.reload();
  }

  get #store(): Database {
    return this.tab.store;
  }

  /** Whoever waited for a command sees what became of it. */
  async #command(command: Command): Promise<void> {
    await this.tab.command(command);
    await this.#refresh();
  }

  async #hear(notice: Notice): Promise<void> {
    switch (notice.what) {
      case 'state':
        return this.#takeState(notice.state);
      case 'changed':
        return this.#refresh(notice.company);
      case 'answered':
        return this.#questions.hear(notice.company, notice.request, notice.answer);
      case 'devices':
        return this.#readApp();
      case 'reset':
        return this.#letGo(false);
      case 'erased':
        return location.reload();
    }
  }

  /** Closes what this tab holds open of the store. */
  #letGo(tell = true): void {
    if (tell) this.tab.channel.postMessage({ what: 'reset' });
    this.#worker?.terminate();
    this.tab.close();
    this.#chats.set([]);
    this.#app.change({ phase: 'starting', owner: false, name: '' });
  }

  async #takeState({ owner, connection, catchingUp, typing, trouble, erasedAt, offset }: OwnerState): Promise<void> {
    const before = this.#app.value;
    // Said on the screen once it is true of this device: each tab starts anew then.
    if (trouble === 'erased') return void (before.owner && this.#end(erasedAt!));
    this.tab.offset = offset;
    this.#app.change({ connection, catchingUp, trouble, ...(trouble ? { phase: 'broken' as const } : {}) });
    if (connection === 'online' && before.connection !== 'online') for (const company of this.#threads.values()) void this.#renew(company);
    if (before.trouble && !trouble) await this.#readApp();
    await this.tab.knowOwner(owner);
    if (typing.join() !== this.#typing.join()) {
      const changed = [...typing, ...this.#typing];
      this.#typing = typing;
      for (const company of changed) await this.#refresh(company);
    }
  }

  /** Looks, now and then, what a company says of itself today. */
  async #renew(company: string): Promise<void> {
    if (this.#app.value.connection === 'online' && (await this.#renewal.renew(company))) await this.#refresh(company);
  }

  /** Reads what changed, one company or all; many changes at once are read once. */
  #refresh(company = ALL): Promise<void> {
    this.#changed.add(company);
    this.#reading ??= this.#readChanged().finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #readChanged(): Promise<void> {
    while (this.#changed.size && this.tab.isOpen) {
      const changed = new Set(this.#changed);
      this.#changed.clear();
      // Another tab may have made the account.
      if (this.#app.value.phase === 'new') await this.#readApp();
      if (changed.has(ALL)) await this.#readChats();
      else await this.#readChats(changed);
      for (const [read, company] of this.#threads) if (changed.has(ALL) || changed.has(company)) await read();
    }
  }

  async #readApp(): Promise<void> {
    const me = await account(this.#store);
    const news = await fact<unknown[]>(this.#store, 'device_news');
    this.#app.change({ phase: me?.complete ? 'ready' : 'new', name: me?.name ?? '', deviceNews: news?.length ?? 0 });
  }

  async #readChats(only?: Set<string>): Promise<void> {
    const read = await this.#summaries(only && [...only]);
    const kept = only ? this.#chats.value.filter((one) => !only.has(one.company.account)) : [];
    this.#chats.set([...kept, ...read].sort(byPlace));
  }

  /** Of these companies or of all, in one transaction. */
  async #summaries(only?: string[]): Promise<ChatSummary[]> {
    const transaction = this.#store.transaction(['companies', 'messages']);
    const [companies, messages] = [transaction.objectStore('companies'), transaction.objectStore('messages')];
    const stored = only ? await Promise.all(only.map((one) => companies.get(one))) : await companies.getAll();
    return Promise.all(stored.filter((one) => one && !one.leaving).map(async (one) => {
      const { account, company, draft, blocked, purposes, pinnedAt, mutedUntil, archived, markedUnread } = one!;
      const [last, unread] = await Promise.all([
        messages.index('chat').openCursor(IDBKeyRange.bound([account, 0], [account, Infinity]), 'prev'),
        messages.index('unread').count(IDBKeyRange.only([account, 1])),
      ]);
      const marks = { ...(pinnedAt ? { pinnedAt } : {}), ...(mutedUntil ? { mutedUntil } : {}), ...(archived ? { archived } : {}), ...(markedUnread ? { markedUnread } : {}) };
      return { company, lastMessage: last?.value ?? null, unread, draft, blocked, purposes, typing: this.#typing.includes(account), ...marks };
    }));
  }
}

function endedHere(): number {
  try {
    return Number(localStorage.getItem(ERASED_AT));
  } catch {
    // A browser that stores nothing has had no account.
    return 0;
  }
}

/** Another tab may need a moment to let go: the deletion waits for it by itself. */
async function deleteStores(): Promise<void> {
  const names = new Set([DATABASE, KEYS_DATABASE, ...(await indexedDB.databases()).map((one) => one.name ?? '').filter((name) => name.startsWith(DATABASE))]);
  await Promise.all(Array.from(names, (name) => new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error ?? new Error(name));
  })));
}

const isSame = (message: Message, known: Message | undefined): boolean => known !== undefined && JSON.stringify(message) === JSON.stringify(known);
