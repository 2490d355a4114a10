// The owner of keys and socket: works off commands and incoming events, one after the other, and tells the tabs what changed.
import { Machine, type Ask } from '../../shared/crypto/machine.ts';
import { LiveSocket, type RelayFrame } from '../../shared/wire/live_socket.ts';
import { RelayHttp, RelayRefused, RelayUnreachable } from '../../shared/wire/relay_http.ts';
import { canonicalJson } from '../../shared/wire/canonical.ts';
import type { Notice, OwnerState } from './broadcast.ts';
import { block, join, makeAccount, setPurposes, introduce } from './joining.ts';
import { Inbox } from './inbox.ts';
import { Outbox } from './outbox.ts';
import { account as loadAccount, fact, storeKey, trustIn, type Account, type Database, type StoredCommand } from './store.ts';

const TYPING_SECONDS = 25;
const RETRY_SECONDS = 5;

export class Owner {
  readonly http: RelayHttp;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  machine: Machine | null = null;
  me: Account | null = null;
  #state: OwnerState = { connection: 'connecting', catchingUp: 0, typing: [], trouble: null };
  #socket: LiveSocket | null = null;
  #queue: Promise<void> = Promise.resolve();
  #offset = 0;
  #typing = new Map<string, ReturnType<typeof setTimeout>>();
  #typingSent = new Map<string, number>();

  constructor(readonly database: Database, private readonly channel: BroadcastChannel, private readonly relayUrl: string, readonly build: string) {
    this.http = new RelayHttp(relayUrl);
    this.outbox = new Outbox(this);
    this.inbox = new Inbox(this);
  }

  /** The relay's time in milliseconds: this device's own may be wrong. */
  now = (): number => Date.now() + this.#offset;

  async run(): Promise<void> {
    this.channel.onmessage = ({ data }: MessageEvent<Notice>) => this.#hear(data);
    this.#announce();
    Machine.load().catch(() => this.#trouble('no_crypto'));
    const me = await loadAccount(this.database);
    if (me?.complete) await this.#openAccount(me);
    this.#work();
  }

  tell(notice: Notice): void {
    this.channel.postMessage(notice);
  }

  send(frame: object): boolean {
    return this.#socket?.send(frame) ?? false;
  }

  /** Shows how many messages still wait to be opened. */
  setCatchingUp(count: number): void {
    if (count !== this.#state.catchingUp) this.#set({ catchingUp: count });
  }

  showTyping(company: string, writing: boolean): void {
    clearTimeout(this.#typing.get(company));
    this.#typing.delete(company);
    if (writing) this.#typing.set(company, setTimeout(() => this.showTyping(company, false), TYPING_SECONDS * 1000));
    this.#set({ typing: [...this.#typing.keys()] });
  }

  /** Opens the machine of an account, and the socket. */
  async #openAccount(me: Account): Promise<void> {
    this.me = me;
    const ask: Ask = async (path, body) => JSON.stringify(await this.http.authorized('POST', path, body));
    let machine: Machine;
    try {
      machine = await Machine.open(me.account, me.device, await storeKey(this.database), ask, trustIn(this.database));
    } catch {
      return this.#trouble('lost_keys');
    }
    this.machine = machine;
    this.http.logInAs(me.account, me.device, me.relayName, (login) => machine.sign(canonicalJson(login)));
    this.#connect();
  }

  #connect(): void {
    const hello = async () => ({ token: await this.http.token(), last: (await fact<number>(this.database, 'last_event')) ?? 0 });
    this.#socket = new LiveSocket(this.relayUrl.replace(/^http/, 'ws') + '/v1/live', hello, {
      onFrame: (frame) => this.#take(frame),
      onState: (connection) => this.#set({ connection }),
      onBadToken: () => this.http.forgetToken(),
    });
    this.#socket.start();
  }

  #take(frame: RelayFrame): void {
    switch (frame.type) {
      case 'welcome':
        this.#offset = frame.time * 1000 - Date.now();
        this.inbox.expect(frame.waiting ?? 0);
        this.#later(() => this.machine!.setStock({ oneTimeKeys: frame.one_time_keys, unusedFallbackKeys: frame.unused_fallback_keys }));
        this.#later(() => this.outbox.sendAgain());
        this.#work();
        break;
      case 'keys':
        this.#later(() => this.machine!.setStock({ oneTimeKeys: frame.one_time_keys, unusedFallbackKeys: frame.unused_fallback_keys }));
        break;
      case 'results':
        this.#later(() => this.outbox.settle(frame.results));
        break;
      case 'deliver':
        for (const page of this.inbox.pages(frame.events)) this.#later(() => this.inbox.take(page));
    }
  }

  /** Runs after everything before it; the machine is never used by two at once. */
  #later(action: () => Promise<void>): void {
    this.#queue = this.#queue.then(action).catch((error: unknown) => {
      // What is stored is tried again with the next connection.
      if (!(error instanceof RelayUnreachable) && !(error instanceof RelayRefused)) console.warn('worker:', error);
    });
  }

  #work(): void {
    this.#later(async () => {
      for (;;) {
        const [command] = (await this.database.getAll('commands', null, 1)) as StoredCommand[];
        if (!command) return;
        try {
          await this.#carryOut(command);
        } catch (error) {
          if (error instanceof RelayUnreachable && command.kind !== 'join') {
            setTimeout(() => this.#work(), RETRY_SECONDS * 1000);
            return;
          }
          await this.database.delete('commands', command.id);
          this.tell({ what: 'done', command: command.id, error: error instanceof RelayUnreachable ? 'relay_unreachable' : String(error) });
          continue;
        }
        await this.database.delete('commands', command.id);
        this.tell({ what: 'done', command: command.id });
      }
    });
  }

  async #carryOut(command: StoredCommand): Promise<void> {
    if (command.kind === 'join') {
      if (!this.me) await this.#openAccount(await makeAccount(this, command));
      return join(this, command);
    }
    switch (command.kind) {
      case 'send':
        return this.outbox.sealMessage(command.message);
      case 'read':
        return this.outbox.sealReceipt(command.company, { read: command.messages, at: Math.floor(this.now() / 1000) });
      case 'purposes':
        return setPurposes(this, command.company, command.purposes, command.language);
      case 'block':
        return block(this, command.company, command.blocked);
      case 'introduce':
        return introduce(this, command.company);
    }
  }

  #hear(notice: Notice): void {
    if (notice.what === 'command') this.#work();
    else if (notice.what === 'ask_state') this.#announce();
    else if (notice.what === 'typing') this.#sayTyping(notice.company);
    else if (notice.what === 'reset') {
      this.#socket?.stop();
      this.machine?.close();
      this.database.close();
      self.close();
    }
  }

  #sayTyping(company: string): void {
    const last = this.#typingSent.get(company) ?? -Infinity;
    if (!this.#socket?.online || performance.now() - last < 10_000) return;
    this.#typingSent.set(company, performance.now());
    this.#later(() => this.outbox.sealReceipt(company, { typing: true }));
  }

  #trouble(trouble: OwnerState['trouble']): void {
    this.#set({ trouble });
  }

  #set(change: Partial<OwnerState>): void {
    this.#state = { ...this.#state, ...change };
    this.#announce();
  }

  #announce(): void {
    this.tell({ what: 'state', state: this.#state });
  }
}
