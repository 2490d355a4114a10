// Second thoughts about a message: an emoji under it, other words, taking it back. Shown at once, stored with what is to be sealed.
import { makeEnvelopeId, messageId } from '../../shared/wire/envelope.ts';
import type { ChangeKind, Message } from './api.ts';
import { TEXT_CHARACTERS } from './bodies.ts';
import { characters } from './content/characters.ts';
import { isEmoji } from './content/emoji.ts';
import { cancelUpload } from './files/files.ts';
import { sweepFiles } from './files/sweeping.ts';
import type { StoredChange, StoredMessage } from './store.ts';
import type { Tab } from './tab.ts';

// spec/content.md section 6: what a person may still expect to be unseen.
const EDIT_MILLISECONDS = 15 * 60_000;
const WITHDRAW_MILLISECONDS = 2 * 86_400_000;
const CAPTION_CHARACTERS = 1024;
const CAPTIONED = ['image', 'video', 'document'];

/** Whether it is our own, left this device, and is still there. */
const isOut = ({ direction, status, withdrawn }: Message): boolean => direction === 'out' && status !== 'failed' && !withdrawn;

/** Whether its words may be written anew: a text, or what stands below a picture, film or document. */
export function mayEdit(message: Message, now: number): boolean {
  const worded = !message.part || CAPTIONED.includes(message.part.kind);
  
  // A file that is still on its way has no pointer to be sealed again.
  const whole = !message.part || message.status !== 'waiting';
  return isOut(message) && worded && whole && !message.forwarded && !message.tapped && now - message.at < EDIT_MILLISECONDS;
}

export const mayWithdraw = (message: Message, now: number): boolean => isOut(message) && now - message.at < WITHDRAW_MILLISECONDS;

/** Puts an emoji under a message, in place of the one before; an empty one takes it away. */
export async function react(tab: Tab, id: string, emoji: string): Promise<void> {
  if (emoji && !isEmoji(emoji)) throw new RangeError(`emoji: got ${JSON.stringify(emoji.slice(0, 40))}, expected one emoji`);
  await change(tab, id, 'reaction', (message) => (message.withdrawn || (message.ownReaction ?? '') === emoji ? null : {
    body: { reaction: { message_id: messageId(id), ...(emoji ? { emoji } : {}) } }, shown: { ownReaction: emoji },
  }));
}

/** Says from now on what `text` says; what is too late, or not ours to change, stays. Returns whether it was changed. */
export async function editMessage(tab: Tab, id: string, text: string): Promise<boolean> {
  const now = tab.now();
  return change(tab, id, 'edit', (message) => {
    const most = message.part ? CAPTION_CHARACTERS : TEXT_CHARACTERS;
    if (characters(text) > most || (!text && !message.part)) throw new RangeError(`text: got ${characters(text)} characters, ${message.part ? 0 : 1} to ${most}`);
    if (!mayEdit(message, now) || message.text === text) return null;
    const { type } = message.body;
    const inner = type === 'text' ? { body: text } : { ...(message.body[String(type)] as object), caption: text };
    return { body: { edit: { original_message_id: messageId(id), message: { type, [String(type)]: inner } } }, shown: { text, editedAt: now } };
  });
}

/** Takes a message back for everybody, and what had come of its file. Returns whether it was. */
export async function withdrawMessage(tab: Tab, id: string): Promise<boolean> {
  const message = await tab.store.get('messages', id);
  const withdrawn = (await cancelUpload(tab, id)) || (await withdraw(tab, id));
  if (withdrawn && message?.part) await sweepFiles(tab.store, message.company);
  return withdrawn;
}

async function withdraw(tab: Tab, id: string): Promise<boolean> {
  return change(tab, id, 'revoke', (message) => (mayWithdraw(message, tab.now()) ? {
    body: { revoke: { original_message_id: messageId(id) } },
    // The sealed words stay until the relay has taken the withdrawal: the message itself may still have to leave before.
    shown: { text: '', header: '', footer: '', buttons: [], choices: [], part: null, extras: null, quote: null, ownReaction: '', reaction: '', withdrawn: true },
  } : null));
}

/** Sends a change again that could not be sent. */
export async function changeAgain(tab: Tab, message: Message): Promise<void> {
  const failed = message.change?.failed ? await tab.store.get('changes', message.change.id) : undefined;
  if (failed) await change(tab, message.id, failed.what, () => ({ body: failed.body, shown: {} }));
}

interface Changed {
  body: Record<string, unknown>;
  shown: Partial<StoredMessage>;
}

/** One commit: what is shown from now on, what is to be sealed, and the command to do so. */
async function change(tab: Tab, id: string, what: ChangeKind, decide: (message: StoredMessage) => Changed | null): Promise<boolean> {
  const transaction = tab.store.transaction(['messages', 'changes', 'commands'], 'readwrite');
  const [messages, changes, commands] = [transaction.objectStore('messages'), transaction.objectStore('changes'), transaction.objectStore('commands')];
  const message = await messages.get(id);
  const changed = message && decide(message);
  if (message && changed) {
    const { company } = message;
    const row: StoredChange = {
      id: makeEnvelopeId(tab.now()), company, what, message: id, body: { type: what, ...changed.body }, at: tab.now(), attempt: 0, status: 'waiting',
    };
    // What it said in between is nobody's affair any more.
    if (what === 'revoke') for (const before of await changes.index('message').getAll(id)) if (before.what === 'edit') await changes.delete(before.id);
    await changes.add(row);
    await messages.put({ ...message, ...changed.shown, change: { id: row.id, what, failed: false } });
    await commands.add({ kind: 'change', company, change: row.id });
  }
  await transaction.done;
  if (changed) tab.announce(message.company);
  return Boolean(changed);
}
