// Out: a body becomes a sealed envelope on disk, then leaves, and leaves again until the relay has answered.
//
// One frame is under way at a time, in the order of sealing: what the relay refuses for now is not overtaken by what was written later.
import { IdentityChanged } from '../../shared/crypto/machine.ts';
import { ENVELOPE_SECONDS, makeContent, makeEnvelopeId, timeOfId, type OutgoingEnvelope } from '../../shared/wire/envelope.ts';
import type { Header, Refusal, Result } from '../../shared/wire/types.ts';
import { IDS_PER_RECEIPT, TEXT_CHARACTERS, type Asked } from './bodies.ts';
import { characters } from './content/characters.ts';
import { lookAtDevices } from './devices/own_devices.ts';
import { markStatus, settleChange } from './messages.ts';
import { takeOut } from './messages/deleting.ts';
import type { Owner } from './owner.ts';
import { changeCompany, type OutboxRow, type StoredChange, type StoredMessage } from './store.ts';
import { noteIdentity } from './trust/identity.ts';
import { isStorageError, isTemporary } from './troubles.ts';

const ENVELOPES_PER_FRAME = 100;
const FRAME_CHARACTERS = 2_000_000;
const ATTEMPTS = 3;
const STALE_AT_MOST = 5;
const RESEND_MILLISECONDS = 7 * 86_400_000;
const ANSWER_WITHIN = 30_000;
const AGAIN_SECONDS = 5;
const EVERYBODY = '';
const DELIVERED_TOGETHER = 2000;

interface Draft {
  company: string;
  kind: Header['kind'];
  body: Record<string, unknown>;
  id?: string;
  attempt?: number;
  stale?: number;
}

export class Outbox {
  #underWay = new Set<string>();
  /** Sealed by this worker and never yet in a frame: nobody else has them. */
  #kept = new Set<string>();
  #delivered: string[] = [];
  #answerTimer: ReturnType<typeof setTimeout> | undefined;
  /** Until when nothing is sent to a company, or to anybody. */
  #paused = new Map<string, number>();

  constructor(private readonly owner: Owner) {}

  /** Seals a message that a tab wrote; its row leaves the commands only after this. */
  async sealMessage(id: string): Promise<void> {
    const { database } = this.owner;
    const message = await database.get('messages', id);
    if (!message || message.status !== 'waiting' || message.withdrawn || (await database.getKeyFromIndex('outbox', 'id', id)) !== undefined) return;
    try {
      if (characters(message.text) > TEXT_CHARACTERS) throw new RangeError('text');
      await this.seal({ company: message.company, kind: 'service', body: message.body, id, attempt: message.attempt });
    } catch (error) {
      if (isTemporary(error) || isStorageError(error)) throw error;
      await markStatus(this.owner, id, 'failed');
    }
  }

