// In: events become messages on disk, then they are acknowledged; what does not open is asked for again.
import { canonicalJson, hashOf } from '../../shared/wire/canonical.ts';
import { headerText, parseMessageId, timeOfId, type Content } from '../../shared/wire/envelope.ts';
import type { Event, Grant, Header, SignedRecord } from '../../shared/wire/types.ts';
import { markStatus } from './outbox.ts';
import type { Owner } from './owner.ts';
import { fact, type StoredMessage } from './store.ts';
import { showTemplate, TemplateWithheld } from './templates.ts';

// A batch is what a crash can cost: it is opened at once and stored at once.
const BATCH = 20;
const REMEMBERED = 35 * 86_400_000;
const ATTEMPTS = 3;
const PROGRESS_FROM = 100;

interface Envelope {
  header: Header;
  body: unknown;
  stamp: SignedRecord | null;
}

export class Inbox {
  #waiting = 0;

  constructor(private readonly owner: Owner) {}

  /** The relay says how much waits after a time away. */
  expect(count: number): void {
    this.#waiting = count;
    this.#progress(0);
  }

  *pages(events: Event[]): Generator<Event[]> {
    for (let start = 0; start < events.length; start += BATCH) yield events.slice(start, start + BATCH);
  }

  /** Opens one batch, stores it, acknowledges it. */
  async take(events: Event[]): Promise<void> {
    const { database, machine } = this.owner;
    const fresh: Envelope[] = [];
    const last = events.at(-1)!.number;
    if (last <= ((await fact<number>(database, 'last_event')) ?? 0)) return this.#acknowledge(last);
    for (const { header, body, stamp, note } of events) {
      if (note) {
        if (note.id) await markStatus(this.owner, note.id, note.what === 'expired' ? 'failed' : 'delivered');
      } else if (header && !(await database.get('seen', seenKey(header as Header)))) {
        fresh.push({ header: header as Header, body, stamp: stamp ?? null });
      }
    }
    const openings = fresh.length ? await machine!.open(fresh) : [];
    const unreadable: Envelope[] = [];
    const strangers = new Set<string>();
    for (const [index, opening] of openings.entries()) {
      const envelope = fresh[index]!;
      if (opening.outcome === 'unreadable') unreadable.push(envelope);
      else if (opening.outcome === 'unverified') strangers.add(envelope.header.from);
      else if (opening.type === 'handschlag.content.v1') await this.#accept(envelope, opening.content);
    }
    const transaction = database.transaction(['facts', 'seen'], 'readwrite');
    for (const { header } of fresh) await transaction.objectStore('seen').put({ key: seenKey(header), at: this.owner.now() });
    await transaction.objectStore('facts').put(last, 'last_event');
    await transaction.done;
    this.#acknowledge(last);
    this.#progress(events.length);
    await this.#askAgain(unreadable, strangers, fresh);
  }

  /** Forgets ids older than any envelope a relay may still hold. */
  async forgetOldIds(): Promise<void> {
    const range = IDBKeyRange.upperBound(this.owner.now() - REMEMBERED);
    const transaction = this.owner.database.transaction('seen', 'readwrite');
    for (let cursor = await transaction.store.index('at').openCursor(range); cursor; cursor = await cursor.continue()) await cursor.delete();
    await transaction.done;
  }

