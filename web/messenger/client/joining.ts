// Making the account, and what the customer decides about a company: agree, change, withdraw, block.
import { Machine } from '../../shared/crypto/machine.ts';
import { canonicalJson, hashOf, toBase64 } from '../../shared/wire/canonical.ts';
import { makeAccountId, makeDeviceId } from '../../shared/wire/envelope.ts';
import { RelayRefused } from '../../shared/wire/relay_http.ts';
import { isSignedBy } from '../../shared/wire/signed.ts';
import type { Grant, SignedRecord, Withdrawal } from '../../shared/wire/types.ts';
import type { Language, Purpose } from './api.ts';
import { numberFor } from './numbers/proved_number.ts';
import { ownKeys } from './devices/own_devices.ts';
import type { Owner } from './owner.ts';
import {
  account as loadAccount, changeAccount, changeCompany, storeKey, trustIn, type Account, type Command, type StoredCompany,
} from './store.ts';

const GRANT_SECONDS = 365 * 86_400;
type Join = Extract<Command, { kind: 'join' }>;

/** Makes an account on the relay with a new device; one that was begun and not finished is gone on with where it stopped. */
export async function makeAccount(owner: Owner, { name, language, relayKey }: Join): Promise<Account> {
  const { database, http } = owner;
  await Machine.load();
  const begun = await loadAccount(database);
  const relayName = begun?.relayName ?? (await http.info()).name;
  const me: Account = {
    account: makeAccountId(relayName), device: makeDeviceId(), deviceKey: '', ...begun, name, language, relayName, relayKey, complete: false,
  };
  await database.put('facts', me, 'account');
  const machine = await Machine.open(me.account, me.device, await storeKey(database), http.ask, trustIn(database));
  try {
    const keys = await machine.deviceKeys();
    if (keys) {
      await http.createAccount(me.account, keys).catch((error: unknown) => {
        // A conflict is our own account, made before the answer was lost: the keys are in this browser's store.
        if (!(error instanceof RelayRefused) || error.code !== 'conflict' || !begun) throw error;
      });
    }
    http.logInAs(me.account, me.device, me.relayName, (login) => machine.sign(canonicalJson(login)));
    await machine.publishIdentity();
    const complete = { ...me, deviceKey: machine.deviceKey, complete: true };
    await database.put('facts', complete, 'account');
    return complete;
  } finally {
    machine.close();
  }
}

/** Takes a company into the chat list: pins its identity, signs what was agreed to, and introduces the customer. */
export async function join(owner: Owner, { company, name, purposes, language }: Join): Promise<void> {
  const { database } = owner;
  if (!owner.machine) throw new Error('the keys of this account cannot be opened');
  if (name) await changeAccount(database, { name });
  await owner.machine.pin(company.account, company.masterKey);
  const transaction = database.transaction('companies', 'readwrite');
  const known = await transaction.store.get(company.account);
  // What happened since the invitation was opened stays: records, decisions, a draft.
  const { company: shown, offer, offerHash } = company;
  await transaction.store.put(known ? { ...known, leaving: false, company: shown, offer, offerHash, draft: known.draft || company.draft } : company);
  await transaction.done;
  owner.tell({ what: 'changed', company: company.account });
  // Before anything else of this company gets to the other devices.
  await owner.outbox.tellOwn({ company: { ...company, records: [], receipts: {}, templates: {}, draft: '' } });
  if (purposes.length) await setPurposes(owner, company.account, purposes, language);
  await introduce(owner, company.account);
}

/** Tells a company, sealed, who the customer is. */
export async function introduce(owner: Owner, business: string): Promise<void> {
  const { name, language } = (await loadAccount(owner.database))!;
  const introduction = { name: name || (language === 'de' ? 'Gast' : 'Guest'), language, ...(await numberFor(owner.database, business)) };
  await owner.outbox.seal({ company: business, kind: 'system', body: { introduction } });
  await change(owner, business, (stored) => ({ ...stored, introduced: true }));
}

