// One backup: the archive's chunks sealed into parts, those that lie at the relay already left out, then the texts that put them in force.
import { RelayRefused } from '../../../shared/wire/relay_http.ts';
import { compress } from '../archive/compression.ts';
import { writeArchive } from '../archive/write_archive.ts';
import { versionOf } from '../../../shared/crypto/device_lists.ts';
import type { Owner } from '../owner.ts';
import { trustIn } from '../store.ts';
import { CONTENTS, parseContents, type Contents } from './contents.ts';
import { hexHash, openJson, sealBox, sealJson } from './sealing.ts';
import { changeBackup, changeRecovery, loadBackup, loadRecovery, type Recovery } from './state.ts';
import { tellCommand } from './telling.ts';
import { readBackup, removeBackups, storeBackup, storePart } from './transport.ts';

// What nobody stores or reads for a year is forgotten; one that did not change is put anew now and then.
const RENEW = 7 * 86_400_000;

/** Makes the relay's backup as this device is now; `Superseded` if its code was replaced meanwhile. */
export async function saveBackup(owner: Owner): Promise<void> {
  const { database, http, me } = owner;
  const recovery = await loadRecovery(database);
  if (!recovery?.archiveKey || !me) return;
  const { archiveKey } = recovery;
  await savePasskey(owner, recovery);
  const before = await loadBackup(database);
  const names: Record<string, string> = {};
  const parts: Contents['parts'] = [];
  for await (const chunk of writeArchive(database)) {
    const hash = await hexHash(chunk);
    let name = before.names[hash];
    if (name === undefined) {
      const sealed = await sealBox(archiveKey, 'part', recovery.backup, await compress(chunk));
      name = await hexHash(sealed);
      await storePart(http, recovery.backup, name, sealed);
      // What was brought is not brought again if the rest does not get through.
      await changeBackup(database, { names: { ...before.names, ...names, [hash]: name } }, recovery.backup);
    }
    names[hash] = name;
    parts.push({ name, hash });
  }
  const known = await database.get('facts', 'backup_parts') as string | undefined;
  const now = Math.floor(owner.now());
  const deviceList = (await trustIn(database).loadLists())[me.account]?.list ?? null;
  // A device more or less is a change too: whoever comes back shall not be shown an older list.
  const holds = [versionOf(deviceList), ...parts.map((part) => part.name)].join();
  if (known === holds && before.generation > 0 && now - before.at < RENEW) {
    await changeBackup(database, { names, at: now, problem: null }, recovery.backup);
  } else {
    const companies = await database.getAll('companies');
    const contents: Contents = {
      type: CONTENTS, generation: before.generation + 1, at: now, device: me.device, kept_since: recovery.keptSince, device_list: deviceList,
      code: recovery.hasCode, passkey: recovery.passkey?.id ?? null, companies: companies.length, messages: await database.count('messages'),
      pins: Object.fromEntries(companies.map((one) => [one.account, one.masterKey])), parts,
    };
    const state = await put(owner, { ...recovery, archiveKey }, contents);
    await changeBackup(database, { generation: state.generation, names, at: now, bytes: state.bytes, messages: contents.messages, problem: null }, recovery.backup);
    await database.put('facts', holds, 'backup_parts');
  }
  if (recovery.replaces) await removeOthers(owner, recovery);
}

type Kept = Recovery & { archiveKey: CryptoKey };

/** Puts a generation in the place of the one before it; where another one lies there, in the place of that one if it may. */
async function put(owner: Owner, recovery: Kept, contents: Contents, again = true): Promise<{ generation: number; bytes: number }> {
  const { backup, identity, archiveKey } = recovery;
  try {
    return await storeBackup(owner.http, backup, {
      previous: contents.generation - 1, identity, contents: await sealJson(archiveKey, 'contents', backup, contents), parts: contents.parts.map((part) => part.name),
    });
  } catch (error) {
    if (!(error instanceof RelayRefused) || error.code !== 'conflict') throw error;
    // A part that was thought to lie there was cleared away: everything is brought anew with the next try.
    if (error.field === 'parts') await changeBackup(owner.database, { names: {} }, backup);
    const there = error.field === 'previous' && again ? await generationBefore(owner, recovery) : null;
    if (there === null) throw error;
    return put(owner, recovery, { ...contents, generation: there + 1 }, false);
  }
}

/** The generation that lies there, if this device made it and never heard so, or one that kept the backup before; null if a later one did. */
async function generationBefore({ http, me }: Owner, { backup, archiveKey, keptSince }: Kept): Promise<number | null> {
  const { contents } = await readBackup(http, backup);
  const lies = parseContents(await openJson(archiveKey, 'contents', backup, contents));
  return lies.device === me!.device || lies.kept_since < keptSince ? lies.generation : null;
}

async function savePasskey(owner: Owner, { backup, passkey }: Recovery): Promise<void> {
  const { database, http } = owner;
  if (!passkey || passkey.stored) return;
  await storeBackup(http, passkey.id, { previous: 0, identity: passkey.box, contents: '', parts: [] }).catch((error: unknown) => {
    // It was taken, and the answer was lost.
    if (!(error instanceof RelayRefused) || error.code !== 'conflict') throw error;
  });
  await changeRecovery(database, { passkey: { ...passkey, stored: true } }, backup);
  const known = await loadRecovery(database);
  if (known) await database.add('commands', tellCommand(known));
  owner.work();
}

/** Makes earlier codes and passkeys useless, now that this one leads to everything. */
async function removeOthers({ database, http }: Owner, { backup, passkey }: Recovery): Promise<void> {
  await removeBackups(http, [backup, passkey?.id]);
  await changeRecovery(database, { replaces: false }, backup);
}
