// Messages on disk: where a new one goes in its chat, and which way a status may move.
import { makeEnvelopeId, parseMessageId, plainHeader, timeOfId } from '../../shared/wire/envelope.ts';
import type { Header } from '../../shared/wire/types.ts';
import type { MessageStatus } from './api.ts';
import { broughtBack } from './chats/keeping.ts';
import type { Owner } from './owner.ts';
import type { StoredMessage } from './store.ts';

// A sender's clock may run ahead this much before its messages are dated to now.
const CLOCK_DIFFERENCE = 60_000;
const ORDER = ['waiting', 'accepted', 'delivered', 'read'];

type Shown = Partial<StoredMessage> & Pick<StoredMessage, 'type'>;

/** Stores a message that came in as row `order` of what was opened; one that is there stays, unless it could not be opened then. */
export async function storeMessage(owner: Owner, order: number, header: Header, body: Record<string, unknown>, shown: Shown): Promise<void> {
  const transaction = owner.database.transaction(['messages', 'opened', 'companies'], 'readwrite');
  const [messages, companies] = [transaction.objectStore('messages'), transaction.objectStore('companies')];
  const range = IDBKeyRange.bound([header.from, 0], [header.from, Infinity]);
  const newest = (await messages.index('chat').openCursor(range, 'prev'))?.value;
  const known = await messages.get(header.id);
  if (!known || (known.type === 'unopened' && known.company === header.from)) {
    const at = Math.max(Math.min(timeOfId(header.id), owner.now() + CLOCK_DIFFERENCE), (newest?.at ?? 0) + 1);
    await messages.put({
      id: header.id, company: header.from, direction: 'in', at: known?.at ?? at, text: '', header: '', footer: '', buttons: [], category: null,
      quote: null, status: null, attempt: header.attempt ?? 0, kind: header.kind, body, unread: 1,
      franking: { header: plainHeader(header) }, ...shown,
    });
    const stored = await companies.get(header.from);
    if (stored?.archived) await companies.put(broughtBack(stored, owner.now()));
  }
  await transaction.objectStore('opened').delete(order);
  await transaction.done;
  owner.showTyping(header.from, false);
  owner.tell({ what: 'changed', company: header.from });
  if (!known) owner.tell({ what: 'arrived', company: header.from });
}

/** Puts a line into a chat that nobody wrote. */
export async function storeEvent(owner: Owner, company: string, event: NonNullable<StoredMessage['event']>): Promise<void> {
  const now = owner.now();
  const transaction = owner.database.transaction('messages', 'readwrite');
  const newest = (await transaction.store.index('chat').openCursor(IDBKeyRange.bound([company, 0], [company, Infinity]), 'prev'))?.value;
  await transaction.store.put({
    id: makeEnvelopeId(now), company, direction: 'in', at: Math.max(now, (newest?.at ?? 0) + 1), type: 'event', event, text: '', header: '', footer: '',
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
export async function markStatus(owner: Owner, id: string, status: MessageStatus, { why = 'refused', company, at = 0 }: Reached = {}): Promise<void> {
  const transaction = owner.database.transaction('messages', 'readwrite');
  const message = await transaction.store.get(id);
  const known = message?.direction === 'out' && (company === undefined || message.company === company);
  const mayFail = ['waiting', 'accepted', ...(why === 'unreadable' ? ['delivered'] : [])];
  const mayMove = message?.status !== 'failed' || status === 'read';
  const forward = known && (status === 'failed' ? mayFail.includes(message.status ?? '') : mayMove && ORDER.indexOf(status) > ORDER.indexOf(message.status ?? ''));
  const reached = Math.min(at * 1000 || owner.now(), owner.now());
  if (message && forward) await transaction.store.put({ ...message, status, times: { ...message.times, [status]: reached } });
  await transaction.done;
  if (message && forward) owner.tell({ what: 'changed', company: message.company });
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
