// The account's devices as this one knows them: names, keys that may have signed a grant, and what changed that a person must see.
//
// A device is taken in only with its certificate, and is gone only when a newer signed list leaves it out: a relay can do neither.
import { devicesOf, versionOf } from '../../../shared/crypto/device_lists.ts';
import { canonicalJson } from '../../../shared/wire/canonical.ts';
import { RelayRefused } from '../../../shared/wire/relay_http.ts';
import type { DeviceList } from '../../../shared/wire/types.ts';
import type { Owner } from '../owner.ts';
import { fact, trustIn, type Database } from '../store.ts';
import { labelOf } from './label.ts';

export const NAME_CHARACTERS = 40;
const TRIES = 4;

export interface KnownDevice {
  deviceKey: string;
  /** What a person calls it, or what it says of itself. */
  name: string;
  /** Milliseconds. */
  addedAt: number;
  removedAt?: number;
}

export type KnownDevices = Record<string, KnownDevice>;

/** What a person has not said yes to yet. */
export interface DeviceNews {
  what: 'added' | 'removed';
  device: string;
  at: number;
}

export const loadDevices = async (database: Database): Promise<KnownDevices> => (await fact<KnownDevices>(database, 'devices')) ?? {};
export const loadNews = async (database: Database): Promise<DeviceNews[]> => (await fact<DeviceNews[]>(database, 'device_news')) ?? [];
export const ownLabel = (): string => labelOf(navigator.userAgent);

/** Looks up the account's devices again and notes what changed; `expected` was removed here, by whoever looks at this screen. */
export async function lookAtDevices(owner: Owner, expected = ''): Promise<void> {
  const { database } = owner;
  const [me, machine] = [owner.me!, owner.machine!];
  await machine.refresh(me.account);
  const present = await machine.ownDevices();
  const list = (await trustIn(database).loadLists())[me.account]?.list ?? null;
  const now = owner.now();
  const transaction = database.transaction('facts', 'readwrite');
  const known = ((await transaction.store.get('devices')) as KnownDevices | undefined) ?? {};
  const news = ((await transaction.store.get('device_news')) as DeviceNews[] | undefined) ?? [];
  let changed = false;
  for (const { device, deviceKey } of present) {
    if (known[device] && !known[device].removedAt) continue;
    known[device] = { deviceKey, name: device === me.device ? ownLabel() : '', addedAt: now };
    if (device !== me.device) news.push({ what: 'added', device, at: now });
    changed = true;
  }
  for (const [device, one] of Object.entries(known)) {
    if (one.removedAt || !list || devicesOf(list).includes(device)) continue;
    known[device] = { ...one, removedAt: now };
    if (device !== me.device && device !== expected) news.push({ what: 'removed', device, at: now });
    changed = true;
  }
  await transaction.store.put(known, 'devices');
  // Whoever signs a device out here is not asked any more whether it was theirs.
  await transaction.store.put(news.filter((one) => one.device !== expected), 'device_news');
  await transaction.done;
  if (!changed) return;
  owner.tell({ what: 'devices' });
  // Who is new here learns what this one is called.
  if (present.length > 1) await owner.outbox.tellOwn({ device: { id: me.device, name: known[me.device]?.name ?? '' } });
}

/** Takes a device out of the account, with the list of those that stay. */
export async function removeDevice(owner: Owner, device: string): Promise<void> {
  const [me, machine] = [owner.me!, owner.machine!];
  const masterKey = await machine.masterKey();
  for (let tries = 1; ; tries++) {
    await machine.refresh(me.account);
    const list = (await trustIn(owner.database).loadLists())[me.account]?.list ?? null;
    const staying = (list ? devicesOf(list) : (await machine.ownDevices()).map((one) => one.device)).filter((one) => one !== device);
    const next: DeviceList = {
      type: 'handschlag.devices.v1', account: me.account, version: versionOf(list) + 1, at: Math.floor(owner.now() / 1000), devices: staying.sort(),
    };
    try {
      await owner.http.removeDevice(device, await machine.signAsAccount(canonicalJson(next), masterKey));
      break;
    } catch (error) {
      if (!(error instanceof RelayRefused)) throw error;
      // It is gone already: by another device, or before an answer was lost.
      if (error.code === 'not_found') break;
      if (!error.field.startsWith('device_list') || tries === TRIES) throw error;
    }
  }
  if (device !== me.device) await lookAtDevices(owner, device);
}

/** Gives a device a name that all own devices show. */
export async function nameDevice(owner: Owner, device: string, name: string): Promise<void> {
  await noteName(owner, device, name);
  await owner.outbox.tellOwn({ device: { id: device, name } });
}

export async function noteName(owner: Owner, device: string, name: string): Promise<void> {
  const transaction = owner.database.transaction('facts', 'readwrite');
  const known = ((await transaction.store.get('devices')) as KnownDevices | undefined) ?? {};
  if (known[device]) await transaction.store.put({ ...known, [device]: { ...known[device], name: name.trim().slice(0, NAME_CHARACTERS) } }, 'devices');
  await transaction.done;
  owner.tell({ what: 'devices' });
}

/** Public keys that may sign for this account today. */
export async function ownKeys(owner: Owner): Promise<string[]> {
  const known = Object.values(await loadDevices(owner.database)).filter((one) => !one.removedAt);
  return [...new Set([owner.machine!.deviceKey, ...known.map((one) => one.deviceKey)])];
}
