// Which keys a company shows, and what a person decides about others than before (spec/encryption.md section 8).
import { storeEvent } from '../messages.ts';
import type { Owner } from '../owner.ts';
import { changeCompany } from '../store.ts';

/** The master keys of this account and of the company as it shows itself now; null where the relay shows none. */
export interface ShownIdentity {
  own: string;
  company: string | null;
}

export async function lookIdentity(owner: Owner, company: string): Promise<ShownIdentity> {
  const { machine, me } = owner;
  // Without a network it is what was seen last.
  await machine!.refresh(company).catch(() => {});
  await noteIdentity(owner, company, await machine!.isPinned(company));
  const own = await machine!.masterKeyOf(me!.account);
  if (!own) throw new Error('this account has no identity');
  return { own, company: await machine!.masterKeyOf(company) };
}

/** From now on the company is who has this key; it must be the one that the relay still shows. The own devices hear of it. */
export async function acceptIdentity(owner: Owner, company: string, masterKey: string, compared: boolean): Promise<void> {
  await takeIdentity(owner, company, masterKey, compared);
  await owner.outbox.tellOwn({ identity: { company, masterKey, compared } });
}

/** A person decided so, here or on another own device. */
export async function takeIdentity(owner: Owner, company: string, masterKey: string, compared: boolean): Promise<void> {
  if (!(await owner.database.getKey('companies', company))) return;
  await owner.machine!.accept(company, masterKey);
  await changeCompany(owner.database, company, ({ compared: _before, identityBefore: _old, ...one }) => ({
    ...one, masterKey, company: { ...one.company, fingerprint: masterKey, identity: compared ? 'matched' : 'pinned' },
  }));
  await storeEvent(owner, company, 'keys_accepted');
}

/** Shows whether a company still has the keys that were pinned; where it has others, the chat says so once. */
export async function noteIdentity(owner: Owner, company: string, pinned: boolean): Promise<void> {
  const stored = await owner.database.get('companies', company);
  if (!stored || (stored.company.identity === 'changed') !== pinned) return;
  await changeCompany(owner.database, company, (one) => {
    const identity = pinned ? one.identityBefore ?? 'pinned' : 'changed';
    const before = one.company.identity === 'changed' ? one.identityBefore ?? 'pinned' : one.company.identity;
    return { ...one, identityBefore: before, company: { ...one.company, identity } };
  });
  if (!pinned) await storeEvent(owner, company, 'keys_changed');
  owner.tell({ what: 'changed', company });
}
