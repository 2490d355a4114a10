// Remembers that a person compared keys: the tab's side, since it changes nothing that is sealed.
import { parseLink } from '../companies/invitations.ts';
import { changeCompany } from '../store.ts';
import type { Tab } from '../tab.ts';

/** The company's key was compared, by its published link (`matched`) or with one of its people. */
export async function noteCompared(tab: Tab, account: string, masterKey: string): Promise<void> {
  await changeCompany(tab.store, account, (one) => ({ ...one, compared: { at: tab.now(), masterKey }, company: { ...one.company, identity: 'matched' } }));
  tab.announce(account);
}

/** When this very key was compared, in milliseconds; null if it was not. */
export async function comparedAt(tab: Tab, account: string): Promise<number | null> {
  const stored = await tab.store.get('companies', account);
  return stored?.compared && stored.compared.masterKey === stored.masterKey ? stored.compared.at : null;
}

/** The key that a company's link or QR code names; null if it is none of this company. */
export function keyInLink(text: string, handle: string): string | null {
  try {
    const link = parseLink(text);
    return link.handle === handle ? link.masterKey : null;
  } catch {
    return null;
  }
}
