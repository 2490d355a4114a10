// Messages on disk: where a new one goes in its chat, and which way a status may move.
import { makeEnvelopeId, parseMessageId, plainHeader, timeOfId } from '../../shared/wire/envelope.ts';
import type { MessageStatus } from './api.ts';
import { broughtBack } from './chats/keeping.ts';
import { changeDeleted } from './messages/deleted.ts';
import type { Owner } from './owner.ts';
import { newestTime, type OpenedRow, type StoredMessage } from './store.ts';

// A sender's clock may run ahead this much before its messages are dated to now.
const CLOCK_DIFFERENCE = 60_000;
const ORDER = ['waiting', 'accepted', 'delivered', 'read'];

/** What a message that came in shows. */
export type Shown = Partial<StoredMessage> & Pick<StoredMessage, 'type' | 'body'>;
/** A row of what was opened, and what it shows as a message; null if it is none. */
export type Turned = Pick<OpenedRow, 'order' | 'header'> & { shown: Shown | null };

/** One commit: these messages, and that their rows are done. A message that is there stays, unless it could not be opened then. */
export async function storeMessages(owner: Owner, turned: Turned[]): Promise<void> {
  const transaction = owner.database.transaction(['messages', 'opened', 'companies'], 'readwrite');
  const [messages, companies] = [transaction.objectStore('messages'), transaction.objectStore('companies')];
  const newest = new Map<string, number>();
  /** Whose chats have another message now; whether it is one that was not there before. */
  const changed = new Map<string, boolean>();
  for (const { order, header, shown } of turned) {
    await transaction.objectStore('opened').delete(order);
    if (!shown) continue;
    const { id, from: company } = header;
    if (!newest.has(company)) newest.set(company, await newestTime(messages.index('chat'), company));
    const known = await messages.get(id);
    if (known && (known.type !== 'unopened' || known.company !== company)) continue;
    const at = known?.at ?? Math.max(Math.min(timeOfId(id), owner.now() + CLOCK_DIFFERENCE), newest.get(company)! + 1);
    await messages.put({
      id, company, direction: 'in', at, text: '', header: '', footer: '', buttons: [], category: null,
      quote: null, status: null, attempt: header.attempt ?? 0, kind: header.kind, unread: 1,
      franking: { header: plainHeader(header) }, ...shown,
    });
    newest.set(company, Math.max(newest.get(company)!, at));
    changed.set(company, !known || changed.get(company) === true);
  }
  for (const company of changed.keys()) {
    const stored = await companies.get(company);
    if (stored?.archived) await companies.put(broughtBack(stored, owner.now()));
  }
  await transaction.done;
  for (const company of newest.keys()) {
    owner.showTyping(company, false);
    owner.tell({ what: 'changed', company });
    if (changed.get(company)) owner.tell({ what: 'arrived', company });
  }
}

/** Puts a line into a chat that nobody wrote. */
export async function storeEvent(owner: Owner, company: string, event: NonNullable<StoredMessage['event']>): Promise<void> {
  const now = owner.now();
  const transaction = owner.database.transaction('messages', 'readwrite');
  const newest = await newestTime(transaction.store.index('chat'), company);
  await transaction.store.put({
    id: makeEnvelopeId(now), company, direction: 'in', at: Math.max(now, newest + 1), type: 'event', event, text: '', header: '', footer: '',
    buttons: [], category: null, quote: null, status: null, attempt: 0, kind: 'system', body: {}, unread: 0,
  });
  await transaction.done;
  owner.tell({ what: 'changed', company });
}

interface Reached {
  why?: 'refused' | 'unreadable';
  company?: string;
  /** In the seconds of whoever says so; 0 for now. */
  at?: number;
}

/** A status only moves forward; what was delivered fails only if its reader says that it cannot be read. */
export async function markStatus(owner: Owner, id: string, status: MessageStatus, how: Reached = {}): Promise<void> {
  const transaction = owner.database.transaction('messages', 'readwrite');
  const message = await transaction.store.get(id);
  const moved = message && moveOn(message, status, how, owner.now());
  if (moved) await transaction.store.put(moved);
  await transaction.done;
  if (moved) owner.tell({ what: 'changed', company: moved.company });
  // Whoever deleted it a moment ago may want it back as it is by then.
  if (!message) await changeDeleted(owner.database, id, (one) => moveOn(one, status, how, owner.now()));
}

/** The message with its new status; null if it does not get there. */
function moveOn(message: StoredMessage, status: MessageStatus, { why = 'refused', company, at = 0 }: Reached, now: number): StoredMessage | null {
  const known = message.direction === 'out' && (company === undefined || message.company === company);
  const mayFail = ['waiting', 'accepted', ...(why === 'unreadable' ? ['delivered'] : [])];
  const mayMove = message.status !== 'failed' || status === 'read';
  const forward = known && (status === 'failed' ? mayFail.includes(message.status ?? '') : mayMove && ORDER.indexOf(status) > ORDER.indexOf(message.status ?? ''));
  return forward ? { ...message, status, times: { ...message.times, [status]: Math.min(at * 1000 || now, now) } } : null;
}

/** What became of a reaction, an edit or a withdrawal; the newest one of a message is noted on it. */
export async function settleChange(owner: Owner, id: string, status: 'accepted' | 'failed'): Promise<void> {
  const transaction = owner.database.transaction(['changes', 'messages'], 'readwrite');
  const [changes, messages] = [transaction.objectStore('changes'), transaction.objectStore('messages')];
  const change = await changes.get(id);
  const message = change && (await messages.get(change.message));
  if (change) await changes.put({ ...change, status });
  if (message?.change?.id === id) {
    const { change: { what }, ...rest } = message;
    // Its words were kept only as long as they might still have to leave first.
    const gone = what === 'revoke' && status === 'accepted' ? { body: {} } : {};
    await messages.put({ ...rest, ...gone, ...(status === 'failed' ? { change: { id, what, failed: true } } : {}) });
  }
  await transaction.done;
  if (change) owner.tell({ what: 'changed', company: change.company });
}

/** Puts the company's emoji under a message of the same chat; an empty one takes it away. */
export async function markReaction(owner: Owner, to: string, emoji: string, company: string): Promise<void> {
  const id = parseMessageId(to);
  const transaction = owner.database.transaction('messages', 'readwrite');
  const message = id === null ? undefined : await transaction.store.get(id);
  const known = message?.company === company;
  if (message && known) await transaction.store.put({ ...message, reaction: emoji });
  await transaction.done;
  if (known) owner.tell({ what: 'changed', company });
}
