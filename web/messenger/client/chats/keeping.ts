// How a person keeps the list: pinned, muted, archived, marked as unread; the own devices know, and nobody else.
import type { ChatSummary } from '../api.ts';
import { changeCompany, type StoredCompany } from '../store.ts';
import type { Tab } from '../tab.ts';

/** Muted without an end: a number, because not every format can say infinity. */
export const FOR_EVER = Number.MAX_SAFE_INTEGER;

type Marks = Pick<StoredCompany, 'pinnedAt' | 'mutedUntil' | 'archived' | 'markedUnread'>;

export const isMuted = ({ mutedUntil }: Pick<Marks, 'mutedUntil'>, now: number): boolean => (mutedUntil ?? 0) > now;

/** Pinned ones first, the last pinned on top; then by the last message; whatever is alike keeps its place. */
export function byPlace(a: ChatSummary, b: ChatSummary): number {
  return (b.pinnedAt ?? 0) - (a.pinnedAt ?? 0) || (b.lastMessage?.at ?? 0) - (a.lastMessage?.at ?? 0) || a.company.name.localeCompare(b.company.name);
}

/** A new message takes a chat out of the archive, unless nobody wants to hear of it. */
export function broughtBack(stored: StoredCompany, now: number): StoredCompany {
  return stored.archived && !isMuted(stored, now) ? { ...stored, archived: false } : stored;
}

/** Changes the marks of a chat; returns what they were. */
export async function keep(tab: Tab, company: string, marks: Marks): Promise<Marks> {
  let before: Marks = {};
  let after: Marks = {};
  await changeCompany(tab.store, company, (stored) => {
    before = Object.fromEntries(Object.keys(marks).map((name) => [name, stored[name as keyof Marks]]));
    after = { ...stored, ...marks };
    return { ...stored, ...marks };
  });
  const { pinnedAt, mutedUntil, archived, markedUnread } = after;
  await tab.store.add('commands', { kind: 'sync', body: { chat: { company, pinnedAt, mutedUntil, archived, markedUnread } } });
  tab.announce(company);
  return before;
}
