// The recovery of this device as screens see it: read from the store, and again whenever the owner of the keys says so.
import { loadBackup, loadComingBack, loadRecovery, type Backup, type ComingBack, type Recovery } from '../../client/recovery/state.ts';
import type { Notice } from '../../client/broadcast.ts';
import { loadDevices } from '../../client/devices/own_devices.ts';
import type { Tab } from '../../client/tab.ts';

export class RecoveryView {
  loaded = $state(false);
  recovery = $state.raw<Recovery | null>(null);
  backup = $state.raw<Backup | null>(null);
  /** The other device that keeps the backup, or null if this one does. */
  keeper = $state.raw<{ name: string; gone: boolean } | null>(null);
  comingBack = $state.raw<ComingBack | null>(null);
  /** No other device of the account has the chats. */
  alone = $state(true);

  constructor(private readonly tab: Tab) {
    $effect(() => {
      const hear = ({ data }: MessageEvent<Notice>) => (data.what === 'recovery' || data.what === 'devices') && void this.read();
      tab.channel.addEventListener('message', hear);
      void this.read();
      return () => tab.channel.removeEventListener('message', hear);
    });
  }

  read = async (): Promise<void> => {
    if (!this.tab.isOpen) return;
    const { store } = this.tab;
    const [recovery, backup, comingBack, devices] = await Promise.all([loadRecovery(store), loadBackup(store), loadComingBack(store), loadDevices(store)]);
    const other = recovery && !recovery.archiveKey ? devices[recovery.keeper] : undefined;
    this.keeper = recovery && !recovery.archiveKey ? { name: other?.name ?? '', gone: other?.removedAt !== undefined } : null;
    this.recovery = recovery ?? null;
    this.backup = recovery ? backup : null;
    this.comingBack = comingBack ?? null;
    this.alone = Object.values(devices).filter((one) => !one.removedAt).length < 2;
    this.loaded = true;
  };
}
