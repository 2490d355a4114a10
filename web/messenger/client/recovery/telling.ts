// What the own devices know of the recovery: that there is one, who keeps the backup, and when the code was last checked.
//
// One device keeps the backup; the others never have the archive's key and replace nothing unless a person asks for it.
import { isObject } from '../../../shared/wire/frames.ts';
import type { Owner } from '../owner.ts';
import type { Command } from '../store.ts';
import { loadRecovery, type Recovery } from './state.ts';

/** As it goes, sealed, to another own device. */
export interface ToldRecovery {
  backup: string;
  identity: string;
  hasCode: boolean;
  /** Where the passkey's box lies. */
  passkey: string | null;
  madeAt: number;
  provenAt: number;
  askAgainAt: number;
  keeper: string;
  keptSince: number;
}

const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isTime = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const IDENTITY_CHARACTERS = 65_536;

export const keepsBackup = (recovery: Recovery): boolean => recovery.archiveKey !== null;

export function tellable({ backup, identity, hasCode, passkey, madeAt, provenAt, askAgainAt, keeper, keptSince }: Recovery): ToldRecovery {
  return { backup, identity, hasCode, passkey: passkey?.id ?? null, madeAt, provenAt, askAgainAt, keeper, keptSince };
}

/** Durable: the other devices hear of it whenever they can. */
export const tellCommand = (recovery: Recovery): Command => ({ kind: 'sync', body: { recovery: tellable(recovery) } });

export function parseTold(value: unknown): ToldRecovery | null {
  if (!isObject(value)) return null;
  const { backup, identity, hasCode, passkey, madeAt, provenAt, askAgainAt, keeper, keptSince } = value;
  const fits = isHash(backup) && typeof identity === 'string' && identity.length <= IDENTITY_CHARACTERS && typeof hasCode === 'boolean'
    && (passkey === null || isHash(passkey)) && [madeAt, provenAt, askAgainAt, keptSince].every(isTime) && typeof keeper === 'string' && keeper.length <= 40;
  return fits ? ({ backup, identity, hasCode, passkey, madeAt, provenAt, askAgainAt, keeper, keptSince } as ToldRecovery) : null;
}

/** What is known after another device told its own: whoever made or took the backup later keeps it. */
export function withTold(known: Recovery | undefined, { passkey, ...told }: ToldRecovery): Recovery {
  const box = passkey ? { id: passkey, box: '', stored: true } : null;
  if (!known || told.keptSince > known.keptSince) return { ...told, archiveKey: null, passkey: box, replaces: false, wifiOnly: known?.wifiOnly ?? false };
  if (told.backup !== known.backup) return known;
  return {
    ...known, passkey: known.passkey ?? box, provenAt: Math.max(known.provenAt, told.provenAt), askAgainAt: Math.max(known.askAgainAt, told.askAgainAt),
  };
}

/** Another own device made, took, checked or ended it. */
export async function takeTold(owner: Owner, said: unknown): Promise<void> {
  const ended = isObject(said) ? said.ended : null;
  const told = parseTold(said);
  const known = await loadRecovery(owner.database);
  const gone = isHash(ended) && known?.backup === ended;
  if (!told && !gone) return;
  const next = told ? withTold(known, told) : null;
  const transaction = owner.database.transaction('facts', 'readwrite');
  if (next) await transaction.store.put(next, 'recovery');
  else await transaction.store.delete('recovery');
  // The state of a backup is that of the device that keeps it.
  if (!next || !keepsBackup(next)) for (const key of ['backup', 'backup_parts']) await transaction.store.delete(key);
  await transaction.done;
  owner.tell({ what: 'recovery' });
}
