// The owner of keys and socket: works off commands and incoming events, one after the other, and tells the tabs what changed.
import { deviceTime } from '../../shared/crypto/clock.ts';
import { LibraryMissing, Machine } from '../../shared/crypto/machine.ts';
import { LiveSocket, type RelayFrame } from '../../shared/wire/live_socket.ts';
import { RelayHttp, RelayRefused } from '../../shared/wire/relay_http.ts';
import { canonicalJson } from '../../shared/wire/canonical.ts';
import type { Notice, OwnerState } from './broadcast.ts';
import { carryOut, laneOf } from './commands.ts';
import { hearErasure } from './data/erasing.ts';
import { Linking } from './devices/linking.ts';
import { Inbox } from './inbox.ts';
import { forgetAll } from './messages/deleting.ts';
import { Outbox } from './outbox.ts';
import { Keeper } from './recovery/keeper.ts';
import { account as loadAccount, fact, storeKey, trustIn, type Account, type Database, type StoredCommand } from './store.ts';
import { Downloads } from './files/downloads.ts';
import { Uploads } from './files/uploads.ts';
import { isFull, isStorageError, isTemporary, NotYet } from './troubles.ts';

const TYPING_SECONDS = 25;
const TYPING_SENT_EVERY = 10_000;
const RETRY_SECONDS = 5;
const STORAGE_RETRY = 15_000;
const FORGET_EVERY = 6 * 3_600_000;

export class Owner {
  readonly http: RelayHttp;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly keeper = new Keeper(this);
  readonly linking = new Linking(this);
  readonly uploads: Uploads;
  readonly downloads: Downloads;
  /** Once the account on disk is open, if there is one. */
  opened: Promise<void> = Promise.resolve();
  machine: Machine | null = null;
  me: Account | null = null;
  #state: OwnerState = { owner: crypto.randomUUID(), connection: 'connecting', catchingUp: 0, typing: [], trouble: null, offset: 0 };
  #socket: LiveSocket | null = null;
  #queue: Promise<void> = Promise.resolve();
  #offset = 0;
  /** Pages of this connection and those before are not taken any more: one of them failed, and the relay will show them again. */
  #connection = 0;
  #failedConnection = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #typing = new Map<string, ReturnType<typeof setTimeout>>();
  #typingSent = new Map<string, number>();

  constructor(readonly database: Database, private readonly channel: BroadcastChannel, private readonly relayUrl: string, readonly build: string) {
    this.http = new RelayHttp(relayUrl);
    this.http.onTime = (seconds) => this.#learnTime(seconds);
    this.http.onErased = (record) => this.later(() => hearErasure(this, record));
    this.outbox = new Outbox(this);
    this.inbox = new Inbox(this);
    this.uploads = new Uploads(this);
    this.downloads = new Downloads(this);
  }

  /** The relay's time in milliseconds: this device's own may be wrong. */
  now = (): number => Date.now() + this.#offset;

  get online(): boolean {
    return this.#socket?.online ?? false;
  }

