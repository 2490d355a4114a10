// The link between two devices at the relay: numbered messages, the person's answers, and one way to end.
import { ChannelBroken, type LinkChannel } from '../../../shared/crypto/link_channel.ts';
import { SecretsRefused } from '../../../shared/crypto/machine.ts';
import { orNothing, text } from '../../../shared/wire/answers.ts';
import { RelayRefused, RelayUnreachable, shaped } from '../../../shared/wire/relay_http.ts';
import type { LinkMessageAnswer } from '../../../shared/wire/types.ts';
import type { Owner } from '../owner.ts';
import type { LinkAsk, LinkEnd, LinkState } from './link.ts';

const AGAIN = 1000;

/** Linking ends here, and why. */
export class LinkEnded extends Error {
  constructor(readonly why: LinkEnd, readonly tell = true) {
    super(why);
  }
}

export class Conversation {
  state: LinkState;
  readonly #skip = new AbortController();
  readonly #over = new AbortController();
  #person: ((ask: LinkAsk) => void) | null = null;
  #id = '';
  #channel: LinkChannel | null = null;

  constructor(readonly owner: Owner, side: 'new' | 'old') {
    this.state = { side, step: 'opening' };
  }

  /** Set when a person goes on without the older messages. */
  get skipped(): AbortSignal {
    return this.#skip.signal;
  }

  get ended(): boolean {
    return this.#over.signal.aborted;
  }

  get running(): boolean {
    return !this.ended && this.state.step !== 'done';
  }

  show(change: Partial<LinkState>): void {
    if (this.ended) return;
    this.state = { ...this.state, ...change };
    this.owner.tell({ what: 'linking', state: this.state });
  }

  begin(id: string, channel: LinkChannel | null): void {
    [this.#id, this.#channel] = [id, channel];
  }

  hear(ask: LinkAsk): void {
    if (ask.ask === 'skip') this.#skip.abort();
    else this.#person?.(ask);
  }

  /** What the person answers. */
  async person<Kind extends LinkAsk['ask']>(kind: Kind): Promise<Extract<LinkAsk, { ask: Kind }>> {
    return this.#orEnd(new Promise((resolve) => {
      this.#person = (ask) => {
        if (ask.ask === kind) resolve(ask as Extract<LinkAsk, { ask: Kind }>);
      };
    }));
  }

  async putText(number: number, message: string): Promise<void> {
    await this.#orEnd(this.#patiently(() => this.owner.http.call('PUT', `/v1/links/${this.#id}/${number}`, { message })));
  }

  put = (number: number, value: Record<string, unknown>): Promise<void> => this.putText(number, this.#channel!.seal(value));

  async getText(number: number): Promise<string> {
    for (;;) {
      const { message } = await this.#orEnd(this.#patiently(() => this.owner.http.call<LinkMessageAnswer>('GET', `/v1/links/${this.#id}/${number}`).then(shaped({ message: orNothing(text) }))));
      if (typeof message === 'string') return message;
    }
  }

  /** The other side's message; throws LinkEnded if it says that it ended. */
  async get(number: number): Promise<Record<string, unknown>> {
    const value = this.#channel!.open(await this.getText(number));
    if (typeof value.ended === 'string') throw new LinkEnded(value.ended === 'wrong_code' ? 'wrong_code' : value.ended === 'refused' ? 'refused' : 'cancelled', false);
    return value;
  }

  /** Shows the end, and ends the link at the relay. */
  async end(error: unknown): Promise<void> {
    const begun = !['opening', 'shown'].includes(this.state.step);
    const why = whyOf(error, begun);
    if (!(error instanceof LinkEnded)) console.warn('linking:', error);
    this.show({ step: 'ended', why });
    this.#over.abort();
    // Whoever comes second to a code shall read that it was used, not that it is gone.
    if (begun) await this.close();
  }

  cancel(): void {
    if (!this.running) return;
    this.show({ step: 'ended', why: 'cancelled' });
    this.#over.abort();
    void this.close();
  }

  /** Whoever waits at the other side is told that the link has ended. */
  async close(): Promise<void> {
    if (this.#id) await this.owner.http.call('DELETE', `/v1/links/${this.#id}`).catch(() => {});
  }

  async #patiently<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof RelayUnreachable) || this.ended) throw error;
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
        if (this.state.expiresAt && this.owner.now() > this.state.expiresAt) throw error;
      }
    }
  }

  #orEnd<T>(promise: Promise<T>): Promise<T> {
    const over = this.#over.signal;
    return Promise.race([promise, new Promise<never>((_, reject) => {
      const stop = () => reject(new LinkEnded('cancelled'));
      if (over.aborted) stop();
      else over.addEventListener('abort', stop, { once: true });
    })]);
  }
}

/** Once both sides speak, a link that is gone was ended by the other one. */
function whyOf(error: unknown, begun: boolean): LinkEnd {
  if (error instanceof LinkEnded) return error.why;
  if (error instanceof RelayUnreachable) return 'unreachable';
  if (error instanceof ChannelBroken) return 'broken';
  if (error instanceof RelayRefused && error.code === 'not_found') return begun ? 'cancelled' : 'expired';
  if (error instanceof RelayRefused && error.field === 'number') return 'taken';
  if (error instanceof RelayRefused && error.field === 'device_keys') return 'full';
  return error instanceof SecretsRefused ? 'identity' : 'broken';
}