  /** Seals what a tab said about a message. */
  async sealChange(id: string): Promise<void> {
    const { database } = this.owner;
    const change = await database.get('changes', id);
    if (change?.status !== 'waiting' || (await database.getKeyFromIndex('outbox', 'id', id)) !== undefined) return;
    if (change.what === 'revoke' && (await this.#heldBack(change.message))) return;
    try {
      if (change.what === 'edit' && (await this.#reworded(change))) return;
      await this.seal({ company: change.company, kind: 'service', body: change.body, id, attempt: change.attempt });
    } catch (error) {
      if (isTemporary(error) || isStorageError(error)) throw error;
      await settleChange(this.owner, id, 'failed');
    }
  }

  /** Seals and stores; message, attempt and envelope are one commit, and only then it may leave. */
  async seal({ company, kind, body, id = makeEnvelopeId(this.owner.now()), attempt = 0, stale = 0 }: Draft): Promise<void> {
    const envelope = await this.#sealed({ company, kind, body, id, attempt });
    const transaction = this.owner.database.transaction(['outbox', 'messages', 'changes'], 'readwrite');
    const [outbox, messages, changes] = [transaction.objectStore('outbox'), transaction.objectStore('messages'), transaction.objectStore('changes')];
    const before = await outbox.index('id').getAllKeys(id);
    for (const order of before) await outbox.delete(order);
    const message = await messages.get(id);
    const change = message ? undefined : await changes.get(id);
    // Somebody may have deleted it meanwhile.
    if (message || change || kind !== 'service') await outbox.add({ id, company, kind, body, stale, envelope });
    if (message && message.attempt !== attempt) await messages.put({ ...message, attempt });
    if (change && change.attempt !== attempt) await changes.put({ ...change, attempt });
    await transaction.done;
    // What was sealed before may have left then.
    if (!before.length) this.#kept.add(id);
    await this.flush();
  }

  /** Whether a message that is taken back had not left: then it goes, with all that was to be said of it. */
  async #heldBack(id: string): Promise<boolean> {
    const message = await this.owner.database.get('messages', id);
    const sealed = await this.owner.database.getKeyFromIndex('outbox', 'id', id);
    if (!message || !this.#isHere(message, sealed)) return false;
    await takeOut(this.owner.database, [id]);
    this.owner.tell({ what: 'changed', company: message.company });
    return true;
  }

  /** Whether it never left: `sealed` is its row here. */
  #isHere({ id, status, attempt }: StoredMessage, sealed: number | undefined): boolean {
    return status === 'waiting' && attempt === 0 && (sealed === undefined || this.#kept.has(id));
  }

  /** Whether a message that is written anew had not left: then it leaves with its new words alone, in its place. */
  async #reworded({ id, message: about, body: { edit } }: StoredChange): Promise<boolean> {
    const { database } = this.owner;
    const { message: said } = edit as { message: Record<string, unknown> };
    const message = await database.get('messages', about);
    const sealed = await database.getKeyFromIndex('outbox', 'id', about);
    if (!message || message.withdrawn || !this.#isHere(message, sealed)) return false;
    const body = { ...message.body, [String(said.type)]: said[String(said.type)] };
    const { company, attempt } = message;
    const envelope = sealed === undefined ? null : await this.#sealed({ company, kind: 'service', body, id: about, attempt });
    const transaction = database.transaction(['messages', 'changes', 'outbox'], 'readwrite');
    const current = await transaction.objectStore('messages').get(about);
    const row = sealed === undefined ? undefined : await transaction.objectStore('outbox').get(sealed);
    if (current && row && envelope) await transaction.objectStore('outbox').put({ ...row, body, envelope });
    if (current) {
      const { change, editedAt: _, ...rest } = current;
      await transaction.objectStore('messages').put({ ...rest, body, ...(change && change.id !== id ? { change } : {}) });
    }
    await transaction.objectStore('changes').delete(id);
    await transaction.done;
    this.owner.tell({ what: 'changed', company });
    return true;
  }

  /** Tells the account's other devices something that is for them alone; without any there is nobody to tell. */
  async tellOwn(body: Record<string, unknown>): Promise<void> {
    const { me, machine } = this.owner;
    if ((await machine!.ownDevices()).length > 1) await this.seal({ company: me!.account, kind: 'sync', body });
  }

  /** What reached a company is told to the other devices, many at once. */
  noteDelivered(id: string): void {
    this.#delivered.push(id);
    if (this.#delivered.length === 1) setTimeout(() => this.owner.later(() => this.tellOwn({ delivered: this.#delivered.splice(0, IDS_PER_RECEIPT) })), DELIVERED_TOGETHER);
  }

  /** Says once that somebody is writing; it is not worth keeping. */
  async sayTyping(company: string): Promise<void> {
    if (this.#underWay.size) return;
    const envelope = await this.#sealed({ company, kind: 'receipt', body: { typing: true }, id: makeEnvelopeId(this.owner.now()), attempt: 0 });
    this.owner.send({ type: 'send', envelopes: [envelope] });
  }

  /** The connection is new: what was under way has no answer and leaves again. */
  startAnew(): Promise<void> {
    this.#underWay.clear();
    this.#paused.clear();
    return this.flush();
  }

  /** Sends the next frame if none is under way. */
  async flush(): Promise<void> {
    if (this.#underWay.size || !this.owner.online || this.#isPaused(EVERYBODY)) return;
    const waiting = (await this.owner.database.getAll('outbox', null, this.#paused.size ? undefined : ENVELOPES_PER_FRAME)) as OutboxRow[];
    // This browser is another device since: what the one before had sealed nobody takes any more.
    const foreign = waiting.find(({ company, envelope }) => envelope.header.from_device !== this.owner.me!.device && !this.#isPaused(company));
    if (foreign) return this.#sealAnew(foreign);
    const envelopes: OutgoingEnvelope[] = [];
    let size = 0;
    for (const { company, envelope } of waiting) {
      if (this.#isPaused(company)) continue;
      size += envelope.header.size * 2;
      if (envelopes.length === ENVELOPES_PER_FRAME || (envelopes.length && size > FRAME_CHARACTERS)) break;
      envelopes.push(envelope);
    }
    if (!envelopes.length || !this.owner.send({ type: 'send', envelopes })) return;
    for (const { header } of envelopes) {
      this.#underWay.add(keyOf(header));
      this.#kept.delete(header.id);
    }
    this.#answerTimer = setTimeout(() => this.owner.reconnect(), ANSWER_WITHIN);
  }

  async settle(results: Result[]): Promise<void> {
    for (const { id, attempt = 0, at = 0, refusal = null } of results) {
      const found = (await this.owner.database.getAllFromIndex('outbox', 'id', id)) as OutboxRow[];
      const row = found.find(({ envelope }) => (envelope.header.attempt ?? 0) === attempt);
      if (row) await this.#settle(row, at, refusal);
      this.#underWay.delete(keyOf({ id, attempt }));
    }
    if (!this.#underWay.size) clearTimeout(this.#answerTimer);
    await this.flush();
  }

  /** Seals messages again that a device of the company could not open; each three times at most. */
  async resend(company: string, asked: Asked[]): Promise<void> {
    for (const { id, attempt } of asked) {
      const said = (await this.#ownMessage(id)) ?? (await this.owner.database.get('changes', id));
      if (!said || said.company !== company || said.attempt !== attempt || said.status === 'failed') continue;
      if (said.status !== 'accepted' && this.owner.now() - timeOfId(id) > RESEND_MILLISECONDS) continue;
      if (attempt >= ATTEMPTS) await this.#mark(id, 'failed', { why: 'unreadable' });
      else await this.seal({ company, kind: 'kind' in said ? said.kind : 'service', body: said.body, id, attempt: attempt + 1 });
    }
  }

  /** What was taken back is not said again. */
  async #ownMessage(id: string): Promise<StoredMessage | undefined> {
    const message = await this.owner.database.get('messages', id);
    return message?.direction === 'out' && !(message.withdrawn && message.status !== 'waiting') ? message : undefined;
  }

  async #sealed({ company, kind, body, id, attempt }: Required<Omit<Draft, 'stale'>>): Promise<OutgoingEnvelope> {
    const { me, machine } = this.owner;
    const draft = {
      id, from: me!.account, from_device: me!.device, to: company, kind, sent_at: Math.floor(this.owner.now() / 1000), ...(attempt ? { attempt } : {}),
    };
    const content = makeContent(draft, body);
    const copies = async (): Promise<OutgoingEnvelope['bodies']> => {
      const sealed = await machine!.seal(me!.account, content);
      return Object.keys(sealed).length ? { [me!.account]: sealed } : {};
    };
    if (company === me!.account) return { header: content.header, bodies: await copies() };
    try {
      // Before the company is called changed, the relay is asked once more: it may have erred for a moment.
      const sealed = await machine!.seal(company, content).catch(async (error: unknown) => {
        if (!(error instanceof IdentityChanged)) throw error;
        await machine!.refresh(company);
        return machine!.seal(company, content);
      });
      const bodies = { [company]: sealed, ...(await copies()) };
      await noteIdentity(this.owner, company, true);
      return { header: content.header, bodies };
    } catch (error) {
      if (error instanceof IdentityChanged) await noteIdentity(this.owner, company, false);
      throw error;
    }
  }

  async #settle(row: OutboxRow, at: number, refusal: Refusal | null): Promise<void> {
    if (refusal?.code === 'stale_devices' && row.stale < STALE_AT_MOST) return this.#sealAnew(row);
    if (refusal?.code === 'rate_limited') return this.#pause(EVERYBODY, refusal.retry_after);
    if (refusal?.code === 'mailbox_full') return this.#pause(row.company, refusal.retry_after);
    if (!refusal && row.kind === 'service') await changeCompany(this.owner.database, row.company, (one) => ({ ...one, wroteAt: at }));
    await this.#remove(row, refusal ? 'failed' : 'accepted', at);
  }

  /** Whether a message to this company may have reached the relay, whose answer is still to come. */
  async isWriting(company: string): Promise<boolean> {
    return (await this.owner.database.getAll('outbox')).some((row) => row.company === company && row.kind === 'service');
  }

  /** The company has other devices than the envelope was sealed for; the relay kept nothing of it, so the attempt stays. */
  async #sealAnew({ company, kind, body, id, envelope, stale }: OutboxRow): Promise<void> {
    try {
      await this.owner.machine!.refresh(company);
      if (company !== this.owner.me!.account) await lookAtDevices(this.owner);
      await this.seal({ company, kind, body, id, attempt: envelope.header.attempt ?? 0, stale: stale + 1 });
    } catch (error) {
      if (isTemporary(error)) return this.#pause(company);
      await this.#remove({ id }, 'failed');
    }
  }

  async #mark(id: string, status: 'failed' | 'accepted', how: { why?: 'unreadable'; at?: number } = {}): Promise<void> {
    await markStatus(this.owner, id, status, how);
    await settleChange(this.owner, id, status);
  }

  async #remove({ id }: { id: string }, status: 'failed' | 'accepted', at = 0): Promise<void> {
    await this.#mark(id, status, { at });
    const transaction = this.owner.database.transaction('outbox', 'readwrite');
    for (const order of await transaction.store.index('id').getAllKeys(id)) await transaction.store.delete(order);
    await transaction.done;
  }

  #pause(company: string, seconds = AGAIN_SECONDS): void {
    const wait = Math.min(Math.max(1, Number(seconds) || AGAIN_SECONDS), ENVELOPE_SECONDS) * 1000;
    if (this.#isPaused(company)) return;
    this.#paused.set(company, performance.now() + wait);
    setTimeout(() => this.owner.later(() => this.flush()), Math.min(wait, 2 ** 31 - 1) + 50);
  }

  #isPaused(company: string): boolean {
    const until = this.#paused.get(company);
    if (until !== undefined && until <= performance.now()) this.#paused.delete(company);
    return this.#paused.has(company);
  }
}

const keyOf = ({ id, attempt = 0 }: { id: string; attempt?: number }): string => `${id}:${attempt}`;
