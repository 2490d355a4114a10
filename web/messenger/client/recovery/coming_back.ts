// Brings an account into this browser with what the code opened: joins as a new device, compares the identity, then reads the archive.
//
// It is a command, so that whatever ends in the middle goes on: joining is done once, reading again changes nothing.
import { SecretsRefused } from '../../../shared/crypto/machine.ts';
import { fromBase64 } from '../../../shared/wire/canonical.ts';
import { RelayRefused } from '../../../shared/wire/relay_http.ts';
import { decompress } from '../archive/compression.ts';
import { ArchiveError } from '../archive/lines.ts';
import { readArchive } from '../archive/read_archive.ts';
import { joinAccount, noteGone } from '../devices/new_device.ts';
import type { Owner } from '../owner.ts';
import { account as loadAccount, type Command } from '../store.ts';
import { isStorageError, isTemporary } from '../troubles.ts';
import { parseContents, parseIdentity, type Contents, type Identity } from './contents.ts';
import { hexHash, importKey, NotOpened, openBox, openJson } from './sealing.ts';
import { ASK_AGAIN, changeComingBack, NO_BACKUP, type ComingBack, type ComingBackProblem, type Recovery } from './state.ts';
import { tellCommand } from './telling.ts';
import { readBackup, readPart } from './transport.ts';

type ComeBack = Extract<Command, { kind: 'come_back' }>;

// Another device may keep the backup fresh while it is read.
const TRIES = 3;

/** Ends only when it is done or cannot be: what may go by itself is thrown on, and the command stays. */
export async function comeBack(owner: Owner, command: ComeBack): Promise<ComingBackProblem | null> {
  try {
    await restore(owner, command);
    return null;
  } catch (error) {
    if (isTemporary(error) || isStorageError(error)) {
      await say(owner, { step: 'waiting' });
      throw error;
    }
    console.warn('coming back:', error);
    const problem = problemOf(error);
    await say(owner, { problem });
    return problem;
  }
}

async function restore(owner: Owner, command: ComeBack, tries = TRIES): Promise<void> {
  const { database, http } = owner;
  const { backup: id, key } = command;
  const stored = await readBackup(http, id);
  const identity = parseIdentity(await openJson(key, 'identity', id, stored.identity));
  const archiveKey = await importKey(fromBase64(identity.archive_key));
  const contents = parseContents(await openJson(archiveKey, 'contents', id, stored.contents));
  if (contents.generation !== stored.generation) throw new NotOpened('contents');
  const begun: ComingBack = {
    account: identity.account, name: identity.name, at: contents.at, messages: contents.messages, done: 0, step: 'joining', problem: null,
  };
  await database.put('facts', begun, 'coming_back');
  owner.tell({ what: 'recovery' });
  await join(owner, identity, contents);
  await say(owner, { step: 'restoring' });
  let shown = 0;
  try {
    await readArchive(database, chunksOf(owner, id, archiveKey, contents), (messages) => {
      if (messages - shown < 500) return;
      shown = messages;
      void say(owner, { done: messages });
    });
  } catch (error) {
    const isGone = error instanceof RelayRefused && error.code === 'not_found';
    if (!isGone || tries === 1 || (await readBackup(http, id)).generation === contents.generation) throw error;
    // Its parts went with it: the one in its place is read, and what was read already stays.
    return restore(owner, command, tries - 1);
  }
  owner.tell({ what: 'changed' });
  await pin(owner);
  const now = Math.floor(owner.now());
  const recovery: Recovery = {
    backup: id, identity: stored.identity, archiveKey, hasCode: contents.code, passkey: contents.passkey ? { id: contents.passkey, box: '', stored: true } : null,
    madeAt: now, provenAt: now, askAgainAt: now + ASK_AGAIN, replaces: false, wifiOnly: false, keeper: owner.me!.device, keptSince: now,
  };
  const names = Object.fromEntries(contents.parts.map((part) => [part.hash, part.name]));
  const transaction = database.transaction(['facts', 'commands'], 'readwrite');
  await transaction.objectStore('facts').put(recovery, 'recovery');
  await transaction.objectStore('commands').add(tellCommand(recovery));
  await transaction.objectStore('facts').put({ ...NO_BACKUP, generation: contents.generation, names, at: contents.at, messages: contents.messages }, 'backup');
  await transaction.done;
  owner.work();
  await say(owner, { done: contents.messages, step: 'done' });
  owner.tell({ what: 'changed' });
}

/** Once per browser: after it this is a device of the account like any other. */
async function join(owner: Owner, identity: Identity, contents: Contents): Promise<void> {
  const me = await loadAccount(owner.database);
  if (me && me.account !== identity.account) throw new ArchiveError('other_account', me.account);
  if (me && owner.machine) return;
  // An account whose keys are lost: what is written of it stays, and the keys come anew.
  if (me) {
    await noteGone(owner.database, me.account, me.device);
    await owner.database.delete('facts', 'account');
  }
  const { account, secrets, master_key: masterKey, relay: relayName, relay_key: relayKey, name, language } = identity;
  const joined = await joinAccount(owner, { account, secrets, masterKey, relayName, relayKey, name, language, deviceList: contents.device_list });
  await owner.openAccount(joined);
}

/** The parts in their order, each the one that was sealed then. */
async function* chunksOf({ http }: Owner, id: string, key: CryptoKey, { parts }: Contents): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const { name, hash } of parts) {
    const chunk = await decompress(await openBox(key, 'part', id, await readPart(http, id, name)));
    if ((await hexHash(chunk)) !== hash) throw new NotOpened('part');
    yield chunk;
  }
}

/** Companies whose identity is another by now are shown as changed when they are written to. */
async function pin({ database, machine }: Owner): Promise<void> {
  for (const { account, masterKey } of await database.getAll('companies')) {
    await machine!.pin(account, masterKey).catch((error: unknown) => {
      if (isTemporary(error) || isStorageError(error)) throw error;
      console.warn('coming back:', error);
    });
  }
}

async function say(owner: Owner, change: Partial<ComingBack>): Promise<void> {
  await changeComingBack(owner.database, change);
  owner.tell({ what: 'recovery' });
}

function problemOf(error: unknown): ComingBackProblem {
  if (error instanceof SecretsRefused) return 'identity_changed';
  if (error instanceof NotOpened) return 'not_opened';
  if (error instanceof ArchiveError) return error.problem === 'broken' ? 'not_opened' : error.problem;
  return error instanceof RelayRefused && error.code === 'not_found' ? 'not_opened' : 'refused';
}
