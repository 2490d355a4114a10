// In: events are opened and stored, then acknowledged; then what was opened becomes messages; what does not open is asked for again.
import { canonicalJson, hashOf } from '../../shared/wire/canonical.ts';
import { headerText, parseHeader, plainHeader, parseMessageId, type Content } from '../../shared/wire/envelope.ts';
import type { Event, Grant, Header, Note, SignedRecord } from '../../shared/wire/types.ts';
import type { Opening } from '../../shared/crypto/machine.ts';
import { AWAITED, noteAsked, noteCame, stillAsked, type Awaited } from './awaited.ts';
import { parseBody, parseContent, type Asked } from './bodies.ts';
import { acceptCopy } from './devices/copies.ts';
import { lookAtDevices } from './devices/own_devices.ts';
import type { Message } from './api.ts';
import { quoteOf } from './content/quote.ts';
import { formOfTemplate } from './forms.ts';
import { markReaction, markStatus, storeMessages, type Shown, type Turned } from './messages.ts';
import { readChain } from './joining.ts';
import type { Owner } from './owner.ts';
import { changeCompany, fact, type OpenedRow, type StoredCompany } from './store.ts';
import { messageOf } from './templates/message.ts';
import type { Rendered } from './templates/rendering.ts';
import { showTemplate, TemplateWithheld } from './templates/showing.ts';
import { isStorageError, isTemporary } from './troubles.ts';

// A batch is what a crash can cost: it is opened at once and stored at once.
const BATCH = 20;
const REMEMBERED = 35 * 86_400_000;
const ATTEMPTS = 3;
const WINDOW_SECONDS = 86_400;
// Clocks of a company and a relay may differ.
const WINDOW_TOLERANCE = 600;
const PROGRESS_FROM = 100;
const QUIET = 3000;

interface Envelope {
  header: Header;
  body: unknown;
  stamp: SignedRecord | null;
}

export class Inbox {
  #waiting = 0;
  /** As they were when the rows of a batch began to be turned. */
  readonly #companies = new Map<string, StoredCompany>();
  #quiet: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly owner: Owner) {}

  /** The relay says how much waits after a time away; only a long absence is worth a progress line. */
  expect(count: number): void {
    this.#waiting = count >= PROGRESS_FROM ? count : 0;
    this.#progress(0);
  }

  *pages(events: Event[]): Generator<Event[]> {
    for (let start = 0; start < events.length; start += BATCH) yield events.slice(start, start + BATCH);
  }

  /** Opens one batch, stores it, acknowledges it. */
  async take(events: Event[]): Promise<void> {
    const { database, machine } = this.owner;
    const fresh = new Map<string, Envelope>();
    for (const { header: shown, body, stamp, note } of events) {
      const header = parseHeader(shown);
      if (note) await this.#note(note);
      if (header && !fresh.has(seenKey(header))) fresh.set(seenKey(header), { header, body, stamp: stamp ?? null });
    }
    const { store: seen } = database.transaction('seen');
    const known = await Promise.all(Array.from(fresh.keys(), (key) => seen.getKey(key)));
    for (const key of known) if (key !== undefined) fresh.delete(key);
    const envelopes = [...fresh.values()];
    const openings = envelopes.length ? await machine!.open(envelopes) : [];
    const last = events.at(-1)!.number;
    const questions = await this.#keep(envelopes, openings, last);
    this.owner.send({ type: 'ack', up_to: last });
    await this.work();
    this.#progress(events.length);
    if (questions) this.owner.work();
  }

