// What is being written in a chat and what it answers, kept on disk; and the last message that can still be written anew.
import type { Message } from '../api.ts';
import { mayEdit } from '../changes.ts';
import { changeCompany, newestMessages } from '../store.ts';
import type { Tab } from '../tab.ts';

const LOOK_BACK = 40;

/** Keeps which message is being answered; null forgets it. */
export async function keepQuote(tab: Tab, company: string, quoted: string | null): Promise<void> {
  await changeCompany(tab.store, company, ({ draftQuote: _, ...stored }) => ({ ...stored, ...(quoted ? { draftQuote: quoted } : {}) }));
}

/** The message that the draft answers, if it is still there. */
export async function keptQuote(tab: Tab, company: string): Promise<Message | null> {
  const stored = await tab.store.get('companies', company);
  const quoted = stored?.draftQuote ? await tab.store.get('messages', stored.draftQuote) : undefined;
  return quoted?.company === company && !quoted.withdrawn ? quoted : null;
}

/** Our own last message, if its words may still be changed. */
export async function lastOwn(tab: Tab, company: string): Promise<Message | null> {
  const last = (await newestMessages(tab.store, company, LOOK_BACK)).findLast((one) => one.direction === 'out');
  return last && mayEdit(last, tab.now()) ? last : null;
}