  async run(): Promise<void> {
    this.channel.onmessage = ({ data }: MessageEvent<Notice>) => this.#hear(data);
    this.#announce();
    this.#offset = (await fact<number>(this.database, 'offset')) ?? 0;
    await (this.opened = this.#openStored());
    this.later(() => this.inbox.work());
    this.later(() => this.inbox.forgetOldIds());
    this.later(() => forgetAll(this.database));
    setInterval(() => this.later(() => this.inbox.forgetOldIds()), FORGET_EVERY);
    this.work();
    this.later(() => this.keeper.start());
  }

  tell(notice: Notice): void {
    if (notice.what === 'changed') this.keeper.rhythm.note();
    this.channel.postMessage(notice);
  }

  send(frame: object): boolean {
    return this.#socket?.send(frame) ?? false;
  }

  /** Gives the connection up: what is not acknowledged and what has no answer goes again over the next one. */
  reconnect(least = 0): void {
    this.#failedConnection = this.#connection;
    this.#socket?.drop(least);
  }

  /** Shows how many messages still wait to be opened. */
  setCatchingUp(count: number): void {
    if (count !== this.#state.catchingUp) this.#set({ catchingUp: count });
  }

  showTyping(company: string, writing: boolean): void {
    if (!writing && !this.#typing.has(company)) return;
    clearTimeout(this.#typing.get(company));
    this.#typing.delete(company);
    if (writing) this.#typing.set(company, setTimeout(() => this.showTyping(company, false), TYPING_SECONDS * 1000));
    this.#set({ typing: [...this.#typing.keys()] });
  }

  /** Opens the account that is on disk, unless it is open or never will be. */
  async #openStored(): Promise<void> {
    if (this.machine || this.#state.trouble === 'lost_keys') return;
    const me = await loadAccount(this.database);
    if (me?.complete) await this.openAccount(me);
  }

  /** Opens the machine of an account, and the socket. */
  async openAccount(me: Account): Promise<void> {
    try {
      await Machine.load();
    } catch {
      // A network that was away for a moment, or a page instead of the library: asked again by itself.
      this.workLater();
      return this.#set({ trouble: 'no_crypto' });
    }
    let machine: Machine | null = null;
    try {
      machine = await Machine.open(me.account, me.device, await storeKey(this.database), this.http.ask, trustIn(this.database));
    } catch (error) {
      if (isStorageError(error)) throw error;
      return this.#set({ trouble: 'lost_keys' });
    }
    // A store that was cleared away is made anew with other keys, which nobody knows.
    if (machine.deviceKey !== me.deviceKey) {
      machine.close();
      return this.#set({ trouble: 'lost_keys' });
    }
    if (this.#state.trouble === 'lost_keys' || this.#state.trouble === 'no_crypto') this.#set({ trouble: null });
    this.me = me;
    this.machine = machine;
    const { sign } = machine;
    this.http.logInAs(me.account, me.device, me.relayName, (login) => sign(canonicalJson(login)));
    this.#connect();
  }

  /** The account is at its end: nothing is asked for any more, and the tab of this worker removes everything. `at` in seconds. */
  end(at: number): void {
    this.#socket?.stop();
    this.#set({ trouble: 'erased', erasedAt: at * 1000 });
  }

  /** Runs after everything before it; the machine is never used by two at once. */
  later(action: () => Promise<void>): void {
    this.#queue = this.#queue.then(action).catch((error: unknown) => {
      if (isStorageError(error)) this.#set({ trouble: isFull(error) ? 'no_room' : 'no_storage' });
      if (isTemporary(error) || isStorageError(error)) this.workLater();
      else console.warn('worker:', error);
    });
  }

  /** Takes up what waits on disk. */
  work(): void {
    this.later(() => this.#workOff());
  }

  workLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.later(() => this.#tryStorage());
      this.later(() => this.#openStored());
      this.later(() => this.inbox.work());
      this.work();
    }, RETRY_SECONDS * 1000);
  }

  #connect(): void {
    const hello = async () => {
      const token = await this.http.token().catch((error: unknown) => this.#noteSignedOut(error));
      return { token, last: (await fact<number>(this.database, 'last_event')) ?? 0 };
    };
    this.#socket = new LiveSocket(this.relayUrl.replace(/^http/, 'ws') + '/v1/live', hello, {
      onFrame: (frame) => this.#take(frame),
      onState: (connection) => this.#set({ connection }),
      onBadToken: () => this.http.forgetToken(),
    });
    this.#socket.start();
  }

  /** Another device of the account took this one out: nothing is asked for any more, and a person reads why. */
  #noteSignedOut(error: unknown): never {
    if (error instanceof RelayRefused && error.field === 'device') {
      this.#socket?.stop();
      this.#set({ trouble: 'signed_out' });
    }
    throw error;
  }

