// Makes this browser a further device of an account whose secrets it was given: certified before its keys are first uploaded.
import { checkDeviceList, listWith, listWithout, newestList } from '../../../shared/crypto/device_lists.ts';
import { Machine } from '../../../shared/crypto/machine.ts';
import { canonicalJson } from '../../../shared/wire/canonical.ts';
import { makeDeviceId } from '../../../shared/wire/envelope.ts';
import { RelayRefused } from '../../../shared/wire/relay_http.ts';
import type { SignedRecord } from '../../../shared/wire/types.ts';
import type { Owner } from '../owner.ts';
import { loadDevices, ownLabel } from './own_devices.ts';
import { account as loadAccount, fact, KEYS_DATABASE, storeKey, trustIn, type Account, type Database } from '../store.ts';

const TRIES = 4;

export interface Joining {
  account: string;
  /** What `Machine.exportSecrets` gave. */
  secrets: string;
  /** The public master key that these secrets must belong to. */
  masterKey: string;
  relayName: string;
  relayKey: string;
  name: string;
  language: 'en' | 'de';
  /** The newest list of devices that is known of the account. */
  deviceList?: SignedRecord | null;
}

/**
 * Joins an account as a new device and returns its row, which is stored; the owner opens it (`openAccount`) when everything else is in place.
 * Throws SecretsRefused if the relay shows another identity than these secrets have, and leaves nothing then.
 */
export async function joinAccount(owner: Owner, joining: Joining): Promise<Account> {
  const { database, http } = owner;
  if (await loadAccount(database)) throw new Error('this browser has an account already');
  await Machine.load();
  // An attempt before may have left keys under another id.
  await eraseKeys();
  const { account, relayName, relayKey, name, language } = joining;
  const me: Account = { account, device: makeDeviceId(), deviceKey: '', name, language, relayName, relayKey, complete: true };
  const machine = await Machine.open(account, me.device, await storeKey(database), http.ask, trustIn(database));
  let joined = false;
  let undo: SignedRecord | null = null;
  try {
    await machine.importSecrets(joining.secrets);
    await noteGone(database, account, me.device);
    const list = await addTo(owner, machine, joining);
    // Signed while the secrets are here: an identity that is another one takes them away.
    undo = await machine.signAsAccount(canonicalJson(listWithout(machine.device, list, Math.floor(Date.now() / 1000))), joining.masterKey);
    // Kept before the relay is asked anything: it can show no older one from here on.
    await trustIn(database).saveLists({ ...(await trustIn(database).loadLists()), [account]: { master: joining.masterKey, list } });
    http.logInAs(account, me.device, relayName, (login) => machine.sign(canonicalJson(login)));
    await machine.checkIdentity(joining.masterKey);
    const complete = { ...me, deviceKey: machine.deviceKey };
    await noteOwnDevices(database, machine, Date.now());
    await keepJoined(database, complete);
    joined = true;
    return complete;
  } finally {
    // A device that nobody holds shall not stay in the list.
    if (!joined && undo) await http.removeDevice(me.device, undo).catch(() => {});
    machine.close();
    // Not waited for: a store that something still holds open goes when that is let go of.
    if (!joined) void eraseKeys().catch(() => {});
  }
}

/** A device of this browser whose keys are gone, or are not there yet. */
interface GoneDevice {
  account: string;
  device: string;
}

/** Whatever becomes of this device, it is known that it was begun. */
export async function noteGone(database: Database, account: string, device: string): Promise<void> {
  const gone = (await fact<GoneDevice[]>(database, 'gone_devices')) ?? [];
  await database.put('facts', [...gone, { account, device }], 'gone_devices');
}

/** The account's row, and signing out those that this browser was before. */
async function keepJoined(database: Database, me: Account): Promise<void> {
  const transaction = database.transaction(['facts', 'commands'], 'readwrite');
  const facts = transaction.objectStore('facts');
  const gone = ((await facts.get('gone_devices')) as GoneDevice[] | undefined) ?? [];
  await facts.put(me, 'account');
  await facts.delete('gone_devices');
  for (const { account, device } of gone) {
    if (account === me.account && device !== me.device) await transaction.objectStore('commands').add({ kind: 'remove_device', device });
  }
  await transaction.done;
}

/** What there is when this device joins is no news. */
async function noteOwnDevices(database: Database, machine: Machine, now: number): Promise<void> {
  const known = await loadDevices(database);
  for (const { device, deviceKey } of await machine.ownDevices()) known[device] ??= { deviceKey, name: device === machine.device ? ownLabel() : '', addedAt: now };
  await database.put('facts', known, 'devices');
}

/** Signs the list with this device in it, and adds the device; another device may change the list at the same moment. */
async function addTo({ http }: Owner, machine: Machine, { account, masterKey, deviceList = null }: Joining): Promise<SignedRecord> {
  // Others want to begin a session as soon as they know this device: its keys to claim come with it.
  const { body, uploaded } = await machine.firstUpload();
  if (deviceList) await checkDeviceList(deviceList, masterKey, account);
  for (let tries = 1; ; tries++) {
    const { devices, device_list } = await http.devicesOf(account);
    const list = await newestList(account, masterKey, device_list ?? undefined, deviceList ? { master: masterKey, list: deviceList } : undefined);
    const next = listWith(machine.device, account, list, devices, Math.floor(Date.now() / 1000));
    try {
      const signed = await machine.signAsAccount(canonicalJson(next), masterKey);
      await uploaded(await http.addDevice(account, body, signed));
      return signed;
    } catch (error) {
      if (!(error instanceof RelayRefused) || !error.field.startsWith('device_list') || tries === TRIES) throw error;
    }
  }
}

/** Deletes the crypto library's stores. */
export async function eraseKeys(): Promise<void> {
  const names = (await indexedDB.databases()).map((one) => one.name ?? '').filter((name) => name.startsWith(KEYS_DATABASE));
  await Promise.all(names.map((name) => new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error ?? new Error(name));
  })));
}