  /** Turns what was opened into messages, many in one commit; a row whose turn needs the relay waits without holding up the others. */
  async work(): Promise<void> {
    const turned: Turned[] = [];
    const store = async () => {
      this.#companies.clear();
      if (turned.length) await storeMessages(this.owner, turned.splice(0));
    };
    await store();
    for (const row of (await this.owner.database.getAll('opened')) as OpenedRow[]) {
      try {
        turned.push({ ...row, shown: await this.#turn(row, store) });
      } catch (error) {
        if (isTemporary(error)) {
          this.owner.workLater();
          continue;
        }
        if (isStorageError(error)) throw error;
        console.warn('worker:', error);
        turned.push({ ...row, shown: null });
      }
    }
    await store();
  }

  /** Forgets ids older than any envelope a relay may still hold, and changes that nobody can ask for any more. */
  async forgetOldIds(): Promise<void> {
    const range = IDBKeyRange.upperBound(this.owner.now() - REMEMBERED);
    const transaction = this.owner.database.transaction(['seen', 'changes'], 'readwrite');
    for (const name of ['seen', 'changes'] as const) {
      for (let cursor = await transaction.objectStore(name).index('at').openCursor(range); cursor; cursor = await cursor.continue()) await cursor.delete();
    }
    await transaction.done;
  }

  async #note({ id, what, at }: Note): Promise<void> {
    if (what === 'devices') return this.owner.later(() => lookAtDevices(this.owner));
    if (typeof id === 'string' && what === 'delivered') this.owner.outbox.noteDelivered(id);
    if (typeof id === 'string' && (what === 'expired' || what === 'delivered')) await markStatus(this.owner, id, what === 'expired' ? 'failed' : 'delivered', { at });
  }

  /** One commit: what was opened, what to ask for again, the ids, and how far the mailbox was read; returns how many will be asked. */
  async #keep(fresh: Envelope[], openings: Opening[], last: number): Promise<number> {
    const transaction = this.owner.database.transaction(['facts', 'seen', 'opened', 'commands', 'messages', 'companies'], 'readwrite');
    const opened = transaction.objectStore('opened');
    const asked = new Map<string, { asked: Asked[]; stranger: boolean }>();
    const writes: Promise<unknown>[] = [];
    const awaited = ((await transaction.objectStore('facts').get(AWAITED)) as Awaited | undefined) ?? {};
    let changed = false;
    for (const [index, envelope] of fresh.entries()) {
      const { header, stamp } = envelope;
      const opening = openings[index] ?? { outcome: 'unreadable' as const };
      if (opening.outcome === 'opened') {
        writes.push(transaction.objectStore('seen').put({ key: seenKey(header), at: this.owner.now() }));
        const content = parseContent(opening.content, header);
        if (opening.type === 'handschlag.content.v1' && content) writes.push(opened.add({ header, content, stamp }));
        changed = noteCame(awaited, header.from, header.id) || changed;
        continue;
      }
      // A device that is not the company's own gets no place on the screen; the question goes to those that are.
      const known = await transaction.objectStore('messages').get(header.id);
      const wanted = header.kind !== 'receipt' && (!known || known.type === 'unopened') && (await transaction.objectStore('companies').getKey(header.from));
      if (!wanted) continue;
      const attempt = header.attempt ?? 0;
      const question = asked.get(header.from) ?? { asked: [], stranger: false };
      question.asked.push({ id: header.id, attempt });
      question.stranger ||= opening.outcome === 'unverified';
      asked.set(header.from, question);
      const lost = attempt >= ATTEMPTS && opening.outcome === 'unreadable';
      if (lost) await opened.add({ header, content: null, stamp: null });
      if (lost) noteCame(awaited, header.from, header.id);
      else noteAsked(awaited, header.from, { id: header.id, attempt });
      changed = true;
    }
    if (changed) writes.push(transaction.objectStore('facts').put(awaited, AWAITED));
    for (const [company, question] of asked) await transaction.objectStore('commands').add({ kind: 'resend', company, ...question });
    await Promise.all([...writes, transaction.objectStore('facts').put(last, 'last_event'), transaction.done]);
    return asked.size;
  }

  /** What a row shows as a message, null if it is none; `before` stores the messages before it, where they matter. */
  async #turn({ header, content, stamp }: OpenedRow, before: () => Promise<void>): Promise<Shown | null> {
    const { account } = this.owner.me!;
    if (header.from === account) {
      await before();
      if (content) await acceptCopy(this.owner, header, content);
      return null;
    }
    const company = await this.#company(header.from);
    if (!company || company.blocked || company.leaving) return null;
    if (!content) return { type: 'unopened', body: {} };
    // The header outside and inside must be one, and nobody writes who was not let in.
    if (canonicalJson(content.header) !== headerText(header) || header.to !== account) return null;
    const body = parseBody(header.kind, content.body);
    switch (body?.is) {
      case 'shown':
      case 'unsupported':
        if (!(await this.#isAnswer(header, company))) return { type: 'withheld', body: content.body };
        if (body.answers !== null) await before();
        return {
          type: body.is === 'shown' ? 'text' : body.is, body: content.body, ...(body.is === 'shown' ? body.shown : {}), quote: await this.#quote(header.from, body.answers),
        };
      case 'template':
        return this.#template({ header, body: null, stamp }, content, company);
    }
    await before();
    switch (body?.is) {
      case 'read':
        for (const id of body.ids) await markStatus(this.owner, id, 'read', { company: header.from, at: body.at });
        break;
      case 'typing':
        this.owner.showTyping(header.from, true);
        break;
      case 'form_answer':
        this.owner.tell({ what: 'answered', company: header.from, request: body.request, answer: body.answer });
        break;
      case 'resend':
        await this.owner.outbox.resend(header.from, body.asked);
        if (!body.again) await this.#askOnceMore(header.from);
        break;
      case 'reaction':
        if (await this.#isAnswer(header, company)) await markReaction(this.owner, body.to, body.emoji, header.from);
    }
    return null;
  }

  /** Whoever cannot read us may not have read what they were asked. */
  async #askOnceMore(company: string): Promise<void> {
    const asked = stillAsked((await fact<Awaited>(this.owner.database, AWAITED)) ?? {}, company, this.owner.now());
    if (!asked.length) return;
    await this.owner.database.add('commands', { kind: 'resend', company, asked, stranger: false, again: true });
    this.owner.work();
  }

  /** Many messages in a row are of the same few companies. */
  async #company(account: string): Promise<StoredCompany | undefined> {
    const known = this.#companies.get(account) ?? (await this.owner.database.get('companies', account));
    if (known) this.#companies.set(account, known);
    return known;
  }

