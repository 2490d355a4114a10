// The live socket: connects, says hello, comes back with full jitter, at once when the network returns.
//
// A connection that is not welcomed in time, or that says what is no frame, is given up like one that broke. The wait grows with
// every connection that did not last.
import { parseFrame, type RelayFrame } from './frames.ts';

const LONGEST_WAIT = 30_000;
const FIRST_WAIT = 500;
const WELCOME_WITHIN = 15_000;
const LASTED = 10_000;
// The device connected from elsewhere: an old connection of its own that came late, or a copy of this browser.
const REPLACED_WAIT = 3000;
const CLOSE_BAD_TOKEN = 4401;
const CLOSE_REPLACED = 4409;
const CLOSE_SIGNED_OUT = 4410;

export type { RelayFrame };

export interface SocketEvents {
  onFrame(frame: RelayFrame): void;
  onState(state: 'connecting' | 'online' | 'offline'): void;
  /** The relay did not like the token: the next connection needs a new one. */
  onBadToken(): void;
}

/** How long to wait before the next try; `chance` is between 0 and 1. */
export const waitBefore = (attempt: number, chance: number, least = 0): number =>
  Math.max(least, chance * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt));

type Hello = () => Promise<{ token: string; last: number }>;

export class LiveSocket {
  readonly #url: string;
  readonly #hello: Hello;
  readonly #events: SocketEvents;
  #socket: WebSocket | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  #connecting = false;
  #welcomedAt = -1;

  constructor(url: string, hello: Hello, events: SocketEvents) {
    [this.#url, this.#hello, this.#events] = [url, hello, events];
    addEventListener('online', () => this.reconnectNow());
    addEventListener('offline', () => this.drop());
  }

  get online(): boolean {
    return this.#welcomedAt >= 0;
  }

  start(): void {
    this.#stopped = false;
    void this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#forget();
  }

  reconnectNow(): void {
    if (this.#stopped || this.#socket) return;
    clearTimeout(this.#timer);
    this.#attempt = 0;
    void this.#connect();
  }

  /** Gives this connection up and comes back, at the earliest after `least` milliseconds. */
  drop(least = 0): void {
    if (!this.#socket) return;
    this.#forget();
    this.#later(least);
  }

  /** Whether the frame went out; if not, the caller's store keeps what it held. */
  send(frame: object): boolean {
    if (!this.online || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  async #connect(): Promise<void> {
    if (this.#connecting) return;
    this.#connecting = true;
    this.#events.onState('connecting');
    let hello;
    try {
      hello = await this.#hello();
    } catch {
      return this.#later();
    } finally {
      this.#connecting = false;
    }
    if (this.#socket || this.#stopped) return;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.drop(), WELCOME_WITHIN);
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', ...hello }));
    socket.onmessage = ({ data }) => this.#take(data);
    socket.onclose = ({ code }) => {
      if (code === CLOSE_BAD_TOKEN || code === CLOSE_SIGNED_OUT) this.#events.onBadToken();
      this.drop(code === CLOSE_REPLACED ? REPLACED_WAIT : 0);
    };
  }

  #take(data: unknown): void {
    const frame = parseFrame(data);
    if (!frame || (frame.type === 'welcome') === this.online) return this.drop();
    if (frame.type === 'welcome') {
      clearTimeout(this.#timer);
      this.#welcomedAt = performance.now();
      this.#events.onState('online');
    }
    this.#events.onFrame(frame);
  }

  /** Lets go of the socket at once: closing one over a dead network can take minutes. */
  #forget(): void {
    clearTimeout(this.#timer);
    if (this.online && performance.now() - this.#welcomedAt > LASTED) this.#attempt = 0;
    this.#welcomedAt = -1;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #later(least = 0): void {
    if (this.#stopped) return;
    this.#events.onState('offline');
    this.#timer = setTimeout(() => void this.#connect(), waitBefore(this.#attempt++, Math.random(), least));
  }
}
