// What this device knows of a message beside what it shows.
import { hashOf } from '../../../../shared/wire/canonical.ts';
import type { Grant, Stamp } from '../../../../shared/wire/types.ts';
import type { Message, Purpose } from '../../../client/api.ts';
import type { Tab } from '../../../client/tab.ts';

/** The customer's own grant under which a template came, with the purpose it came for; null if it is not kept here. */
export async function findGrant(tab: Tab, { id, category }: Message): Promise<{ at: number; purposes: Purpose[] } | null> {
  const stored = await tab.store.get('messages', id);
  const stamp = stored?.franking?.stamp;
  const company = stamp && (await tab.store.get('companies', stored.company));
  for (const { record } of company ? company.records : []) {
    // The stamp was checked when the message came in.
    if ((await hashOf(record)) !== (JSON.parse(stamp!.record) as Stamp).consent_head) continue;
    const grant = JSON.parse(record) as Grant;
    return { at: grant.at * 1000, purposes: category ? [category] : [...grant.purposes] };
  }
  return null;
}

/** How many bytes a message is, with its file. */
export async function sealedSize(tab: Tab, id: string): Promise<number> {
  const message = await tab.store.get('messages', id);
  if (!message || message.withdrawn) return 0;
  return new TextEncoder().encode(JSON.stringify(message.body)).length + (message.part?.file?.size ?? 0);
}