  #take(frame: RelayFrame): void {
    switch (frame.type) {
      case 'welcome':
        this.#connection++;
        this.#learnTime(frame.time);
        this.inbox.expect(frame.waiting);
        this.#takeStock(frame);
        this.later(() => this.outbox.startAnew());
        this.later(() => this.inbox.work());
        this.work();
        this.downloads.wake();
        break;
      case 'keys':
        this.#takeStock(frame);
        break;
      case 'results':
        this.later(() => this.outbox.settle(frame.results));
        break;
      case 'deliver':
        for (const page of this.inbox.pages(frame.events)) this.#takePage(page, this.#connection);
    }
  }

  /** Keeps it for the next start too: what was opened and not yet shown is judged by the relay's time. */
  #learnTime(seconds: number): void {
    this.#offset = seconds * 1000 - Date.now();
    this.later(async () => void (await this.database.put('facts', this.#offset, 'offset')));
    this.#set({ offset: seconds * 1000 - deviceTime() });
  }

  #takeStock({ one_time_keys, unused_fallback_keys }: { one_time_keys: number; unused_fallback_keys: string[] }): void {
    this.later(() => this.machine!.setStock({ oneTimeKeys: one_time_keys, unusedFallbackKeys: unused_fallback_keys }));
  }

  /** A page that could not be kept must not be overtaken by the next one, whose acknowledgement would cover it. */
  #takePage(page: Parameters<Inbox['take']>[0], connection: number): void {
    this.later(async () => {
      if (connection <= this.#failedConnection) return;
      try {
        await this.inbox.take(page);
      } catch (error) {
        this.reconnect(isStorageError(error) ? STORAGE_RETRY : RETRY_SECONDS * 1000);
        throw error;
      }
    });
  }

  /** Carries out the commands in their order; where one has to wait, only those of the same lane wait with it. */
  async #workOff(): Promise<void> {
    const waiting = new Set<string>();
    for (let after = 0; ;) {
      const [command] = (await this.database.getAll('commands', IDBKeyRange.lowerBound(after, true), 1)) as StoredCommand[];
      if (!command) return;
      after = command.id;
      const lane = laneOf(command);
      if (waiting.has(lane)) continue;
      let outcome: { result?: unknown; error?: string } = {};
      try {
        outcome = { result: await carryOut(this, command) };
      } catch (error) {
        if (isStorageError(error)) throw error;
        if (error instanceof NotYet) {
          waiting.add(lane);
          continue;
        }
        // A person waits for the end of joining, of a test or of a look, and is told.
        if (isTemporary(error) && !['join', 'push_test', 'look_devices'].includes(command.kind)) {
          waiting.add(lane);
          this.workLater();
          continue;
        }
        outcome = { error: isTemporary(error) ? 'relay_unreachable' : error instanceof LibraryMissing ? 'no_crypto' : String(error) };
      }
      await this.database.delete('commands', command.id);
      this.tell({ what: 'done', command: command.id, ...outcome });
    }
  }

  #hear(notice: Notice): void {
    if (notice.what === 'command') this.work();
    else if (notice.what === 'changed') this.keeper.rhythm.note();
    else if (notice.what === 'ask_state') this.#announce();
    else if (notice.what === 'wake') this.#wake();
    else if (notice.what === 'prepare') void Machine.load().catch(() => {});
    else if (notice.what === 'offline') this.#socket?.drop();
    else if (notice.what === 'typing') this.#sayTyping(notice.company);
    else if (notice.what === 'ask') this.later(() => this.outbox.seal({ company: notice.company, kind: 'receipt', body: notice.body, id: notice.id }));
    else if (notice.what === 'fetch') void this.downloads.work();
    else if (notice.what === 'stop_file') this.#stopFile(notice);
    else if (notice.what === 'link') this.linking.hear(notice.ask);
    else if (notice.what === 'reset') this.#socket?.stop();
  }

  #wake(): void {
    this.#announce();
    this.keeper.rhythm.wake();
    this.#socket?.reconnectNow();
    this.downloads.wake();
  }

  /** A person wants a file no longer, or takes one back that was on its way. */
  #stopFile({ id, own }: { id: string; own?: boolean }): void {
    if (!own) return void this.downloads.stop(id);
    this.uploads.stop(id);
    this.work();
  }

  #sayTyping(company: string): void {
    const last = this.#typingSent.get(company) ?? -Infinity;
    if (!this.online || performance.now() - last < TYPING_SENT_EVERY) return;
    this.#typingSent.set(company, performance.now());
    this.later(() => this.outbox.sayTyping(company));
  }

  /** Whether there is room again is only known by writing. */
  async #tryStorage(): Promise<void> {
    if (this.#state.trouble !== 'no_storage' && this.#state.trouble !== 'no_room') return;
    await this.database.put('facts', ' '.repeat(100_000), 'room');
    await this.database.delete('facts', 'room');
    this.#set({ trouble: null });
  }

  #set(change: Partial<OwnerState>): void {
    this.#state = { ...this.#state, ...change };
    this.#announce();
  }

  #announce(): void {
    this.tell({ what: 'state', state: this.#state });
  }
}
