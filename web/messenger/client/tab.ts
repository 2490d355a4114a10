// What a tab shares with the others and with the owner of the keys: the store, the channel, and the commands that the owner carries out.
import { RelayHttp } from '../../shared/wire/relay_http.ts';
import { openChannel, type Notice } from './broadcast.ts';
import { openStore, type Command, type Database } from './store.ts';

export class Tab {
  readonly channel = openChannel();
  readonly relay: RelayHttp;
  /** Milliseconds between this machine's clock and the relay's. */
  offset = 0;
  #database: Database | null = null;
  #owner = '';
  readonly #done = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  /** Of commands that were carried out before the promise was made. */
  readonly #outcomes = new Map<number, { result?: unknown; error?: string }>();
  /** What this tab does when something changed; a channel does not speak to itself. */
  onNotice: (notice: Notice) => Promise<void> = async () => {};
  /** Parts of this tab that follow something of their own. */
  readonly listeners = new Set<(notice: Notice) => void>();

  constructor(relayUrl: string) {
    this.relay = new RelayHttp(relayUrl);
    this.channel.onmessage = ({ data }: MessageEvent<Notice>) => void this.#hear(data);
  }

  async open(): Promise<void> {
    this.#database = await openStore();
    // Another tab erases everything: let it.
    this.#database.addEventListener('versionchange', () => void this.#hear({ what: 'reset' }));
  }

  get isOpen(): boolean {
    return this.#database !== null;
  }

  get store(): Database {
    if (!this.#database) throw new Error('the store is not open');
    return this.#database;
  }

  close(): void {
    this.#database?.close();
    this.#database = null;
  }

  /** The relay's time in milliseconds. */
  now = (): number => Date.now() + this.offset;

  /** Stores a command and waits until the owner, in whichever tab, has carried it out; returns what it answers. */
  async command<Result = void>(command: Command): Promise<Result> {
    const id = await this.store.add('commands', command);
    const outcome = new Promise<unknown>((resolve, reject) => this.#done.set(id, { resolve, reject }));
    const known = this.#outcomes.get(id);
    if (known) this.#finish(id, known);
    this.channel.postMessage({ what: 'command' });
    return (await outcome) as Result;
  }

  /** Tells the owner that there is something to do, and everybody what changed. */
  announce(company?: string): void {
    this.channel.postMessage({ what: 'command' });
    const notice: Notice = company ? { what: 'changed', company } : { what: 'changed' };
    this.channel.postMessage(notice);
    void this.onNotice(notice);
  }

  /** The owner before may have been closed after it carried a command out and before it said so. */
  async knowOwner(owner: string): Promise<void> {
    if (owner === this.#owner) return;
    this.#owner = owner;
    for (const id of this.#done.keys()) if ((await this.store.getKey('commands', id)) === undefined) this.#finish(id, {});
  }

  async #hear(notice: Notice): Promise<void> {
    if (!this.isOpen && notice.what !== 'erased') return;
    if (notice.what === 'done') this.#finish(notice.command, notice);
    else await this.onNotice(notice);
    for (const listener of this.listeners) listener(notice);
  }

  /** Tells the owner and the other tabs, and what listens in this one. */
  tell(notice: Notice): void {
    this.channel.postMessage(notice);
    for (const listener of this.listeners) listener(notice);
  }

  #finish(id: number, { result, error }: { result?: unknown; error?: string }): void {
    this.#outcomes.set(id, { result, ...(error ? { error } : {}) });
    const waiting = this.#done.get(id);
    this.#done.delete(id);
    if (error) waiting?.reject(new Error(error));
    else waiting?.resolve(result);
  }
}
