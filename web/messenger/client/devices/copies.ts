// What the account's other devices did: their messages become outgoing ones here, and what they read, changed or decided is done here too.
//
// Only a certified device of our own gets this far (inbox.ts); what it says of a company that is not known here waits for nobody.
import { quoteOf } from '../content/quote.ts';
import { canonicalJson } from '../../../shared/wire/canonical.ts';
import { headerText, isEnvelopeId, parseMessageId, timeOfId, type Content } from '../../../shared/wire/envelope.ts';
import { isObject } from '../../../shared/wire/frames.ts';
import type { Header } from '../../../shared/wire/types.ts';
import { sweepFiles } from '../files/sweeping.ts';
import { readChain } from '../joining.ts';
import { markStatus } from '../messages.ts';
import type { Owner } from '../owner.ts';
import { takeTold } from '../recovery/telling.ts';
import { shownOfOwn } from './own_message.ts';
import { changeAccount, changeCompany, newestTime, type StoredCompany, type StoredMessage } from '../store.ts';
import { takeIdentity } from '../trust/identity.ts';
import { loadDevices, lookAtDevices, noteName } from './own_devices.ts';

type Fields = Record<string, unknown>;

export async function acceptCopy(owner: Owner, header: Header, content: Content): Promise<void> {
  const { me, database } = owner;
  if (header.from_device === me!.device || canonicalJson(content.header) !== headerText(header)) return;
  if (header.kind === 'sync') return takeSync(owner, content.body);
  const company = await database.get('companies', header.to);
  if (!company) return;
  if (header.kind === 'system') await takeName(owner, content.body);
  else if (header.kind === 'receipt') await takeReceipt(owner, header.to, content.body);
  else if (header.kind === 'service') await takeMessage(owner, header, content.body);
}

async function takeName(owner: Owner, { introduction }: Fields): Promise<void> {
  const { name } = isObject(introduction) ? introduction : {};
  if (typeof name !== 'string' || !name || name.length > 100) return;
  await changeAccount(owner.database, { name });
  owner.tell({ what: 'changed' });
}

/** What was read there is read here. */
async function takeReceipt(owner: Owner, company: string, { read }: Fields): Promise<void> {
  if (!Array.isArray(read)) return;
  const transaction = owner.database.transaction('messages', 'readwrite');
  for (const id of read.filter(isEnvelopeId)) {
    const message = await transaction.store.get(id);
    if (message?.company === company && message.unread) await transaction.store.put({ ...message, unread: 0 });
  }
  await transaction.done;
  owner.tell({ what: 'changed', company });
}

async function takeMessage(owner: Owner, header: Header, body: Fields): Promise<void> {
  const { database } = owner;
  const { type } = body;
  if (type === 'reaction' || type === 'edit' || type === 'revoke') await takeChange(owner, header, type, body[type]);
  else await storeCopy(owner, header, body);
  await changeCompany(database, header.to, (one) => ({ ...one, wroteAt: Math.max(one.wroteAt ?? 0, header.sent_at) }));
  owner.tell({ what: 'changed', company: header.to });
}

async function storeCopy({ database, now }: Owner, header: Header, body: Fields): Promise<void> {
  const { context } = body;
  const answered = isObject(context) && typeof context.id === 'string' ? parseMessageId(context.id) : null;
  const transaction = database.transaction('messages', 'readwrite');
  const newest = await newestTime(transaction.store.index('chat'), header.to);
  const quoted = answered ? await transaction.store.get(answered) : undefined;
  const sameChat = quoted?.company === header.to ? quoted : undefined;
  const known = await transaction.store.get(header.id);
  if (!known) {
    const at = Math.max(Math.min(timeOfId(header.id), now()), newest + 1);
    await transaction.store.put({
      id: header.id, company: header.to, direction: 'out', at, type: 'text', text: '', header: '', footer: '', buttons: [], category: null,
      quote: sameChat ? quoteOf(sameChat) : null,
      status: 'accepted', attempt: header.attempt ?? 0, kind: header.kind, body, unread: 0, ...shownOfOwn(body),
    });
    const choice = sameChat?.choices?.findIndex((one) => canonicalJson(one.answer) === canonicalJson(bare(body))) ?? -1;
    const before = sameChat?.answered ?? [];
    if (sameChat && choice >= 0 && !before.includes(choice)) await transaction.store.put({ ...sameChat, answered: [...before, choice] });
  }
  await transaction.done;
}