  /** Whether a free-form message keeps to the 24 hours after the customer's own last one (spec/consent.md section 4). */
  async #isAnswer(header: Header, { account, wroteAt = 0 }: StoredCompany): Promise<boolean> {
    return header.sent_at - wroteAt < WINDOW_SECONDS + WINDOW_TOLERANCE || this.owner.outbox.isWriting(account);
  }

  /** The message answered, if it stands in the same chat. */
  async #quote(company: string, answers: string | null): Promise<Message['quote']> {
    const id = answers === null ? null : parseMessageId(answers);
    const quoted = id === null ? undefined : await this.owner.database.get('messages', id);
    return quoted?.company === company ? quoteOf(quoted) : null;
  }

  async #template({ header, stamp }: Envelope, content: Content, company: StoredCompany): Promise<Shown> {
    const franking = { header: plainHeader(header), ...(content.salt ? { salt: content.salt } : {}), ...(stamp ? { stamp } : {}) };
    const kept = { body: content.body, franking, category: header.category ?? null };
    try {
      const shown = await this.#shown({ header, body: null, stamp }, content, company);
      return { type: 'template', ...messageOf(shown), ...kept, form: formOfTemplate(shown.buttons) };
    } catch (error) {
      if (!(error instanceof TemplateWithheld)) throw error;
      return { type: 'withheld', ...kept };
    }
  }

  /** What a template says; if it leans on consent that is not known here, the word of another own device about it may be late: the relay is asked. */
  async #shown({ header, stamp }: Envelope, content: Content, company: StoredCompany, again = true): Promise<Rendered> {
    const reader = {
      relayKey: this.owner.me!.relayKey, grants: await grantsOf(company), definition: (hash: string) => this.#definition(company, hash), now: this.owner.now() / 1000,
    };
    try {
      return await showTemplate(header, content, stamp, reader);
    } catch (error) {
      if (!(error instanceof TemplateWithheld) || error.check !== 'consent' || !again) throw error;
      await lookAtDevices(this.owner);
      await readChain(this.owner, company.account);
      this.#companies.delete(company.account);
      return this.#shown({ header, body: null, stamp }, content, (await this.#company(company.account)) ?? company, false);
    }
  }

  /** All definitions are fetched at once: asking for one would tell the relay which was received. */
  async #definition({ account, templates }: StoredCompany, hash: string): Promise<string | null> {
    if (templates[hash] !== undefined) return templates[hash];
    const { definitions } = await this.owner.http.templates(account);
    const texts = (Array.isArray(definitions) ? definitions : []).map(String);
    const fetched = Object.fromEntries(await Promise.all(texts.map(async (text) => [await hashOf(text), text] as const)));
    await changeCompany(this.owner.database, account, (one) => ({ ...one, templates: { ...one.templates, ...fetched } }));
    this.#companies.delete(account);
    return fetched[hash] ?? null;
  }

  #progress(done: number): void {
    clearTimeout(this.#quiet);
    this.#waiting = Math.max(0, this.#waiting - done);
    // A relay that promised more than it has must not leave the line standing.
    if (this.#waiting) this.#quiet = setTimeout(() => this.expect(0), QUIET);
    this.owner.setCatchingUp(this.#waiting);
  }
}

/** The customer's own grants to a company, by their hash. */
async function grantsOf({ records }: StoredCompany): Promise<Map<string, Grant>> {
  const grants = new Map<string, Grant>();
  for (const { record } of records) {
    const parsed = JSON.parse(record) as Grant;
    if (parsed.type === 'handschlag.grant.v1') grants.set(await hashOf(record), parsed);
  }
  return grants;
}

const seenKey = (header: Header): string => `${header.id}:${header.attempt ?? 0}`;
