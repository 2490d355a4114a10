// What a device keeps of its recovery, and how it stands with the backup: two rows of `facts` that screens read.
import { fact, type Database } from '../store.ts';
import type { Archived } from './contents.ts';

/** Made once per code. The code itself is not here: whoever holds the device cannot read it off. */
export interface Recovery {
  /** Where the backup lies at the relay. */
  backup: string;
  /** The sealed identity, as it goes with every generation. */
  identity: string;
  /** Null on every device but the one that keeps the backup. */
  archiveKey: CryptoKey | null;
  /** False when a passkey alone leads to the secret, and nobody ever saw the code. */
  hasCode: boolean;
  passkey: PasskeyBox | null;
  madeAt: number;
  /** When somebody last showed that they still have it. */
  provenAt: number;
  askAgainAt: number;
  /** Backups of an earlier code are removed once this one is whole. */
  replaces: boolean;
  wifiOnly: boolean;
  /** The device that keeps the backup fresh, and since when. */
  keeper: string;
  keptSince: number;
}

/** The recovery secret, sealed for a passkey, and where it lies. */
export interface PasskeyBox {
  id: string;
  box: string;
  stored: boolean;
}

export type BackupProblem = 'waiting' | 'too_large' | 'replaced' | 'refused';

/** How far the backup is. */
export interface Backup {
  generation: number;
  /** What lies at the relay: the name of each part by the hash of what is in it. */
  names: Record<string, string>;
  /** When everything as it was then was known to lie there, in milliseconds; 0 for never. */
  at: number;
  bytes: number;
  messages: number;
  saving: boolean;
  problem: BackupProblem | null;
}

/** What is being restored into this browser; there only until it is done. */
export interface ComingBack {
  account: string;
  name: string;
  at: number;
  messages: number;
  done: number;
  step: 'joining' | 'restoring' | 'waiting' | 'done';
  problem: ComingBackProblem | null;
}

export type ComingBackProblem = 'identity_changed' | 'not_opened' | 'other_account' | 'unknown_version' | 'incomplete' | 'refused';

/** What the code opened before anything is restored. */
export interface Found extends Archived {
  id: string;
  account: string;
  name: string;
}

export const NO_BACKUP: Backup = { generation: 0, names: {}, at: 0, bytes: 0, messages: 0, saving: false, problem: null };
/** A month, in which a code is not yet forgotten. */
export const ASK_AGAIN = 30 * 86_400_000;
export const LATER = 3 * 86_400_000;

export const loadRecovery = (database: Database): Promise<Recovery | undefined> => fact<Recovery>(database, 'recovery');
export const loadBackup = async (database: Database): Promise<Backup> => (await fact<Backup>(database, 'backup')) ?? NO_BACKUP;
export const loadComingBack = (database: Database): Promise<ComingBack | undefined> => fact<ComingBack>(database, 'coming_back');

/** Another code took the place of the one whose backup was being made, or there shall be none any more. */
export class Superseded extends Error {
  readonly backup: string;

  constructor(backup: string) {
    super('this backup is not the one to keep any more');
    this.backup = backup;
  }
}

/** With `backup`: only while that one is the one to keep. */
async function change<Row extends object>(database: Database, key: string, before: Row | null, apply: Partial<Row>, backup?: string): Promise<void> {
  const transaction = database.transaction('facts', 'readwrite');
  const recovery = (await transaction.store.get('recovery')) as Recovery | undefined;
  if (backup !== undefined && recovery?.backup !== backup) throw new Superseded(backup);
  const stored = ((await transaction.store.get(key)) as Row | undefined) ?? before;
  if (stored) await transaction.store.put({ ...stored, ...apply }, key);
  await transaction.done;
}

export const changeRecovery = (database: Database, apply: Partial<Recovery>, backup?: string): Promise<void> => change<Recovery>(database, 'recovery', null, apply, backup);
export const changeBackup = (database: Database, apply: Partial<Backup>, backup?: string): Promise<void> => change<Backup>(database, 'backup', NO_BACKUP, apply, backup);
export const changeComingBack = (database: Database, apply: Partial<ComingBack>): Promise<void> => change<ComingBack>(database, 'coming_back', null, apply);