  async #accept(envelope: Envelope, content: Content): Promise<void> {
    const { header } = envelope;
    const company = await this.owner.database.get('companies', header.from);
    // The header outside and inside must be one, and nobody writes who was not let in.
    if (!company || !content.header || canonicalJson(content.header) !== headerText(header) || header.to !== this.owner.me!.account) return;
    if (header.kind === 'receipt') return this.#receipt(header.from, content.body);
    if (header.kind === 'service') return this.#text(header, content.body);
    if (header.kind === 'template') return this.#template(envelope, content);
  }

  async #receipt(company: string, body: Record<string, unknown>): Promise<void> {
    if (Array.isArray(body.read)) for (const id of body.read) await markStatus(this.owner, String(id), 'read');
    else if (body.typing === true) this.owner.showTyping(company, true);
    else if (Array.isArray(body.resend)) await this.owner.outbox.resend(company, body.resend as { id: string; attempt?: number }[]);
  }

  async #text(header: Header, body: Record<string, unknown>): Promise<void> {
    const text = (body.text as { body?: unknown } | undefined)?.body;
    const context = (body.context as { id?: string } | undefined)?.id;
    const quoted = context ? await this.owner.database.get('messages', parseMessageId(context) ?? '') : undefined;
    const known = body.type === 'text' && typeof text === 'string';
    await this.#store(header, body, {
      type: known ? 'text' : 'unsupported',
      text: known ? text : '',
      quote: quoted ? { id: quoted.id, text: quoted.text, direction: quoted.direction } : null,
    });
  }

  async #template(envelope: Envelope, content: Content): Promise<void> {
    const { header, stamp } = envelope;
    const company = (await this.owner.database.get('companies', header.from))!;
    const grants = new Map<string, Grant>();
    for (const { record } of company.records) {
      const parsed = JSON.parse(record) as Grant;
      if (parsed.type === 'handschlag.grant.v1') grants.set(await hashOf(record), parsed);
    }
    const definition = (hash: string) => this.#definition(header.from, hash);
    try {
      const relayKey = (await fact<string>(this.owner.database, 'relay_key')) ?? '';
      const shown = await showTemplate(header, content, stamp, { relayKey, grants, definition, now: this.owner.now() / 1000 });
      await this.#store(header, content.body, {
        type: 'template', text: shown.body, header: shown.header, footer: shown.footer, category: header.category ?? null,
        buttons: shown.buttons.filter((button) => button.url).map(({ text, url }) => ({ text, url })),
      });
    } catch (error) {
      if (!(error instanceof TemplateWithheld)) throw error;
      await this.#store(header, content.body, { type: 'withheld', category: header.category ?? null });
    }
  }

  /** All definitions are fetched at once: asking for one would tell the relay which was received. */
  async #definition(business: string, hash: string): Promise<string | null> {
    const company = (await this.owner.database.get('companies', business))!;
    if (!company.templates[hash]) {
      const { definitions } = await this.owner.http.templates(business);
      const templates = Object.fromEntries(await Promise.all(definitions.map(async (text) => [await hashOf(text), text] as const)));
      await this.owner.database.put('companies', { ...company, templates: { ...company.templates, ...templates } });
      return templates[hash] ?? null;
    }
    return company.templates[hash];
  }

  async #store(header: Header, body: Record<string, unknown>, shown: Partial<StoredMessage> & Pick<StoredMessage, 'type'>): Promise<void> {
    const transaction = this.owner.database.transaction('messages', 'readwrite');
    const range = IDBKeyRange.bound([header.from, 0], [header.from, Infinity]);
    const newest = (await transaction.store.index('chat').openCursor(range, 'prev'))?.value;
    const known = await transaction.store.get(header.id);
    if (!known || known.type === 'unopened') {
      await transaction.store.put({
        id: header.id, company: header.from, direction: 'in', at: known?.at ?? Math.max(timeOfId(header.id), (newest?.at ?? 0) + 1),
        text: '', header: '', footer: '', buttons: [], category: null, quote: null, status: null,
        attempt: header.attempt ?? 0, kind: header.kind, body, unread: 1, ...shown,
      });
    }
    await transaction.done;
    this.owner.showTyping(header.from, false);
    this.owner.tell({ what: 'changed', company: header.from });
  }

  /** Asks the company to seal again what could not be read; after the last attempt the customer is told. */
  async #askAgain(unreadable: Envelope[], strangers: Set<string>, fresh: Envelope[]): Promise<void> {
    for (const account of strangers) await this.owner.machine!.refresh(account);
    const wanted = [...unreadable, ...fresh.filter(({ header }) => strangers.has(header.from) && !unreadable.some((one) => one.header.id === header.id))];
    for (const { header } of wanted) {
      if (header.kind === 'receipt' || !(await this.owner.database.get('companies', header.from))) continue;
      if (strangers.has(header.from) && (await this.owner.database.get('messages', header.id))) continue;
      if ((header.attempt ?? 0) >= ATTEMPTS) await this.#store(header, {}, { type: 'unopened' });
      else await this.owner.outbox.sealReceipt(header.from, { resend: [{ id: header.id, attempt: header.attempt ?? 0 }] });
    }
  }

  #acknowledge(number: number): void {
    this.owner.send({ type: 'ack', up_to: number });
  }

  #progress(done: number): void {
    this.#waiting = Math.max(0, this.#waiting - done);
    this.owner.setCatchingUp(this.#waiting >= PROGRESS_FROM || (done && this.#waiting > 0) ? this.#waiting : 0);
  }
}

const seenKey = (header: Header): string => `${header.id}:${header.attempt ?? 0}`;
