// The live socket: connects, says hello, comes back with full jitter, at once when the network returns.
import type { Deliver, Keys, Results, Welcome } from './types.ts';

const LONGEST_WAIT = 30_000;
const CLOSE_BAD_TOKEN = 4401;
const CLOSE_REPLACED = 4409;

export type RelayFrame = Welcome | Results | Deliver | Keys;

export interface SocketEvents {
  onFrame(frame: RelayFrame): void;
  onState(state: 'connecting' | 'online' | 'offline'): void;
  /** The relay did not like the token: the next connection needs a new one. */
  onBadToken(): void;
}

export class LiveSocket {
  #socket: WebSocket | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  #welcomed = false;

  constructor(private readonly url: string, private readonly hello: () => Promise<{ token: string; last: number }>, private readonly events: SocketEvents) {
    addEventListener('online', () => this.reconnectNow());
  }

  get online(): boolean {
    return this.#welcomed;
  }

  start(): void {
    this.#stopped = false;
    void this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  reconnectNow(): void {
    if (this.#stopped || this.#socket) return;
    clearTimeout(this.#timer);
    this.#attempt = 0;
    void this.#connect();
  }

  /** Whether the frame went out; if not, the caller's store keeps what it held. */
  send(frame: object): boolean {
    if (!this.#welcomed || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  async #connect(): Promise<void> {
    this.events.onState('connecting');
    let hello;
    try {
      hello = await this.hello();
    } catch {
      return this.#later();
    }
    if (this.#socket || this.#stopped) return;
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', ...hello }));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as RelayFrame;
      if (frame.type === 'welcome') {
        this.#welcomed = true;
        this.#attempt = 0;
        this.events.onState('online');
      }
      this.events.onFrame(frame);
    };
    socket.onclose = ({ code }) => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#welcomed = false;
      if (code === CLOSE_BAD_TOKEN) this.events.onBadToken();
      this.#later(code === CLOSE_REPLACED ? LONGEST_WAIT : 0);
    };
  }

  #later(least = 0): void {
    if (this.#stopped) return;
    this.events.onState('offline');
    const wait = Math.max(least, Math.random() * Math.min(LONGEST_WAIT, 500 * 2 ** this.#attempt++));
    this.#timer = setTimeout(() => void this.#connect(), wait);
  }
}
