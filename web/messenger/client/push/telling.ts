// Tells the relay where this browser can be woken and when not: always everything, and only if it was told something else before.
import type { PushSubscription, PushTest } from '../../../shared/wire/types.ts';
import { isMuted } from '../chats/keeping.ts';
import type { Owner } from '../owner.ts';
import { fact, type Database } from '../store.ts';
import { ADDRESS, readChoices, TOLD, type Address } from './choices.ts';

const NOTHING = '';
// The relay's limit; beyond it the oldest companies of the list wake anyway, and the service worker stays silent.
const MUTED_AT_MOST = 500;

/** What the relay should know now; null for nothing. */
export async function whatToTell(database: Database, now: number): Promise<PushSubscription | null> {
  const choices = await readChoices(database);
  const address = await fact<Address | null>(database, ADDRESS);
  if (!choices.on || !address) return null;
  const companies = (await database.getAll('companies')).filter((one) => isMuted(one, now)).slice(0, MUTED_AT_MOST);
  const muted = companies.map(({ account, mutedUntil = 0 }) => ({
    business: account, ...(mutedUntil < Number.MAX_SAFE_INTEGER ? { until: Math.ceil(mutedUntil / 1000) } : {}),
  }));
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { ...address, ...(choices.quiet ? { quiet_hours: { ...choices.quiet, zone } } : {}), ...(muted.length ? { muted } : {}) };
}

/** Whether the relay was told something else than what holds now. */
export async function isToldOld(database: Database, now: number): Promise<boolean> {
  const wanted = await whatToTell(database, now);
  return ((await fact<string>(database, TOLD)) ?? NOTHING) !== (wanted ? JSON.stringify(wanted) : NOTHING);
}

export async function tellRelay(owner: Owner): Promise<void> {
  const { database, http } = owner;
  if (!(await isToldOld(database, owner.now()))) return;
  const wanted = await whatToTell(database, owner.now());
  // Without an answer nobody knows what the relay knows: it is told again.
  await database.put('facts', 'unknown', TOLD);
  await (wanted ? http.authorized('PUT', '/v1/push/subscription', wanted) : http.authorized('DELETE', '/v1/push/subscription'));
  await database.put('facts', wanted ? JSON.stringify(wanted) : NOTHING, TOLD);
}

export async function testPush(owner: Owner): Promise<string> {
  await tellRelay(owner);
  return (await owner.http.authorized<PushTest>('POST', '/v1/push/test')).outcome;
}
