// Signed lists of devices: once one was seen, only a newer one replaces it, so that a relay cannot bring a removed device back.
import { SignatureInvalid, verifyRecord } from '../wire/signed.ts';
import type { DeviceList, SignedRecord } from '../wire/types.ts';

/** The newest list that was seen of an account, and the master key that signed it. */
export interface KnownList {
  master: string;
  list: SignedRecord;
}

/** The list inside, if this master key signed it for this account. */
export async function checkDeviceList(signed: SignedRecord, master: string, account: string): Promise<DeviceList> {
  const list = await verifyRecord<DeviceList & { type: 'handschlag.devices.v1' }>(signed, master, 'handschlag.devices.v1');
  const fits = signed.key === `ed25519:${master}` && list.account === account && Number.isSafeInteger(list.version) && list.version > 0
    && Array.isArray(list.devices) && list.devices.every((one) => typeof one === 'string');
  if (!fits) throw new SignatureInvalid('handschlag.devices.v1');
  return list;
}

/** The list in force: what a relay answers if it is signed and newer than the one known, else the one known. */
export async function newestList(account: string, master: string, answered: SignedRecord | undefined, known: KnownList | undefined): Promise<SignedRecord | null> {
  const before = known?.master === master ? known.list : null;
  if (!answered || answered.record === before?.record) return before;
  try {
    const { version } = await checkDeviceList(answered, master, account);
    return before && versionOf(before) >= version ? before : answered;
  } catch {
    return before;
  }
}

export const devicesOf = (list: SignedRecord): string[] => (JSON.parse(list.record) as DeviceList).devices;
export const versionOf = (list: SignedRecord | null): number => (list ? (JSON.parse(list.record) as DeviceList).version : 0);

/** The list that comes next when a device joins; without one before it, the devices that the relay names are its beginning. */
export const listWith = (device: string, account: string, before: SignedRecord | null, named: string[], at: number): DeviceList => ({
  type: 'handschlag.devices.v1', account, version: versionOf(before) + 1, at, devices: [...new Set([...(before ? devicesOf(before) : named), device])].sort(),
});

/** The list that comes next when a device leaves. */
export const listWithout = (device: string, before: SignedRecord, at: number): DeviceList => ({
  ...(JSON.parse(before.record) as DeviceList), version: versionOf(before) + 1, at, devices: devicesOf(before).filter((one) => one !== device),
});