const bare = ({ context: _, ...rest }: Fields): Fields => rest;

async function takeChange({ database }: Owner, header: Header, what: 'reaction' | 'edit' | 'revoke', said: unknown): Promise<void> {
  if (!isObject(said)) return;
  const { message_id, original_message_id, emoji = '', message: edited } = said;
  const id = parseMessageId(String(what === 'reaction' ? message_id : original_message_id));
  const transaction = database.transaction('messages', 'readwrite');
  const message = id === null ? undefined : await transaction.store.get(id);
  if (message?.company === header.to && (what === 'reaction' || message.direction === 'out')) {
    await transaction.store.put({ ...message, ...changed(message, what, String(emoji), edited) });
  }
  await transaction.done;
  if (what === 'revoke' && message?.part) await sweepFiles(database, header.to);
}

function changed(message: StoredMessage, what: 'reaction' | 'edit' | 'revoke', emoji: string, edited: unknown): Partial<StoredMessage> {
  if (what === 'reaction') return { ownReaction: emoji };
  if (what === 'edit') return isObject(edited) ? { text: shownOfOwn(edited).text ?? message.text, editedAt: Date.now() } : {};
  return {
    text: '', header: '', footer: '', buttons: [], choices: [], part: null, extras: null, quote: null, ownReaction: '', reaction: '', withdrawn: true, body: {},
  };
}

/** What devices of one account tell each other alone (spec/content.md section 7). */
async function takeSync(owner: Owner, body: Fields): Promise<void> {
  const { company, consent, chat, device, delivered, recovery, identity } = body;
  if (isObject(company)) await takeCompany(owner, company as unknown as StoredCompany);
  if (typeof consent === 'string') await readChain(owner, consent);
  if (isObject(chat) && typeof chat.company === 'string') await takeChat(owner, chat.company, chat);
  if (isObject(device) && typeof device.id === 'string' && typeof device.name === 'string') await takeDevice(owner, device.id, device.name);
  if (isObject(identity)) await takeAccepted(owner, identity);
  if (recovery !== undefined) await takeTold(owner, recovery);
  if (Array.isArray(delivered)) for (const id of delivered.filter(isEnvelopeId)) await markStatus(owner, id, 'delivered');
}

/** A first contact was made there: here it is as verified as there. */
async function takeCompany(owner: Owner, company: StoredCompany): Promise<void> {
  const { account, masterKey, company: shown } = company;
  if (typeof account !== 'string' || typeof masterKey !== 'string' || !isObject(shown) || shown.account !== account) return;
  await owner.machine!.pin(account, masterKey);
  const transaction = owner.database.transaction('companies', 'readwrite');
  if (!(await transaction.store.get(account))) {
    await transaction.store.put({ ...company, records: [], receipts: {}, purposes: [], blocked: false, draft: '', templates: {}, introduced: true });
  }
  await transaction.done;
  await readChain(owner, account);
}

/** Another own device was told to trust the keys that a company has now; the relay must show the same ones here. */
async function takeAccepted(owner: Owner, { company, masterKey, compared }: Fields): Promise<void> {
  if (typeof company !== 'string' || typeof masterKey !== 'string') return;
  if ((await owner.database.get('companies', company))?.masterKey !== masterKey) await takeIdentity(owner, company, masterKey, compared === true);
}

const CHAT_FIELDS = ['pinnedAt', 'mutedUntil', 'archived', 'markedUnread'];

async function takeChat(owner: Owner, company: string, chat: Fields): Promise<void> {
  await changeCompany(owner.database, company, (one) => {
    const rest = Object.fromEntries(Object.entries(one).filter(([field]) => !CHAT_FIELDS.includes(field)));
    const said = Object.fromEntries(CHAT_FIELDS.filter((field) => chat[field] !== undefined && chat[field] !== null).map((field) => [field, chat[field]]));
    return { ...rest, ...said } as unknown as StoredCompany;
  });
  owner.tell({ what: 'changed', company });
}

async function takeDevice(owner: Owner, device: string, name: string): Promise<void> {
  if (!(await loadDevices(owner.database))[device]) await lookAtDevices(owner);
  await noteName(owner, device, name);
}
