// Keeps the backup fresh, and says how that goes.
import { RelayRefused } from '../../../shared/wire/relay_http.ts';
import type { Owner } from '../owner.ts';
import { isStorageError, isTemporary } from '../troubles.ts';
import { Rhythm } from './rhythm.ts';
import { saveBackup } from './saving.ts';
import { changeBackup, loadRecovery, Superseded, type BackupProblem } from './state.ts';
import { removeBackup } from './transport.ts';

interface Network { type?: string }

export class Keeper {
  readonly rhythm = new Rhythm(() => this.#make());

  constructor(private readonly owner: Owner) {}

  /** Another owner may have ended in the middle; what did not change costs nothing. */
  async start(): Promise<void> {
    const { database } = this.owner;
    if ((await loadRecovery(database))?.archiveKey) await changeBackup(database, { saving: false });
    this.rhythm.start();
  }

  async #make(): Promise<void> {
    const { database } = this.owner;
    const recovery = await loadRecovery(database);
    if (!recovery?.archiveKey || !this.owner.machine) return;
    if (recovery.wifiOnly && (navigator as { connection?: Network }).connection?.type === 'cellular') return this.#fail('waiting');
    await this.#say({ saving: true });
    try {
      await saveBackup(this.owner);
      this.rhythm.succeeded();
      await this.#say({ saving: false, problem: null });
    } catch (error) {
      if (error instanceof Superseded) return this.#giveWay(error.backup);
      console.warn('backup:', error);
      await this.#fail(problemOf(error));
      throw error;
    }
  }

  /** Another code's own backup removes this one once it is whole; where there shall be none, what was brought goes now. */
  async #giveWay(backup: string): Promise<void> {
    if (await loadRecovery(this.owner.database)) await this.#say({ saving: false });
    else await removeBackup(this.owner.http, backup);
  }

  async #fail(problem: BackupProblem): Promise<void> {
    await this.#say({ saving: false, problem });
    // Who was replaced by another code gives way for good.
    if (problem !== 'replaced') this.rhythm.failed();
  }

  async #say(change: Parameters<typeof changeBackup>[1]): Promise<void> {
    await changeBackup(this.owner.database, change);
    this.owner.tell({ what: 'recovery' });
  }
}

function problemOf(error: unknown): BackupProblem {
  if (isTemporary(error) || isStorageError(error)) return 'waiting';
  if (!(error instanceof RelayRefused)) return 'refused';
  if (error.code === 'too_large') return 'too_large';
  if (error.field === 'parts') return 'waiting';
  return error.code === 'not_found' || error.code === 'conflict' || error.code === 'forbidden' ? 'replaced' : 'refused';
}