/** Makes these the purposes in force: by a new grant, or by a withdrawal when nothing is added. */
export async function setPurposes(owner: Owner, business: string, purposes: Purpose[], language: Language, again = true): Promise<void> {
  const stored = await owner.database.get('companies', business);
  if (!stored || same(stored.purposes, purposes)) return;
  // Logged in first: a record is dated by the relay's time.
  await owner.http.token();
  const added = purposes.some((purpose) => !stored.purposes.includes(purpose));
  const record = added ? await signGrant(owner, stored, purposes, language) : await signWithdrawal(owner, stored, purposes);
  // A grant is stored before it is posted: a notification may arrive as soon as the relay has it.
  if (added) await change(owner, business, (one) => ({ ...one, records: [...one.records, record] }));
  try {
    const { receipt } = added ? await owner.http.grant(record) : await owner.http.withdraw(record);
    const { accepted_at } = JSON.parse(receipt.record) as { accepted_at: number };
    await change(owner, business, (one) => ({
      ...one, purposes, records: added ? one.records : [...one.records, record], receipts: { ...one.receipts, [record.signature]: accepted_at },
    }));
    await owner.outbox.tellOwn({ consent: business });
  } catch (error) {
    // Without an answer the record may be in force: it stays, and the chain is read before the next try.
    if (!(error instanceof RelayRefused)) throw error;
    await readChain(owner, business);
    if (!again || error.code !== 'conflict') throw error;
    return setPurposes(owner, business, purposes, language, false);
  }
}

export async function block(owner: Owner, business: string, blocked: boolean): Promise<void> {
  await (blocked ? owner.http.block(business) : owner.http.unblock(business));
  await readChain(owner, business);
  await owner.outbox.tellOwn({ consent: business });
}

/** Takes over how the relay says this customer and a company stand. A grant counts only if a device of this account signed it, or it is known here: a relay cannot invent one. */
export async function readChain(owner: Owner, business: string): Promise<void> {
  const { businesses } = await owner.http.consent();
  const state = businesses.find((one) => one.business === business);
  const keys = await ownKeys(owner);
  const own = await Promise.all((state?.records ?? []).map((one) => isSignedByAny(keys, one)));
  const known = new Set((await owner.database.get('companies', business))?.records.map((one) => one.signature));
  const records = (state?.records ?? []).filter(({ record, signature }, index) => own[index] || known.has(signature) || (JSON.parse(record) as { type: string }).type !== 'handschlag.grant.v1');
  await change(owner, business, (one) => ({ ...one, records, purposes: state?.purposes ?? [], blocked: state?.blocked ?? false }));
}

async function signGrant(owner: Owner, stored: StoredCompany, purposes: Purpose[], language: Language): Promise<SignedRecord> {
  const { me, machine } = owner;
  const notice = stored.offer?.notice ?? {};
  const shown = notice[language] === undefined ? (Object.keys(notice)[0] as Language) : language;
  const at = Math.floor(owner.now() / 1000);
  const grant: Grant = {
    type: 'handschlag.grant.v1', id: randomId(), business: stored.account, customer: me!.account, device: me!.device,
    offer: stored.offerHash, notice: await hashOf(notice[shown] ?? ''), language: shown, purposes,
    origin: stored.records.length ? 'in_chat' : 'link', build: owner.build, at, expires_at: at + GRANT_SECONDS, previous: await head(stored),
  };
  return machine!.sign(canonicalJson(grant));
}

async function signWithdrawal(owner: Owner, stored: StoredCompany, left: Purpose[]): Promise<SignedRecord> {
  const { me, machine } = owner;
  const withdrawal: Withdrawal = {
    type: 'handschlag.withdrawal.v1', id: randomId(), business: stored.account, customer: me!.account, device: me!.device,
    purposes: left.length ? stored.purposes.filter((purpose) => !left.includes(purpose)) : '*',
    at: Math.floor(owner.now() / 1000), previous: await head(stored),
  };
  return machine!.sign(canonicalJson(withdrawal));
}

async function change(owner: Owner, business: string, apply: (stored: StoredCompany) => StoredCompany): Promise<void> {
  await changeCompany(owner.database, business, apply);
  owner.tell({ what: 'changed', company: business });
}

const head = async (stored: StoredCompany): Promise<string | null> => {
  const last = stored.records.at(-1);
  return last ? hashOf(last.record) : null;
};
const isSignedByAny = async (keys: string[], { record, signature }: SignedRecord): Promise<boolean> =>
  (await Promise.all(keys.map((key) => isSignedBy(key, record, signature)))).includes(true);
const randomId = (): string => toBase64(crypto.getRandomValues(new Uint8Array(16)));
const same = (a: Purpose[], b: Purpose[]): boolean => a.length === b.length && a.every((one) => b.includes(one));
