// Keeps the backup fresh: some minutes after something changed, not too often, again and again until it got through.
import { RelayRefused } from '../../../shared/wire/relay_http.ts';
import type { Owner } from '../owner.ts';
import { isStorageError, isTemporary } from '../troubles.ts';
import { saveBackup } from './saving.ts';
import { changeBackup, loadRecovery, type BackupProblem } from './state.ts';

const AFTER_CHANGE = 2 * 60_000;
const APART = 10 * 60_000;
const AFTER_START = 60_000;
const TRIES_APART = [15_000, 60_000, 5 * 60_000, 15 * 60_000];

interface Network { type?: string }

export class Keeper {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Infinity;
  #last = -Infinity;
  #failures = 0;
  #running: Promise<void> | null = null;

  constructor(private readonly owner: Owner) {}

  /** Another owner may have ended in the middle; what did not change costs nothing. */
  async start(): Promise<void> {
    await changeBackupIfThere(this.owner, { saving: false });
    this.#within(AFTER_START);
  }

  /** Something changed that a backup should have. */
  note(): void {
    if (!this.#running) this.#within(Math.max(AFTER_CHANGE, this.#last + APART - performance.now()));
  }

  /** Does it at once; whoever waits hears when it is done or what went wrong. */
  now(): Promise<void> {
    return (this.#running ??= this.#run().finally(() => (this.#running = null)));
  }

  /** The network is back. */
  wake(): void {
    if (this.#failures) this.#within(1000);
  }

  #within(milliseconds: number): void {
    const at = performance.now() + milliseconds;
    if (at >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = at;
    this.#timer = setTimeout(() => {
      this.#due = Infinity;
      void this.now().catch(() => {});
    }, milliseconds);
  }

  async #run(): Promise<void> {
    const { database } = this.owner;
    const recovery = await loadRecovery(database);
    if (!recovery?.archiveKey || !this.owner.machine) return;
    if (recovery.wifiOnly && (navigator as { connection?: Network }).connection?.type === 'cellular') return this.#fail('waiting');
    await this.#say({ saving: true });
    try {
      await saveBackup(this.owner);
      this.#failures = 0;
      this.#last = performance.now();
      await this.#say({ saving: false, problem: null });
    } catch (error) {
      console.warn('backup:', error);
      await this.#fail(problemOf(error));
      throw error;
    }
  }

  async #fail(problem: BackupProblem): Promise<void> {
    await this.#say({ saving: false, problem });
    // Who was replaced by another code gives way for good.
    if (problem === 'replaced') return;
    this.#within(TRIES_APART[Math.min(this.#failures++, TRIES_APART.length - 1)]!);
  }

  async #say(change: Parameters<typeof changeBackup>[1]): Promise<void> {
    await changeBackup(this.owner.database, change);
    this.owner.tell({ what: 'recovery' });
  }
}

async function changeBackupIfThere({ database }: Owner, change: Parameters<typeof changeBackup>[1]): Promise<void> {
  if ((await loadRecovery(database))?.archiveKey) await changeBackup(database, change);
}

function problemOf(error: unknown): BackupProblem {
  if (isTemporary(error) || isStorageError(error)) return 'waiting';
  if (!(error instanceof RelayRefused)) return 'refused';
  if (error.code === 'too_large') return 'too_large';
  if (error.field === 'parts') return 'waiting';
  return error.code === 'not_found' || error.code === 'conflict' || error.code === 'forbidden' ? 'replaced' : 'refused';
}
