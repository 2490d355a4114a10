// Somebody's address card, as a person fills it in and as it is sent.
import { partOfContacts } from '../content/contacts.ts';
import type { Tab } from '../tab.ts';
import { write } from '../writing.ts';

export interface ContactEntry {
  name: string;
  company: string;
  phone: string;
  email: string;
}

export type ContactProblem = 'nameMissing' | 'either' | 'notPhone' | 'notEmail';
const NAME_CHARACTERS = 500;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** What is wrong, by field; empty if it may be sent. */
export function problemsOf({ name, phone, email }: ContactEntry): Partial<Record<'name' | 'phone' | 'email', ContactProblem>> {
  const digits = phone.replace(/\D/g, '').length;
  return {
    ...(name.trim() ? {} : { name: 'nameMissing' as const }),
    ...(phone.trim() || email.trim() ? {} : { phone: 'either' as const }),
    ...(phone.trim() && (digits < 3 || digits > 20 || !/^[+\d\s()/.-]+$/.test(phone.trim())) ? { phone: 'notPhone' as const } : {}),
    ...(email.trim() && !EMAIL.test(email.trim()) ? { email: 'notEmail' as const } : {}),
  };
}

/** Sends a card; returns the message's id. */
export function shareContact(tab: Tab, company: string, entry: ContactEntry, quoteId?: string): Promise<string> {
  const contacts = [cardOf(entry)];
  return write(tab, { company, text: '', body: { type: 'contacts', contacts }, more: { part: partOfContacts(contacts) }, ...(quoteId ? { quoteId } : {}) });
}

/** The last word is the family's name, as most names go: it is read as one text, the parts are a hint. */
export function cardOf({ name, company, phone, email }: ContactEntry): Record<string, unknown> {
  const words = name.trim().slice(0, NAME_CHARACTERS).split(/\s+/);
  const last = words.length > 1 ? words.pop() : undefined;
  const called = { formatted_name: [...words, ...(last ? [last] : [])].join(' '), first_name: words.join(' '), ...(last ? { last_name: last } : {}) };
  return {
    name: called,
    ...(phone.trim() ? { phones: [{ phone: phone.trim(), type: 'CELL' }] } : {}),
    ...(email.trim() ? { emails: [{ email: email.trim(), type: 'HOME' }] } : {}),
    ...(company.trim() ? { org: { company: company.trim() } } : {}),
  };
}

interface ContactsManager {
  select(properties: string[], options: { multiple: boolean }): Promise<{ name?: string[]; tel?: string[]; email?: string[] }[]>;
}

const manager = (): ContactsManager | undefined => (navigator as Navigator & { contacts?: ContactsManager }).contacts;

/** Whether this browser lets a person choose from the contacts of the device. */
export const mayPick = (): boolean => typeof manager()?.select === 'function';

/** Null if nobody was chosen; only what the person chose is seen. */
export async function pickContact(): Promise<Omit<ContactEntry, 'company'> | null> {
  const [chosen] = await manager()!.select(['name', 'tel', 'email'], { multiple: false });
  return chosen ? { name: chosen.name?.[0] ?? '', phone: chosen.tel?.[0] ?? '', email: chosen.email?.[0] ?? '' } : null;
}
