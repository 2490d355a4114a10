// Makes the recovery of an account: its identity sealed under what the code gave, and a fresh key for its archive.
import { toBase64 } from '../../../shared/wire/canonical.ts';
import type { Owner } from '../owner.ts';
import type { Command } from '../store.ts';
import { IDENTITY, type Identity } from './contents.ts';
import { importKey, makeArchiveKey, sealJson } from './sealing.ts';
import { ASK_AGAIN, loadRecovery, NO_BACKUP, type Recovery } from './state.ts';
import { tellCommand } from './telling.ts';
import { removeBackups } from './transport.ts';

/** From now on only this code leads to the account; the first backup is on its way when this returns. */
export async function makeRecovery(owner: Owner, { backup, key, hasCode, passkey }: Extract<Command, { kind: 'make_recovery' }>): Promise<void> {
  const { database, machine, me } = owner;
  const archiveKey = makeArchiveKey();
  const identity: Identity = {
    type: IDENTITY, account: me!.account, relay: me!.relayName, relay_key: me!.relayKey, master_key: (await machine!.masterKeyOf(me!.account)) ?? '',
    secrets: await machine!.exportSecrets(), archive_key: toBase64(archiveKey), name: me!.name, language: me!.language,
  };
  if (!identity.master_key) throw new Error('this device does not know its own identity');
  const now = Math.floor(owner.now());
  const recovery: Recovery = {
    backup, identity: await sealJson(key, 'identity', backup, identity), archiveKey: await importKey(archiveKey), hasCode, passkey,
    madeAt: now, provenAt: now, askAgainAt: now + ASK_AGAIN, replaces: true, wifiOnly: false,
    keeper: me!.device, keptSince: now,
  };
  const transaction = database.transaction(['facts', 'commands'], 'readwrite');
  const facts = transaction.objectStore('facts');
  await facts.put(recovery, 'recovery');
  await facts.put(NO_BACKUP, 'backup');
  await facts.delete('backup_parts');
  await transaction.objectStore('commands').add(tellCommand(recovery));
  await transaction.done;
  owner.work();
  owner.tell({ what: 'recovery' });
  void owner.keeper.rhythm.now().catch(() => {});
}

/** No backup any more: what lies at the relay is removed first. */
export async function endRecovery(owner: Owner): Promise<void> {
  await removeBackups(owner.http);
  const known = await loadRecovery(owner.database);
  const transaction = owner.database.transaction(['facts', 'commands'], 'readwrite');
  for (const key of ['recovery', 'backup', 'backup_parts']) await transaction.objectStore('facts').delete(key);
  if (known) await transaction.objectStore('commands').add({ kind: 'sync', body: { recovery: { ended: known.backup } } });
  await transaction.done;
  // One that was being made may have been put in force meanwhile.
  await removeBackups(owner.http);
  owner.work();
  owner.tell({ what: 'recovery' });
}
