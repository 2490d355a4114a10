// Out: a message becomes a sealed envelope on disk, then leaves, and leaves again until the relay has answered.
import { makeContent, makeEnvelopeId, type OutgoingEnvelope } from '../../shared/wire/envelope.ts';
import { IdentityChanged } from '../../shared/crypto/machine.ts';
import type { Header, Result } from '../../shared/wire/types.ts';
import type { Owner } from './owner.ts';
import type { StoredMessage } from './store.ts';

const ENVELOPES_PER_FRAME = 100;
const ATTEMPTS = 3;

export class Outbox {
  constructor(private readonly owner: Owner) {}

  /** Seals a message that a tab wrote; its row leaves the commands only after this. */
  async sealMessage(id: string): Promise<void> {
    const message = await this.owner.database.get('messages', id);
    if (!message || message.status !== 'waiting' || (await this.owner.database.get('outbox', id))) return;
    try {
      await this.seal(message.company, 'service', message.body, id, message.attempt);
    } catch (error) {
      if (!(error instanceof IdentityChanged)) throw error;
      await this.#mark(id, 'failed');
    }
  }

  /** Seals a receipt; one that cannot be sealed is not worth keeping. */
  sealReceipt(company: string, body: Record<string, unknown>): Promise<void> {
    return this.seal(company, 'receipt', body);
  }

  async seal(
    company: string, kind: Header['kind'], body: Record<string, unknown>, id = makeEnvelopeId(this.owner.now()), attempt = 0,
  ): Promise<void> {
    const { me, machine, database } = this.owner;
    const draft = {
      id, from: me!.account, from_device: me!.device, to: company, kind, sent_at: Math.floor(this.owner.now() / 1000), ...(attempt ? { attempt } : {}),
    };
    const content = makeContent(draft, body);
    const bodies = { [company]: await machine!.seal(company, content) };
    const envelope: OutgoingEnvelope = { header: content.header, bodies };
    await database.put('outbox', { id, company, envelope });
    this.owner.send({ type: 'send', envelopes: [envelope] });
  }

  /** Sends everything that has no answer yet: the connection is new. */
  async sendAgain(): Promise<void> {
    const waiting = await this.owner.database.getAll('outbox');
    waiting.sort((a, b) => (a.id < b.id ? -1 : 1));
    for (let start = 0; start < waiting.length; start += ENVELOPES_PER_FRAME) {
      this.owner.send({ type: 'send', envelopes: waiting.slice(start, start + ENVELOPES_PER_FRAME).map((row) => row.envelope) });
    }
  }

  async settle(results: Result[]): Promise<void> {
    for (const { id, refusal } of results) {
      const row = await this.owner.database.get('outbox', id);
      if (!row) continue;
      if (refusal?.code === 'stale_devices') {
        await this.#sealAnew(row.envelope.header, row.company);
      } else if (refusal?.code === 'rate_limited' || refusal?.code === 'mailbox_full') {
        setTimeout(() => this.owner.send({ type: 'send', envelopes: [row.envelope] }), Math.max(1, refusal.retry_after ?? 5) * 1000);
      } else {
        await this.owner.database.delete('outbox', id);
        await this.#mark(id, refusal ? 'failed' : 'accepted');
      }
    }
  }

  /** Seals messages again that a device of the company could not open; each three times at most. */
  async resend(company: string, asked: { id: string; attempt?: number }[]): Promise<void> {
    for (const { id, attempt = 0 } of asked) {
      const message = await this.owner.database.get('messages', id);
      if (!message || message.company !== company || message.direction !== 'out' || message.attempt !== attempt) continue;
      if (attempt >= ATTEMPTS) {
        await this.#mark(id, 'failed');
        continue;
      }
      await this.owner.database.put('messages', { ...message, attempt: attempt + 1 });
      await this.seal(company, message.kind, message.body, id, attempt + 1);
    }
  }

  /** A status only moves forward. */
  async #mark(id: string, status: NonNullable<StoredMessage['status']>): Promise<void> {
    await markStatus(this.owner, id, status);
  }

  async #sealAnew(header: Header, company: string): Promise<void> {
    await this.owner.machine!.refresh(company);
    const message = await this.owner.database.get('messages', header.id);
    if (!message) return this.owner.database.delete('outbox', header.id);
    const attempt = (header.attempt ?? 0) + 1;
    await this.owner.database.put('messages', { ...message, attempt });
    await this.seal(company, header.kind, message.body, header.id, attempt);
  }
}

const ORDER = ['waiting', 'accepted', 'delivered', 'read'];

export async function markStatus(owner: Owner, id: string, status: NonNullable<StoredMessage['status']>): Promise<void> {
  const transaction = owner.database.transaction('messages', 'readwrite');
  const message = await transaction.store.get(id);
  const forward = message?.direction === 'out' && (status === 'failed' ? message.status === 'waiting' || message.status === 'accepted'
    : ORDER.indexOf(status) > ORDER.indexOf(message.status ?? ''));
  if (message && forward) await transaction.store.put({ ...message, status });
  await transaction.done;
  if (message && forward) owner.tell({ what: 'changed', company: message.company });
}
