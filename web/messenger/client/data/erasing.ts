// The account's end: signed and stored here before the relay hears of it; on every own device believed only as the account's own word.
import { checkErasure } from '../../../shared/crypto/erasure.ts';
import { canonicalJson } from '../../../shared/wire/canonical.ts';
import { RelayRefused } from '../../../shared/wire/relay_http.ts';
import type { Erasure, SignedRecord } from '../../../shared/wire/types.ts';
import type { Owner } from '../owner.ts';
import { fact } from '../store.ts';

/** Ends the account at the relay, then on this device; asked again after a crash or a lost answer it goes on with the same record. */
export async function eraseAccount(owner: Owner): Promise<void> {
  const record = (await fact<SignedRecord>(owner.database, 'erasure')) ?? (await signErasure(owner));
  try {
    await owner.http.eraseAccount(record);
  } catch (error) {
    // It was taken before, and the answer was lost.
    if (!(error instanceof RelayRefused)) throw error;
    if (error.code !== 'erased') {
      await owner.database.delete('facts', 'erasure');
      throw error;
    }
  }
  owner.end((JSON.parse(record.record) as Erasure).at);
}

/** Ends the account on this device if the account itself said so, wherever that was; a relay that only says so changes nothing. */
export async function hearErasure(owner: Owner, record: SignedRecord | undefined): Promise<void> {
  const master = await owner.machine?.ownMasterKey();
  if (!master) return;
  try {
    owner.end((await checkErasure(record, master, owner.me!.account)).at);
  } catch {
    console.warn('worker: the relay says that this account was erased, and shows no word of the account for it');
  }
}

async function signErasure({ database, machine, me, now }: Owner): Promise<SignedRecord> {
  const erasure: Erasure = { type: 'handschlag.erasure.v1', account: me!.account, device: me!.device, at: Math.floor(now() / 1000) };
  const record = await machine!.signAsAccount(canonicalJson(erasure), (await machine!.ownMasterKey()) ?? '');
  await database.put('facts', record, 'erasure');
  return record;
}
