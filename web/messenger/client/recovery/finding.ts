// The tab's side of recovery: finds a backup by its secret, proves a code against it, and tells the owner what to do.
import { fromBase64 } from '../../../shared/wire/canonical.ts';
import { RelayRefused } from '../../../shared/wire/relay_http.ts';
import { fact } from '../store.ts';
import type { Tab } from '../tab.ts';
import { parseContents, parseIdentity, PASSKEY, parsePasskey } from './contents.ts';
import { importKey, keysOfSecret, openJson, sealJson, type BackupKeys } from './sealing.ts';
import { ASK_AGAIN, changeRecovery, LATER, loadRecovery, type ComingBackProblem, type Found, type PasskeyBox } from './state.ts';
import { tellCommand } from './telling.ts';
import { readBackup } from './transport.ts';

/** There is no backup of this code at this relay. */
export class NoBackup extends Error {}

/** What a secret opens; nothing is changed by looking. Throws NoBackup, NotOpened, ArchiveError, RelayUnreachable. */
export async function findBackup(tab: Tab, secret: string): Promise<Found> {
  const { id, key } = await keysOfSecret(secret);
  const stored = await readBackup(tab.relay, id).catch(noBackup);
  const { account, name, archive_key } = parseIdentity(await openJson(key, 'identity', id, stored.identity));
  const { at, companies, messages } = parseContents(await openJson(await importKey(fromBase64(archive_key)), 'contents', id, stored.contents));
  return { id, account, name, at, companies, messages };
}

/** The recovery secret behind a passkey. */
export async function secretOfPasskey(tab: Tab, { id, key }: BackupKeys): Promise<string> {
  const { identity } = await readBackup(tab.relay, id).catch(noBackup);
  return parsePasskey(await openJson(key, 'passkey', id, identity));
}

export async function boxForPasskey(secret: string, { id, key }: BackupKeys): Promise<PasskeyBox> {
  return { id, box: await sealJson(key, 'passkey', id, { type: PASSKEY, secret }), stored: false };
}

/** Starts to restore in whichever tab owns the keys; resolves when it is done, or with why it cannot be. */
export async function comeBackWith(tab: Tab, secret: string): Promise<ComingBackProblem | null> {
  const { id, key } = await keysOfSecret(secret);
  return tab.command({ kind: 'come_back', backup: id, key });
}

/** A new recovery from a secret that somebody has shown to have. */
export async function makeWith(tab: Tab, secret: string, hasCode: boolean, passkey: PasskeyBox | null): Promise<void> {
  const { id, key } = await keysOfSecret(secret);
  await tab.command({ kind: 'make_recovery', backup: id, key, hasCode, passkey });
}

/** Another way to the same secret; the relay gets it with the next backup, which is now. */
export async function addPasskey(tab: Tab, passkey: PasskeyBox): Promise<void> {
  await changeRecovery(tab.store, { passkey });
  await tab.command({ kind: 'back_up' });
}

/** Whether a secret is the one of this account's backup: it must open the real thing. */
export async function prove(tab: Tab, secret: string): Promise<boolean> {
  const recovery = await loadRecovery(tab.store);
  const { id, key } = await keysOfSecret(secret);
  if (recovery?.backup !== id) return false;
  parseIdentity(await openJson(key, 'identity', id, recovery.identity));
  await changeRecovery(tab.store, { provenAt: tab.now(), askAgainAt: tab.now() + ASK_AGAIN });
  const proven = await loadRecovery(tab.store);
  if (proven) await tab.store.add('commands', tellCommand(proven));
  tab.announce();
  tellAll(tab);
  return true;
}

export async function askLater(tab: Tab): Promise<void> {
  await changeRecovery(tab.store, { askAgainAt: tab.now() + LATER });
  tellAll(tab);
}

/** From when on an account without a recovery may be told so: put off each time somebody says "not now". */
export const loadCardAt = async (tab: Tab): Promise<number> => (await fact<number>(tab.store, 'recovery_card')) ?? 0;

export async function dismissCard(tab: Tab): Promise<number> {
  const at = tab.now() + ASK_AGAIN;
  await tab.store.put('facts', at, 'recovery_card');
  return at;
}

/** Another tab's screens look again. */
export function tellAll(tab: Tab): void {
  tab.channel.postMessage({ what: 'recovery' });
}

function noBackup(error: unknown): never {
  if (error instanceof RelayRefused && error.code === 'not_found') throw new NoBackup();
  throw error;
}
